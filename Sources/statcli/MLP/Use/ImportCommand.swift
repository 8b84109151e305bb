// `statcli mlp import`: a network of another program as a model of this one.
import ArgumentParser
import MLP

struct ImportCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Make a model of a network of another program: ONNX, safetensors.",
    discussion: """
      Examples:
        statcli mlp import species.onnx -o imported.mlp
        statcli mlp import species.onnx -o again.mlp -q

      An ONNX graph that is a chain of layers, with or without preprocessing, or a safetensors file of weights that \
      follow each other, such as the state of PyTorch's Sequential. Such a file of weights does not tell its \
      activations (--activation), and names no columns: they are then x1, x2, ... What cannot be said by a \
      multilayer perceptron is refused with its name.
      """)

  @Argument(help: ArgumentHelp("The network.", valueName: "file"))
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp("Activation of hidden layers, where the file does not tell (default: relu).", valueName: "name"))
  var activation: Activation?

  @Option(name: .shortAndLong, help: ArgumentHelp("The model to write.", valueName: "model.mlp"))
  var output: String

  @Flag(name: .shortAndLong, help: "Replace the file if it exists.")
  var force = false

  @Flag(name: .shortAndLong, help: "No notes on standard error.")
  var quiet = false

  func execute() throws(Failure) -> ExitStatus {
    try InputPaths.keep([file], from: [output])
    if file == "-" { throw Failure(.usage, "import reads a file, and not standard input") }
    let destination = try ModelFile(output, paths: [file], isSaved: true, force: force)
    let (path, hidden) = (file, activation ?? .relu)
    var model = try perceptrons(at: file) { () throws(MLPError) in
      try MLP.Model.imported(from: path, activation: hidden)
    }
    if model.record.command.isEmpty { model.record.command = Typed.command }
    let bytes = try destination.write(model)
    if !quiet, let name = destination.path {
      let what = "\(model.network.shape), \(model.target.classes.map { "\($0.count) classes" } ?? "a number")"
      StandardError.write("statcli: wrote \(name.printable) (\(bytes) bytes): \(what)\n")
    }
    return .success
  }
}
