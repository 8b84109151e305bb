// `statcli mlp explain`: backpropagation of a network as formulas, each a derivative that the engine makes.
import ArgumentParser
import MLP

struct ExplainCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Backpropagation of a network as formulas, derived and not looked up.",
    discussion: """
      Examples:
        statcli mlp explain species.mlp
        statcli mlp explain species.mlp --wrt W1 --steps
        statcli mlp explain species.mlp --emit latex
        statcli mlp explain species.mlp --wrt W1,b1 --emit numpy

      Forward pass, then from the loss back to the inputs: the derivative by the sums of each layer (Delta), by its \
      weights and biases, and by what it reads; then the loss by each parameter in one formula. Samples are columns, \
      so a Delta has a row for each sample. Numerator layout: a derivative by W has the shape of W'. The identifiers \
      are those of the statements of backpropagation: B2 delta of the output, B3 weights, B4 biases, B5 inputs of a \
      layer, B6 delta of the layer before; D15 and R3 softmax with cross-entropy; R5 to R7 sigmoid with squared error.
      """)

  @Argument(help: ArgumentHelp("The model, as mlp train writes it.", valueName: "model.mlp"))
  var model: String

  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp(
      "Only the derivatives of the loss by these: W1,b1 (parameters), z1, a1 (sums and outputs of a layer).",
      valueName: "names"))
  var wrt: [String] = []

  @Flag(name: .long, help: "Show how each derivative comes about, a line for each step with its rule.")
  var steps = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Print the derivatives alone, as formulas or as functions that run: the words of deriv --emit, without plan.",
      valueName: "notation"))
  var emit: Notation?

  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if emit == .plan { throw ValidationError("--emit plan is of deriv; here: text, latex, mathml, json or a language") }
    if steps, let emit, ![.text, .latex, .json].contains(emit) {
      throw ValidationError("--steps can be had with --emit text, latex and json, and not with \(emit.rawValue)")
    }
    if let emit, let other = output.namedFormat {
      throw ValidationError("--emit \(emit.rawValue) and \(other) exclude each other")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    try InputPaths.keep([model], from: [output.file])
    let notation = emit ?? output.notation
    var output = self.output
    if notation == .json { output.format = .json }
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let file = try NetworkFile(model)
    let names = wrt.flatMap { $0.split(separator: ",").map { String($0).trimmed } }
    let page = try ExplainPage(file.model.network, wrt: names, withSteps: steps)
    return try publisher.publish(try page.report(in: notation, command: Typed.command), to: destination)
  }
}
