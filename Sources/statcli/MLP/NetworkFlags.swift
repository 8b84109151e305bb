// The flags that say what a network is: its layers, activations, loss, and where weights begin.
import ArgumentParser
import MLP

struct NetworkFlags: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Hidden layers by width, comma-separated, each with its activation if it has one of its own: 128:relu,64:tanh; none for no hidden layer (default: \(Training().hidden.map { String($0.width) }.joined(separator: ","))).",
      valueName: "layers"))
  var hidden: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Activation of hidden layers (default: \(Layer(1).activation.rawValue)).", valueName: "name")
  )
  var activation: Activation?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What is minimised: cross-entropy (default of classes), binary-cross-entropy, squared-error, mse (default of numbers), mae, huber[:delta], log-cosh, quantile[:q], poisson.",
      valueName: "name"))
  var loss: Loss?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Activation of the outputs, of losses that compare it with the target (default: sigmoid of classes, identity of numbers).",
      valueName: "name"))
  var outputActivation: Activation?

  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "Where weights begin: auto (by the activation), glorot, he, lecun, uniform:BOUND (default: \(TrainingOptions().initializer.name)).",
      valueName: "name"))
  var initializer: Initializer?

  @Option(
    name: .customLong("norm"),
    help: ArgumentHelp("Normalization of hidden layers before the activation (default: none).", valueName: "name"))
  var normalization: Normalization?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Share of hidden neurons that is left out at random in each step (default: 0).", valueName: "share"))
  var dropout: Real?

  func validate() throws {
    if let dropout, !(0..<1).contains(dropout.value) {
      throw ValidationError("--dropout is a share from 0 to below 1; it is \(Numbers.exact(dropout.value))")
    }
  }

  /// The hidden layers: those of a preset where nothing else is said.
  ///
  /// **Throws**: status 64.
  func layers(_ usual: [Layer]) throws(Failure) -> [Layer] {
    var layers = usual
    if let hidden, hidden != "none" {
      let standard = activation ?? usual.first?.activation ?? Layer(1).activation
      layers = []
      for part in hidden.split(separator: ",", omittingEmptySubsequences: false) {
        layers.append(try NetworkFlags.layer(String(part), standard))
      }
    } else if hidden == "none" {
      layers = []
    } else if let activation {
      for i in layers.indices { layers[i].activation = activation }
    }
    for i in layers.indices {
      if let normalization { layers[i].normalization = normalization }
      if let dropout { layers[i].dropout = dropout.value }
    }
    return layers
  }

  /// `128` or `128:relu`.
  private static func layer(_ text: String, _ standard: Activation) throws(Failure) -> Layer {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2, let width = Int(parts[0]), (1...1_000_000).contains(width) else {
      throw Failure(
        .usage, "--hidden: \"\(text)\" is no layer: a width from 1 on, with or without an activation",
        mend: "--hidden 128:relu,64:tanh", "--hidden none")
    }
    guard parts.count == 2 else { return Layer(width, standard) }
    guard let activation = Activation(rawValue: parts[1]) else {
      let words = Activation.allCases.map(\.rawValue)
      let near = Similar.nearest(to: parts[1], in: words)
      throw Failure(
        .usage, "--hidden: \"\(parts[1])\" is no activation" + (near.map { "; did you mean \"\($0)\"?" } ?? ""),
        mend: near.map { "--hidden \(width):\($0)" } ?? "one of \(words.joined(separator: ", "))")
    }
    return Layer(width, activation)
  }
}

extension Activation: ExpressibleByArgument {}
extension Normalization: ExpressibleByArgument {}

extension Loss: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension Initializer: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
