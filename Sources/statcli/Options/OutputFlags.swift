// The flags about results that every command has, and what they amount to.
import ArgumentParser

struct OutputFlags: ParsableArguments {
  @Flag(name: .long, help: "The whole answer as one JSON document; the same as --format json.")
  var json = false

  @Option(
    name: .long, help: "Form of the result (default: by the extension of -o, else table).")
  var format: Format?

  @Flag(name: .long, help: "One record per line, separated by tabs; the same as --format tsv.")
  var plain = false

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write the result to a file; - is standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Replace files that exist.")
  var force = false

  @Option(name: .long, help: ArgumentHelp("Colours.", valueName: "when"))
  var color: ColorChoice = .auto

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Do not tell the warning of this code, such as W002; may be repeated.", valueName: "code"))
  var silence: [String] = []

  @Flag(name: .long, help: "Treat a warning as an error (status 65).")
  var warnAsError = false

  @Flag(name: .shortAndLong, help: "No notes and warnings on standard error.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Tell on standard error what is read, and how long it takes.")
  var verbose = false

  func validate() throws {
    let named = [json ? "--json" : nil, plain ? "--plain" : nil, format.map { "--format \($0.rawValue)" }].compactMap(
      \.self)
    if named.count > 1 { throw ValidationError("\(named.joined(separator: " and ")) exclude each other") }
    let codes = WarningCode.meanings.map(\.0)
    for code in silence where !codes.contains(code) {
      let near = Similar.nearest(to: code, in: codes).map { "; did you mean \"\($0)\"?" }
      throw ValidationError("--silence \(code): there is no such warning\(near ?? " (see statcli help warnings)")")
    }
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other") }
  }

  var chosenFormat: Format {
    if json { return .json }
    if plain { return .tsv }
    return format ?? output.flatMap(Format.init(extensionOf:)) ?? .table
  }

  /// The file of the result; nil for standard output.
  var file: String? { output == "-" ? nil : output }
}
