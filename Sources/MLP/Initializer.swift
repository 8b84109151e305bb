// Where weights begin.
import MatDeriv
import RandomStreams

/// The distribution that weights are drawn from; biases and shifts begin at 0, gains at 1.
public enum Initializer: Sendable, Equatable {
  /// By the activation behind the weights: He for the family of ReLU, LeCun for SELU, Glorot for the others.
  case automatic
  /// Uniform within sqrt(6/(in + out)). **Source**: Glorot, Bengio, AISTATS 2010.
  case glorot
  /// Normal with variance 2/in. **Source**: He et al., ICCV 2015.
  case he
  /// Normal with variance 1/in. **Source**: LeCun et al., Efficient BackProp (1998).
  case lecun
  /// Uniform within this bound.
  case uniform(Double)

  /// The words of the command line; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    switch (String(parts[0]), parts.count) {
    case ("auto", 1): self = .automatic
    case ("glorot", 1): self = .glorot
    case ("he", 1): self = .he
    case ("lecun", 1): self = .lecun
    case ("uniform", 2):
      guard let bound = Double(parts[1]), bound > 0, bound.isFinite else { return nil }
      self = .uniform(bound)
    default: return nil
    }
  }

  /// The word that means it.
  public var name: String {
    switch self {
    case .automatic: "auto"
    case .glorot: "glorot"
    case .he: "he"
    case .lecun: "lecun"
    case .uniform(let bound): "uniform:\(bound)"
    }
  }

  /// What is used in front of this activation.
  func resolved(for activation: Activation) -> Initializer {
    guard self == .automatic else { return self }
    switch activation {
    case .relu, .leakyRelu, .elu, .gelu, .silu, .mish, .softplus: return .he
    case .selu: return .lecun
    case .identity, .sigmoid, .tanh, .scaledTanh: return .glorot
    }
  }
}

extension Network {
  /// The activation behind layer l.
  func activation(of layer: Int) -> Activation {
    layer < depth ? hidden[layer - 1].activation : loss.link == nil ? outputActivation : .identity
  }

  /// Parameters before training.
  func initialParameters(_ initializer: Initializer, _ draws: Draws) -> Parameters {
    Parameters(
      parameters.map { p in
        switch p.role {
        case .bias, .shift: return (p.name, Matrix(rows: p.rows, columns: p.columns, repeating: 0))
        case .gain: return (p.name, Matrix(rows: p.rows, columns: p.columns, repeating: 1))
        case .weight:
          let (fanIn, fanOut) = (Double(p.columns), Double(p.rows))
          let draw: (Double) -> Double
          switch initializer.resolved(for: activation(of: p.layer)) {
          case .glorot, .automatic:
            let bound = (6 / (fanIn + fanOut)).squareRoot()
            draw = { (2 * $0 - 1) * bound }
          case .he: draw = { NormalInversion.quantile($0) * (2 / fanIn).squareRoot() }
          case .lecun: draw = { NormalInversion.quantile($0) / fanIn.squareRoot() }
          case .uniform(let bound): draw = { (2 * $0 - 1) * bound }
          }
          var entries: [Double] = []
          entries.reserveCapacity(p.count)
          for k in 0..<((p.count + 1) / 2) {
            let (u, v) = draws.uniforms(k, place: p.layer, .weights)
            entries.append(draw(u))
            if entries.count < p.count { entries.append(draw(v)) }
          }
          return (p.name, Matrix(rows: p.rows, columns: p.columns, columnMajor: entries))
        }
      })
  }
}
