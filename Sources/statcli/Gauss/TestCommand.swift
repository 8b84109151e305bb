// `statcli gauss test`: normality, the form of the covariance, means and groups, from files to p-values.
import ArgumentParser
import GaussFit

struct TestCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Test normality, covariance, means and groups; find outliers.",
    discussion: """
      Examples:
        statcli gauss test iris.csv
        statcli gauss test iris.csv --by Species
        statcli gauss test iris.csv --blocks 1,2/3,4 --mean 5.8,3,3.8,1.2

      Rows are tested for normality by Mardia, Henze and Zirkler, Doornik and Hansen, and Royston; the covariance \
      for sphericity and independence; where cells are missing, Little's test asks whether they are so completely at \
      random, and the others take the complete rows; with --by the groups for equal covariances (Box's M) and means. A small \
      p-value speaks against the hypothesis; the exit status does not depend on it. What needs rows is left out \
      for .gauss files and with --weights.
      """)

  @Argument(
    help: ArgumentHelp(
      "Tables (plain, gzip, zstd; - is standard input) or .gauss files, which are combined.", valueName: "file"))
  var files: [String] = []

  @OptionGroup(title: "Tests") var testFlags: TestFlags
  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Rows") var dataFlags: DataFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags
  @OptionGroup(title: "Result") var output: OutputFlags

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "gauss test")
    try InputPaths.keep(paths, from: [output.file])
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let clock = Stopwatch()
    var data = try GaussData(
      paths: paths, columns: columnFlags, data: dataFlags, reading: readingFlags, quiet: output.quiet,
      keeping: dataFlags.weights == nil ? .rows : .moments, missing: .grouped)
    let samples = data.leaveOutIncomplete()
    if data.rowsUsed == 0 {
      throw Failure(
        .badData, "none of \(Numbers.counted(data.rowsRead, "row")) is complete; the tests are of complete rows",
        at: data.name,
        mend: "statcli gauss fit \(shellQuoted(data.files[0]))")
    }
    if output.verbose { StandardError.write("statcli: read \(data.name.printable) in \(clock.text)\n") }
    let request = try testFlags.request(columns: data.columns)
    let outcome = try TestOutcome(data, request, incomplete: samples, threads: readingFlags.threadCount)
    if output.verbose { StandardError.write("statcli: tested after \(clock.text)\n") }
    return try publisher.publish(
      TestReport(data: data, outcome: outcome, command: Typed.command).report, to: destination)
  }
}

/// What is to be tested beside what always is.
struct TestRequest {
  /// Blocks of columns, by index; nil where they were not asked for.
  var blocks: [[Int]]?
  /// The mean of Hotelling's test.
  var mean: [Double]?
}

struct TestFlags: ParsableArguments {
  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Test whether blocks of columns are independent: names or numbers, blocks divided by /; the columns that are left make one more block.",
      valueName: "a,b/c,d"))
  var blocks: String?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Test whether the mean is this: a number for each column.", valueName: "list"))
  var mean: String?

  /// What is asked of data with these columns.
  func request(columns: [String]) throws(Failure) -> TestRequest {
    TestRequest(blocks: try blocks(columns), mean: try mean(columns))
  }

  private func blocks(_ columns: [String]) throws(Failure) -> [[Int]]? {
    guard let blocks else { return nil }
    var found: [[Int]] = []
    for part in blocks.split(separator: "/", omittingEmptySubsequences: false) {
      found.append(try ColumnSelection([String(part)], flag: "--blocks").indices(in: columns))
    }
    let named = found.flatMap(\.self)
    if let twice = named.first(where: { index in named.count { $0 == index } > 1 }) {
      throw Failure(.usage, "--blocks \(blocks): column \"\(columns[twice])\" is in two blocks")
    }
    let rest = columns.indices.filter { !named.contains($0) }
    if !rest.isEmpty { found.append(rest) }
    guard found.count > 1 else { throw Failure(.usage, "--blocks \(blocks): one block of all columns tests nothing") }
    return found
  }

  private func mean(_ columns: [String]) throws(Failure) -> [Double]? {
    guard let mean else { return nil }
    let entries = mean.split(separator: ",", omittingEmptySubsequences: false)
    let values = entries.compactMap { Real(argument: String($0))?.value }
    if let wrong = entries.first(where: { Real(argument: String($0)) == nil }) {
      throw Failure(.usage, "--mean \(mean): \"\(wrong)\" is not a number")
    }
    guard values.count == columns.count else {
      throw Failure(
        .usage,
        "--mean has \(Numbers.counted(values.count, "number")) for \(Numbers.counted(columns.count, "column"))")
    }
    return values
  }
}
