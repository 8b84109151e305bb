// What training minimises, as an expression of the sums of the last layer and the targets.

/// The loss of a sample; a batch has the mean of its samples' losses (N2).
public enum Loss: Sendable, Equatable {
  /// -sum_i y_i log p_i with p = softmax(z) (N1, D15): one class of several.
  case crossEntropy
  /// The same with p = sigmoid(z) for each output by itself.
  case binaryCrossEntropy
  /// 1/2 sum_k (a_k - y_k)^2 (R5): the textbook's.
  case squaredError
  /// Mean over outputs of (a - y)^2.
  case meanSquaredError
  /// Mean over outputs of |a - y|.
  case meanAbsoluteError
  /// Mean over outputs of r^2/2 for |r| <= delta, delta*(|r| - delta/2) beyond.
  case huber(delta: Double)
  /// Mean over outputs of log(cosh(a - y)).
  case logCosh
  /// Mean over outputs of max(q*r, (q - 1)*r) with r = y - a: the minimum is the q-quantile.
  case quantile(Double)
  /// Mean over outputs of exp(z) - y*z: counts with mean exp(z).
  case poisson

  /// What is minimised where nothing else is said.
  public static func standard(ofClasses isOfClasses: Bool) -> Loss { isOfClasses ? .crossEntropy : .meanSquaredError }

  /// Whether the loss is one of classes.
  public var isOfClasses: Bool { self == .crossEntropy || self == .binaryCrossEntropy }

  /// How outputs follow from the sums of the last layer where the loss has a link of its own; nil where they are its activations.
  enum Link { case softmax, sigmoid, exponential }

  var link: Link? {
    switch self {
    case .crossEntropy: .softmax
    case .binaryCrossEntropy: .sigmoid
    case .poisson: .exponential
    default: nil
    }
  }

  /// The loss of a batch of `m` samples with `k` outputs: `z` names the last sums, `a` their activations, Y the targets. With weights,
  /// w is their column, and of a loss of classes Y holds weighted targets.
  func formula(z: String, a: String, weighted: Bool) -> String {
    func total(_ terms: String) -> String { weighted ? "sum((ones(k, 1)*w').*(\(terms)))" : "sum(\(terms))" }
    let r = "(\(a) - Y)"
    switch self {
    case .crossEntropy:
      return "(\(weighted ? "w'*logsumexp(\(z))" : "sum(logsumexp(\(z)))") - sum(Y.*\(z)))/m"
    case .binaryCrossEntropy: return "(\(total("softplus(\(z))")) - sum(Y.*\(z)))/m"
    case .squaredError: return "\(total("\(r).^2"))/2/m"
    case .meanSquaredError: return "\(total("\(r).^2"))/(k*m)"
    case .meanAbsoluteError: return "\(total("abs(\(r))"))/(k*m)"
    case .huber(let delta):
      return "\(total("\(r).^2 - relu(abs(\(r)) - \(delta)*ones(k, m)).^2"))/(2*k*m)"
    case .logCosh: return "\(total("\(r) + softplus(-2*\(r)) - log(2)*ones(k, m)"))/(k*m)"
    case .quantile(let q): return "\(total("\(q)*relu(-\(r)) + \(1 - q)*relu(\(r))"))/(k*m)"
    case .poisson: return "\(total("exp(\(z)) - Y.*\(z)"))/(k*m)"
    }
  }
}

extension Loss: CustomStringConvertible, LosslessStringConvertible {
  public var description: String {
    switch self {
    case .crossEntropy: "cross-entropy"
    case .binaryCrossEntropy: "binary-cross-entropy"
    case .squaredError: "squared-error"
    case .meanSquaredError: "mse"
    case .meanAbsoluteError: "mae"
    case .huber(let delta): "huber:\(delta)"
    case .logCosh: "log-cosh"
    case .quantile(let q): "quantile:\(q)"
    case .poisson: "poisson"
    }
  }

  /// The words of the command line; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.count == 2 ? Double(parts[1]) : nil
    switch (String(parts[0]), parts.count) {
    case ("cross-entropy", 1): self = .crossEntropy
    case ("binary-cross-entropy", 1), ("bce", 1): self = .binaryCrossEntropy
    case ("squared-error", 1): self = .squaredError
    case ("mse", 1): self = .meanSquaredError
    case ("mae", 1): self = .meanAbsoluteError
    case ("huber", 1): self = .huber(delta: 1)
    case ("huber", 2):
      guard let number, number > 0, number.isFinite else { return nil }
      self = .huber(delta: number)
    case ("log-cosh", 1): self = .logCosh
    case ("quantile", 1): self = .quantile(0.5)
    case ("quantile", 2):
      guard let number, number > 0, number < 1 else { return nil }
      self = .quantile(number)
    case ("poisson", 1): self = .poisson
    default: return nil
    }
  }
}
