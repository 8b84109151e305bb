// A multilayer perceptron as a value: sizes, activations, loss. Its formula, parameters and plans follow from it.

/// What is done to the sums of a layer before the activation.
public enum Normalization: String, Sendable, CaseIterable {
  case none
  /// Each sample's sums, to mean 0 and variance 1. **Source**: Ba, Kiros, Hinton, arXiv:1607.06450.
  case layer
  /// Each neuron's sums, over the batch. **Source**: Ioffe, Szegedy, ICML 2015.
  case batch
}

/// A hidden layer.
public struct Layer: Sendable, Equatable {
  /// Neurons.
  public var width: Int
  /// What is applied to their sums.
  public var activation: Activation
  /// What is done to the sums before.
  public var normalization: Normalization
  /// The share of neurons that are left out at random in each step of training.
  public var dropout: Double

  /// **Domain**: at least one neuron; 0 <= dropout < 1.
  public init(
    _ width: Int, _ activation: Activation = .relu, normalization: Normalization = .none, dropout: Double = 0
  ) {
    precondition(width >= 1, "a layer has at least one neuron; this one was to have \(width)")
    precondition((0..<1).contains(dropout), "dropout is a share below 1; it was \(dropout)")
    self.width = width
    self.activation = activation
    self.normalization = normalization
    self.dropout = dropout
  }
}

/// A multilayer perceptron: z_l = W_l a_(l-1) + b_l, a_l = h_l(z_l), from a_0 = x to the outputs.
public struct Network: Sendable, Equatable {
  /// Inputs of a sample.
  public var inputs: Int
  /// The layers between inputs and outputs.
  public var hidden: [Layer]
  /// Outputs: classes, or numbers that are predicted.
  public var outputs: Int
  /// What the last layer applies, for losses that compare it with the targets; losses of classes and counts have their own link.
  public var outputActivation: Activation
  /// What training minimises.
  public var loss: Loss

  /// **Domain**: at least one input and one output.
  public init(
    inputs: Int, hidden: [Layer], outputs: Int, outputActivation: Activation = .identity, loss: Loss = .crossEntropy
  ) {
    precondition(inputs >= 1 && outputs >= 1, "a network has inputs and outputs; these were \(inputs) and \(outputs)")
    self.inputs = inputs
    self.hidden = hidden
    self.outputs = outputs
    self.outputActivation = outputActivation
    self.loss = loss
  }

  /// Layers of weights.
  public var depth: Int { hidden.count + 1 }

  /// Inputs and outputs of layer l = 1, 2, ...
  public func sizes(of layer: Int) -> (inputs: Int, outputs: Int) {
    (layer == 1 ? inputs : hidden[layer - 2].width, layer == depth ? outputs : hidden[layer - 1].width)
  }

  /// `64-100-10`
  public var shape: String { ([inputs] + hidden.map(\.width) + [outputs]).map(String.init).joined(separator: "-") }
}

/// A matrix or column of parameters.
public struct Parameter: Sendable, Equatable {
  /// What it does.
  public enum Role: String, Sendable {
    case weight, bias
    /// Scale and shift behind a normalization.
    case gain, shift
  }

  /// Its name in the formula: `W1`, `b1`, `g1`, `q1`.
  public let name: String
  public let role: Role
  /// The layer from 1.
  public let layer: Int
  public let rows: Int
  public let columns: Int
  public var count: Int { rows * columns }
}

extension Network {
  /// All parameters: the weights of all layers, then biases, gains and shifts layer by layer.
  public var parameters: [Parameter] {
    let weights = (1...depth).map { l in
      Parameter(name: "W\(l)", role: .weight, layer: l, rows: sizes(of: l).outputs, columns: sizes(of: l).inputs)
    }
    return weights
      + (1...depth).flatMap { l in
        let column = { (letter: String, role: Parameter.Role) in
          Parameter(name: "\(letter)\(l)", role: role, layer: l, rows: sizes(of: l).outputs, columns: 1)
        }
        switch l < depth ? hidden[l - 1].normalization : .none {
        case .none: return [column("b", .bias)]
        case .layer: return [column("b", .bias), column("g", .gain), column("q", .shift)]
        // The mean over the batch takes a bias away again.
        case .batch: return [column("g", .gain), column("q", .shift)]
        }
      }
  }

  /// Number of parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.count } }

  /// Floating-point operations of a training step for one sample, products alone: forward, gradients of weights, and of inputs from the
  /// second layer on.
  public var trainingFlops: Double {
    (1...depth).reduce(0) { total, l in
      total + (l == 1 ? 4 : 6) * Double(sizes(of: l).inputs) * Double(sizes(of: l).outputs)
    }
  }
}
