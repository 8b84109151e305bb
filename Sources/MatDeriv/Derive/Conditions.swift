// Side conditions: what the expression and its derivative need, without what was declared and without what the derivative can do without.

extension Graph {
  /// The conditions of what is differentiated, the expression and its first derivative for a second one, and of the result, in
  /// the order of the expression.
  func conditions(of roots: [Node], wrt variable: Node, derivative: Node) -> [Condition] {
    var result: [Condition] = []
    func add(_ condition: Condition) {
      if !holds(condition), !result.contains(condition) { result.append(condition) }
    }
    for root in roots { for condition in writtenConditions[root] ?? [] { add(condition) } }
    for node in reachable(from: roots) {
      for condition in domain(of: node) { add(condition) }
      // A function of constants alone is not differentiated.
      if case .apply(let index, let arguments) = operation(node), depends(node, on: [variable]) {
        for condition in primitives[Int(index)].smoothness(arguments.map { Expression(self, $0) }) { add(condition) }
      }
    }
    for node in reachable(from: [derivative]) { for condition in domain(of: node) { add(condition) } }
    let implied: Set<Condition.Kind> = [.nonzero, .nonnegative]
    return result.filter { condition in
      if condition.kind == .invertible, result.contains(Condition(.positive, det(condition.subject))) { return false }
      return !implied.contains(condition.kind) || !result.contains(Condition(.positive, condition.subject))
    }
  }

  /// What the value of the node itself needs.
  private func domain(of node: Node) -> [Condition] {
    switch operation(node) {
    case .apply(let index, let arguments): return primitives[Int(index)].domain(arguments.map { Expression(self, $0) })
    case .product(_, let powers, _), .hadamard(let powers):
      return powers.compactMap { power in
        let base = Expression(self, power.base)
        guard let e = coefficient(power.exponent) else {
          // A size, or a size less one: not negative.
          return isWhole(power.exponent) ? nil : Condition(.positive, base)
        }
        if e.isInteger { return e.isNegative ? Condition(.nonzero, base) : nil }
        return Condition(e.isNegative ? .positive : .nonnegative, base)
      }
    default: return []
    }
  }

  /// Whether the condition follows from what is known.
  private func holds(_ condition: Condition) -> Bool {
    let facts = condition.subject.facts
    return switch condition.kind {
    case .invertible: facts.contains(.invertible)
    case .positiveDeterminant: facts.contains(.posdet)
    case .positiveDefinite: facts.contains(.definite)
    case .positive: facts.contains(.positive)
    case .nonnegative: facts.contains(.nonnegative)
    case .nonzero: facts.contains(.nonzero)
    case .fullColumnRank: facts.contains(.fullColumnRank)
    case .simpleLargestEigenvalue: condition.subject.shape.isScalar
    case .noEigenvalueOnNegativeAxis: facts.contains(.definite)
    }
  }

  /// All nodes below, each once, in the order in which a reader meets them.
  func reachable(from roots: [Node]) -> [Node] {
    var seen: Set<Node> = []
    var result: [Node] = []
    var stack = Array(roots.reversed())
    while let node = stack.popLast() {
      guard seen.insert(node).inserted else { continue }
      result.append(node)
      stack += children(node).reversed()
    }
    return result
  }
}

extension Condition {
  /// The condition as it is printed: `X invertible`, `det(X) > 0`, `x != 0`.
  public var text: (subject: Syntax, predicate: String) {
    let written = subject.syntax
    // x'*x > 0 says x != 0.
    if kind == .nonzero || kind == .positive, let x = gramFactor { return (x, "!= 0") }
    return switch kind {
    case .invertible: (written, "invertible")
    case .positiveDeterminant: (det(subject).syntax, "> 0")
    case .positiveDefinite: (written, "symmetric positive definite")
    case .positive: (written, subject.shape.isScalar ? "> 0" : "> 0 entrywise")
    case .nonnegative: (written, subject.shape.isScalar ? ">= 0" : ">= 0 entrywise")
    case .nonzero: (written, subject.shape.isScalar ? "!= 0" : "!= 0 entrywise")
    case .fullColumnRank: (written, "of full column rank")
    case .simpleLargestEigenvalue: (written, "with a simple largest eigenvalue")
    case .noEigenvalueOnNegativeAxis: (written, "without eigenvalues on the negative real axis")
    }
  }

  /// The x of x'*x, if the subject is such: what a norm would be written of.
  private var gramFactor: Syntax? {
    let g = subject.graph
    guard case .dot(let chain) = g.operation(subject.node),
      case .call(_, let arguments) = g.printGram(chain, power: 1)?.syntax.form
    else { return nil }
    return arguments[0]
  }
}
