// `statcli gauss moments`: sums up a part of the data, to be combined with others and fitted elsewhere.
import ArgumentParser
import GaussFit

struct MomentsCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "moments", abstract: "Sum up files as moments, to be combined and fitted elsewhere.",
    discussion: """
      Examples:
        statcli gauss moments part1.csv -o a.gauss
        statcli gauss moments part2.csv -o b.gauss
        statcli gauss fit a.gauss b.gauss

      A .gauss file is JSON of a few numbers per column: count, weight, mean and scatter, with exact doubles. \
      Combining files gives the fit of all rows; .gauss files may be given here as well, and are then combined \
      into one.
      """)

  @Argument(help: ArgumentHelp("Tables or .gauss files; - is standard input.", valueName: "file"))
  var files: [String] = []

  @Option(name: .shortAndLong, help: ArgumentHelp("The .gauss file to write; - is standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "No notes and warnings on standard error.")
  var quiet = false

  @Option(name: .long, help: ArgumentHelp("Colours.", valueName: "when"))
  var color: ColorChoice = .auto

  @OptionGroup(title: "Columns") var columnFlags: ColumnFlags
  @OptionGroup(title: "Rows") var dataFlags: DataFlags
  @OptionGroup(title: "Reading") var readingFlags: ReadingFlags

  func execute() throws(Failure) -> ExitStatus {
    let paths = try InputPaths.resolve(files, command: "gauss moments")
    let file = output == "-" ? nil : output
    // Moments may be merged in place: the file is replaced by more of the same.
    try InputPaths.keep(paths.filter { !GaussData.isMomentsFile($0) }, from: [file])
    let destination: Destination
    if let file {
      destination = .file(try OutputFile(file, replacing: force))
    } else {
      destination = .standardOutput
    }
    let data = try GaussData(
      paths: paths, columns: columnFlags, data: dataFlags, reading: readingFlags,
      quiet: quiet, grouping: .asInFile)
    let moments = try gaussFit(at: data.name) { () throws(GaussFitError) in
      var total = data.groups[0].moments
      for group in data.groups.dropFirst() { try total.merge(group.moments) }
      try total.requireFinite()
      return MomentsFile(
        total, groupedBy: data.groupedBy,
        groups: data.groupedBy == nil
          ? [] : data.groups.map { MomentsFile.Group(name: $0.label ?? "", moments: $0.moments) })
    }
    if !quiet {
      let style = Terminal(descriptor: 2, color: color).style
      for warning in data.allWarnings {
        StandardError.write(warning.text(style: style))
      }
    }
    try destination.write(Array(moments.text.utf8))
    if let file, !quiet {
      let used = "\(Numbers.counted(data.rowsUsed, "row")) of \(Numbers.counted(data.columns.count, "column"))"
      let by = data.groupedBy.map { " --by \(shellQuoted($0))" } ?? ""
      let next = "statcli gauss fit \(shellQuoted(file))\(by)"
      StandardError.write(
        "statcli: wrote \(file.printable): the moments of \(used)\nnext: \(next.printable)\n")
    }
    return .success
  }
}

/// The command line as it was typed, to be repeated in suggestions.
enum Typed {
  static var command: String {
    (["statcli"] + CommandLine.arguments.dropFirst().map(shellQuoted)).joined(separator: " ")
  }
}

/// Runs a call of the library of Gaussians; what is wrong with the data is told with the name of the input.
func gaussFit<Result>(at name: String, _ body: () throws(GaussFitError) -> Result) throws(Failure) -> Result {
  do throws(GaussFitError) { return try body() } catch { throw Failure(.badData, error.description, at: name) }
}
