// What a layer applies to its sums, as the words of the language that say it: the derivative is the engine's.

/// A function applied entry by entry behind the sums of a layer.
public enum Activation: String, Sendable, CaseIterable {
  case identity, sigmoid, tanh
  /// 1.7159*tanh(2z/3): unit variance stays near one. **Source**: LeCun et al., Efficient BackProp (1998), section 4.4.
  case scaledTanh = "scaled-tanh"
  case relu
  /// z where it is positive, 0.01*z elsewhere.
  case leakyRelu = "leaky-relu"
  case elu
  /// **Source**: Klambauer et al., Self-normalizing neural networks (2017).
  case selu
  case gelu, silu
  /// z*tanh(softplus(z)). **Source**: Misra, BMVC 2020.
  case mish
  case softplus

  /// The constants of `selu`: scale, and scale times alpha.
  static let seluConstants = (scale: "1.0507009873554805", negative: "1.7580993408473766")

  /// The function of the matrix called `z`, in the language of expressions.
  func formula(_ z: String) -> String {
    switch self {
    case .identity: z
    case .scaledTanh: "1.7159*tanh(2*\(z)/3)"
    case .leakyRelu: "relu(\(z)) - 0.01*relu(-\(z))"
    // elu of what is not positive is exp - 1.
    case .selu: "\(Activation.seluConstants.scale)*relu(\(z)) + \(Activation.seluConstants.negative)*elu(-relu(-\(z)))"
    case .mish: "\(z).*tanh(softplus(\(z)))"
    case .sigmoid, .tanh, .relu, .elu, .gelu, .silu, .softplus: "\(rawValue)(\(z))"
    }
  }
}
