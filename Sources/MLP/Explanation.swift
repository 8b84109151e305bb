// Backpropagation written down for one network: every formula is a derivative that the engine makes of the network's own expression; none is typed in
// here. What is typed in is which derivatives a reader wants to see, in which order, and the identifiers of the statements that they are.
import MatDeriv

/// The formulas of a network: forward, backward, and the derivatives of the loss by each parameter in one.
///
/// Samples are columns, so a delta has a row for each sample; its column form is the textbook's for one sample.
public struct Explanation {
  /// A derivative and what it is in a textbook.
  public struct Step {
    /// Identifiers of the statements: `B3`.
    public let rules: [String]
    /// `dL/dW2`, or `Delta2 = dL/dz2`.
    public let left: String
    /// The name that is given to it: `Delta2`; nil for what is not used further on.
    public let name: String?
    /// The variable or intermediate that is derived by: `W2`, `z1`.
    public let variable: String
    public let derivative: Derivative
    /// The expression that is derived, with its definitions.
    public let program: Program
  }

  /// Names of sizes in formulas, what they count, and how many there are.
  public let sizes: [(name: String, meaning: String, value: Int?)]
  /// The loss of a batch as it is trained on, and its definitions: the forward pass.
  public let forward: Program
  /// From the loss back to the inputs, layer by layer.
  public let backward: [Step]
  /// The loss by each parameter, with nothing named on the way but the forward pass.
  public let whole: [Step]

  /// The loss by a parameter, or by the sums or outputs of a layer: `W1`, `z2`, `a1`; nil for any other name.
  ///
  /// **Throws**: as ``Network/explanation()``.
  public func loss(by name: String) throws(DerivationError) -> Step? {
    if let step = whole.first(where: { $0.variable == name }) { return step }
    guard forward.definitions.contains(where: { $0.name == name }), let variable = forward.variable(name) else {
      return nil
    }
    return Step(
      rules: [], left: "dL/d\(name)", name: nil, variable: name,
      derivative: try derivative(of: forward.expression, wrt: variable), program: forward)
  }
}

extension Network {
  /// The formulas of backpropagation in numerator layout.
  ///
  /// **Throws**: never for a network, whose functions all have rules.
  /// **Cost**: milliseconds; one derivative for every parameter and every layer, twice.
  public func explanation() throws(DerivationError) -> Explanation {
    let kind = FormulaKind.loss(weighted: false, penalized: false)
    let forward = program(kind)
    let (_, definitions) = formula(kind)
    let upward = Array(definitions.reversed())
    var backward: [Explanation.Step] = []
    let top = "z\(depth)"
    func begin(_ rules: [String], _ name: String, _ variable: String, _ part: Program) throws(DerivationError) {
      backward.append(
        Explanation.Step(
          rules: rules, left: "\(name) = dL/d\(variable)", name: name, variable: variable,
          derivative: try derivative(of: part.expression, wrt: part.variable(variable)!), program: part))
    }
    if loss.link == nil, outputActivation != .identity {
      // dL/da first, as the chain rule has it, then the activation.
      try begin(["B2"], "G\(depth)", "a\(depth)", forward)
      try begin(["B2"] + outputRules, "Delta\(depth)", top, activated(upward))
    } else {
      try begin(["B2"] + outputRules, "Delta\(depth)", top, forward)
    }
    for l in stride(from: depth, through: 1, by: -1) {
      let part = product(l, upward)
      func add(_ rules: [String], _ variable: String, name: String? = nil) throws(DerivationError) {
        backward.append(
          Explanation.Step(
            rules: rules, left: (name.map { "\($0) = " } ?? "") + "dL/d\(variable)", name: name, variable: variable,
            derivative: try derivative(of: part.expression, wrt: part.variable(variable)!), program: part))
      }
      let isTextbook = isTextbook
      try add(["B3"] + (isTextbook && depth > 1 ? [l == depth ? "R6" : "R7"] : isTextbook ? ["R5"] : []), "W\(l)")
      if parameters.contains(where: { $0.name == "b\(l)" }) { try add(["B4"], "b\(l)") }
      guard l > 1 else { continue }
      try add(["B5"], "a\(l - 1)")
      for p in parameters where p.layer == l - 1 && (p.role == .gain || p.role == .shift) { try add(["M6"], p.name) }
      try add(["B6"] + (isTextbook ? ["R7"] : []), "z\(l - 1)", name: "Delta\(l - 1)")
    }
    var whole: [Explanation.Step] = []
    for p in parameters {
      whole.append(
        Explanation.Step(
          rules: [], left: "dL/d\(p.name)", name: nil, variable: p.name,
          derivative: try derivative(of: forward.expression, wrt: forward.variable(p.name)!), program: forward))
    }
    var sizes: [(name: String, meaning: String, value: Int?)] = [
      ("m", "samples of a batch", nil), ("d", inputs == 1 ? "input" : "inputs", inputs),
    ]
    for (l, layer) in hidden.enumerated() {
      sizes.append(("h\(l + 1)", "\(layer.width == 1 ? "neuron" : "neurons") of layer \(l + 1)", layer.width))
    }
    sizes.append(("k", outputs == 1 ? "output" : "outputs", outputs))
    return Explanation(sizes: sizes, forward: forward, backward: backward, whole: whole)
  }

  /// Sigmoid neurons and squared error.
  private var isTextbook: Bool {
    loss == .squaredError && outputActivation == .sigmoid
      && hidden.allSatisfy { $0.activation == .sigmoid && $0.normalization == .none && $0.dropout == 0 }
  }

  /// What the derivative by the last sums is an instance of.
  private var outputRules: [String] {
    if loss == .crossEntropy { return ["R3", "D15"] }
    return isTextbook ? [depth == 1 ? "R5" : "R6"] : []
  }

  /// tr(G*a) of the last layer, where G = dL/da is given.
  private func activated(_ upward: [String]) -> Program {
    let lines = declarations(.loss(weighted: false, penalized: false)).filter { !$0.hasPrefix("Y:") }
    return read("tr(G\(depth)*a\(depth))", upward[...], lines + ["G\(depth): matrix(m, k)"])
  }

  /// tr(Delta*z) of layer l: what the derivative of the loss is to anything below, where Delta = dL/dz is given.
  private func product(_ l: Int, _ upward: [String]) -> Program {
    let end = upward.firstIndex { $0.hasPrefix("z\(l) = ") }!
    let kept = parameters.filter { $0.layer < l || ($0.layer == l && ($0.role == .weight || $0.role == .bias)) }.map(
      \.name)
    var names = Set(kept + ["X"])
    for i in 1..<max(l, 2) { names.insert("D\(i)") }
    var lines = declarations(.loss(weighted: false, penalized: false)).filter { line in
      names.contains(String(line.prefix { $0 != ":" }))
    }
    lines.append("Delta\(l): matrix(m, \(sizeName(l)))")
    return read("tr(Delta\(l)*z\(l))", upward[...end], lines)
  }

  private func read(_ main: String, _ definitions: ArraySlice<String>, _ declarations: [String]) -> Program {
    let text = main + " where " + definitions.reversed().joined(separator: "; ")
    do throws(LanguageError) { return try Program(text, Declarations(declarations)) } catch {
      // The text is ours.
      fatalError("a formula of a \(shape) network is not read: \(error) in \(text)")
    }
  }
}
