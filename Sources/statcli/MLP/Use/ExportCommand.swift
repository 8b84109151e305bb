// `statcli mlp export`: a model for other programs.
import ArgumentParser
import MLP

struct ExportCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write a model for other programs: ONNX, JSON, C, Swift.",
    discussion: """
      Examples:
        statcli mlp export species.mlp --to onnx -o species.onnx
        statcli mlp export species.mlp -o iris.c
        statcli mlp export species.mlp --to swift --name Iris | head -20

      The preprocessing goes along: what is written takes cells as the table has them. The form follows from the \
      extension of -o where --to is left out: .onnx, .safetensors, .json, .c, .swift.
      """)

  @Argument(help: ArgumentHelp("The model, as mlp train writes it.", valueName: "model.mlp"))
  var model: String

  @Option(name: .long, help: ArgumentHelp("The form (default: by the extension of -o).", valueName: "form"))
  var to: ExportFormat?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the graph, function or type is called (default: the name of the file).", valueName: "name"))
  var name: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write; - is standard output.", valueName: "file"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "No notes on standard error.")
  var quiet = false

  func execute() throws(Failure) -> ExitStatus {
    let path = output == "-" ? nil : output
    try InputPaths.keep([model], from: [path])
    guard let format = to ?? path.flatMap(ExportFormat.init(extensionOf:)) else {
      throw Failure(
        .usage, path.map { "the extension of \($0) stands for no form" } ?? "--to is missing",
        mend: ExportFormat.allCases.map { "--to \($0.rawValue)" }.joined(separator: ", "))
    }
    if path == nil, format.isBinary, System.isTerminal(1) {
      throw Failure(.usage, "\(format.rawValue) is not text, and is not written to a terminal", mend: "-o FILE")
    }
    let file = try NetworkFile(model)
    let called = name ?? ExportCommand.identifier(path ?? model)
    let bytes = try perceptrons(at: NetworkFile.name(model)) { () throws(MLPError) in
      try file.model.exported(as: format, name: called)
    }
    guard let path else {
      try StandardOutput.write(bytes)
      return .success
    }
    var made = try OutputFile(path, replacing: force)
    try made.commit(bytes)
    if !quiet { StandardError.write("statcli: wrote \(path.printable) (\(bytes.count) bytes)\n") }
    return .success
  }

  /// The base name of a file as C and Swift take it.
  static func identifier(_ path: String) -> String {
    let base = path.split(separator: "/").last.map(String.init) ?? "model"
    let stem = base.prefix { $0 != "." }
    let letters = stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    let name = String(letters)
    guard let first = name.first else { return "model" }
    return first.isNumber ? "model_" + name : name
  }
}

extension ExportFormat: ExpressibleByArgument {
  /// The form that an extension stands for.
  init?(extensionOf path: String) {
    guard let suffix = path.split(separator: "/").last?.split(separator: ".").dropFirst().last?.lowercased() else {
      return nil
    }
    self.init(rawValue: suffix)
  }

  var isBinary: Bool { self == .onnx || self == .safetensors }
}
