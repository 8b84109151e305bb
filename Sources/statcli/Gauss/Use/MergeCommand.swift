// `statcli gauss merge` and `statcli gauss subtract`: moments of unions and differences of row sets.
import ArgumentParser
import GaussFit

struct MergeCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Merge moments: those of all rows of several .gauss files.",
    discussion: """
      Examples:
        statcli gauss merge a.gauss b.gauss -o all.gauss
        statcli gauss merge a.gauss b.gauss

      The moments are those that all rows together have, group by group where the files are grouped by one column; \
      nothing is lost, however far the parts are from zero. The files have the same columns.
      """)

  @Argument(help: ArgumentHelp("Moments, as gauss moments writes them; - is standard input.", valueName: "part.gauss"))
  var files: [String] = []

  @OptionGroup(title: "Result") var result: MomentsOutput

  func execute() throws(Failure) -> ExitStatus {
    guard files.count > 1 else {
      throw Failure(
        .usage, "merge takes at least two .gauss files", mend: "statcli gauss merge a.gauss b.gauss -o all.gauss")
    }
    try Model.requireOneStandardInput(files)
    let destination = try result.claim()
    var whole = try MomentsInput.read(files[0])
    for path in files.dropFirst() {
      let part = try MomentsInput.read(path)
      whole = try gaussFit(at: path) { () throws(GaussFitError) in try whole.merging(part) }
    }
    return try result.write(whole, to: destination)
  }
}

struct SubtractCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "subtract", abstract: "Subtract moments: those of the rows that a part does not have.",
    discussion: """
      Examples:
        statcli gauss moments part1.csv -o part.gauss -f
        statcli gauss moments part1.csv part2.csv -o whole.gauss -f
        statcli gauss subtract whole.gauss part.gauss -o rest.gauss

      Undoes merge, to the rounding of the whole: what is left of a part that is nearly everything has few digits. \
      Rows that are not in the whole are refused as far as rows, weights and sums of squares can tell.
      """)

  @Argument(help: ArgumentHelp("Moments of all rows.", valueName: "whole.gauss"))
  var whole: String

  @Argument(help: ArgumentHelp("Moments of the rows to take away.", valueName: "part.gauss"))
  var parts: [String] = []

  @OptionGroup(title: "Result") var result: MomentsOutput

  func execute() throws(Failure) -> ExitStatus {
    guard !parts.isEmpty else {
      throw Failure(
        .usage, "subtract takes the whole and at least one part",
        mend: "statcli gauss subtract whole.gauss part.gauss -o rest.gauss")
    }
    try Model.requireOneStandardInput([whole] + parts)
    let destination = try result.claim()
    var rest = try MomentsInput.read(whole)
    for path in parts {
      let part = try MomentsInput.read(path)
      rest = try gaussFit(at: path) { () throws(GaussFitError) in try rest.subtracting(part) }
    }
    guard rest.moments.rows > 0 else {
      throw Failure(.badData, "no row is left", at: parts[parts.count - 1])
    }
    return try result.write(rest, to: destination)
  }
}

/// Moments files as inputs.
enum MomentsInput {
  static func read(_ path: String) throws(Failure) -> MomentsFile {
    let bytes = try System.read(path)
    do throws(GaussFitError) { return try MomentsFile(parsing: bytes) } catch {
      var failure = Failure(.badData, error.description, at: path == "-" ? "standard input" : path)
      if !path.hasSuffix(".gauss"), path != "-" {
        failure.mends = ["statcli gauss moments \(shellQuoted(path)) -o part.gauss"]
      }
      throw failure
    }
  }
}

/// Where moments go.
struct MomentsOutput: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The .gauss file to write; - is standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "No notes and warnings on standard error.")
  var quiet = false

  private var file: String? { output == "-" ? nil : output }

  func claim() throws(Failure) -> Destination {
    guard let file else { return .standardOutput }
    return .file(try OutputFile(file, replacing: force))
  }

  func write(_ moments: MomentsFile, to destination: consuming Destination) throws(Failure) -> ExitStatus {
    try destination.write(Array(moments.text.utf8))
    if let file, !quiet {
      let used =
        "\(Numbers.counted(moments.moments.rows, "row")) of \(Numbers.counted(moments.moments.columns.count, "column"))"
      let by = moments.groupedBy.map { " --by \(shellQuoted($0))" } ?? ""
      let next = "statcli gauss fit \(shellQuoted(file))\(by)"
      StandardError.write("statcli: wrote \(file.printable): the moments of \(used)\nnext: \(next.printable)\n")
    }
    return .success
  }
}
