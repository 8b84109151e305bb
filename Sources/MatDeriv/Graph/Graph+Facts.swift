// What follows about a node from what was declared about its symbols. Memoised; primitives answer for themselves.

extension Graph {
  func facts(_ node: Node) -> Facts {
    if let known = knownFacts[Int(node.index)] { return known }
    var facts = derivedFacts(node)
    let shape = shape(node)
    if shape.isSquare, !shape.isScalar, !facts.contains(.symmetric) {
      switch operation(node) {
      case .apply: break
      default: if transpose(node) == node { facts.insert(.symmetric) }
      }
    }
    facts = facts.closed
    knownFacts[Int(node.index)] = facts
    return facts
  }

  func has(_ fact: Facts, _ node: Node) -> Bool { facts(node).contains(fact) }

  private func derivedFacts(_ node: Node) -> Facts {
    switch operation(node) {
    case .symbol(let index): return symbols[Int(index)].facts
    case .size: return [.positive]
    case .zeros: return shape(node).isSquare ? [.diagonal, .semidefinite, .nonnegative] : [.nonnegative]
    case .eye: return [.diagonal, .definite, .orthogonal, .nonnegative, .stochastic]
    case .ones: return [.positive, .fullColumnRank]
    case .commutation: return [.orthogonal, .nonnegative, .stochastic]
    case .transpose(let x): return facts(x).transposed
    case .product(let c, let scalars, let chain): return productFacts(c, scalars, chain)
    case .dot(let chain):
      let half = chain.count / 2
      let isSquare =
        chain.count % 2 == 0
        ? mirrors(chain[..<half], chain[half...])
        : mirrors(chain[..<half], chain[(half + 1)...]) && has(.semidefinite, chain[half])
      return isSquare || chain.allSatisfy { has(.nonnegative, $0) } ? [.nonnegative] : []
    case .sum(let terms): return sumFacts(terms)
    case .hadamard(let powers): return hadamardFacts(powers)
    case .apply(let index, let arguments):
      return primitives[Int(index)].facts(arguments.map { Expression(self, $0) })
    }
  }

  /// Whether the second part is the transpose of the first.
  func mirrors(_ a: ArraySlice<Node>, _ b: ArraySlice<Node>) -> Bool {
    a.count == b.count && zip(a, b.reversed()).allSatisfy { transpose($0) == $1 }
  }

  private func productFacts(_ c: Coefficient, _ scalars: [Power], _ chain: [Node]) -> Facts {
    let signs = scalars.map { powerFacts($0) }
    let isNonnegative = !c.isNegative && signs.allSatisfy { $0.contains(.nonnegative) }
    let isPositive = isNonnegative && signs.allSatisfy { $0.contains(.positive) }
    let isNonzero = signs.allSatisfy { $0.contains(.nonzero) }
    if chain.isEmpty { return isPositive ? [.positive] : isNonnegative ? [.nonnegative] : isNonzero ? [.nonzero] : [] }
    var result: Facts = []
    let each = chain.map { facts($0) }
    func all(_ fact: Facts) -> Bool { each.allSatisfy { $0.contains(fact) } }
    for fact in [Facts.diagonal, .lower, .upper] where all(fact) { result.insert(fact) }
    if isNonnegative, all(.nonnegative) { result.insert(.nonnegative) }
    if chain.count == 1 {
      result.formUnion(each[0].intersection([.symmetric, .skew]))
      if isNonnegative { result.formUnion(each[0].intersection(.semidefinite)) }
      if isPositive { result.formUnion(each[0].intersection([.definite, .positive])) }
      if isNonzero { result.formUnion(each[0].intersection([.invertible, .fullColumnRank])) }
      return result
    }
    if isNonzero, all(.invertible) { result.insert(.invertible) }
    if isNonzero, all(.fullColumnRank) { result.insert(.fullColumnRank) }
    if scalars.isEmpty, c.isOne, all(.orthogonal) { result.insert(.orthogonal) }
    if isPositive, all(.posdet) { result.insert(.posdet) }
    // B'*B and B'*S*B.
    let half = chain.count / 2
    let middle = chain.count % 2 == 0 ? nil : chain[half]
    if mirrors(chain[..<half], chain[(chain.count - half)...]), middle.map({ has(.semidefinite, $0) }) ?? true {
      if isNonnegative { result.insert(.semidefinite) }
      if isPositive, chain[(chain.count - half)...].allSatisfy({ has(.fullColumnRank, $0) }),
        middle.map({ has(.definite, $0) }) ?? true
      {
        result.insert(.definite)
      }
    }
    return result
  }

  private func powerFacts(_ power: Power) -> Facts {
    let base = facts(power.base)
    if base.contains(.positive) { return [.positive] }
    guard let e = coefficient(power.exponent) else {
      // A whole power of unknown parity keeps no sign.
      if isWhole(power.exponent) { return base.intersection([.nonnegative, .nonzero]) }
      return [.positive]
    }
    if e.isEvenInteger { return base.contains(.nonzero) || e.isNegative ? [.positive] : [.nonnegative] }
    if !e.isInteger { return e.isNegative ? [.positive] : [.nonnegative] }
    return e.isNegative ? base.union(.nonzero) : base.intersection([.nonnegative, .nonzero])
  }

  private func sumFacts(_ terms: [Term]) -> Facts {
    let each = terms.map { facts($0.unit) }
    func all(_ fact: Facts) -> Bool { each.allSatisfy { $0.contains(fact) } }
    var result: Facts = []
    for fact in [Facts.symmetric, .skew, .diagonal, .lower, .upper] where all(fact) { result.insert(fact) }
    guard terms.allSatisfy({ !$0.coefficient.isNegative }) else { return result }
    if all(.semidefinite) {
      result.insert(.semidefinite)
      if each.contains(where: { $0.contains(.definite) }) { result.insert(.definite) }
    }
    if all(.nonnegative) {
      result.insert(.nonnegative)
      if each.contains(where: { $0.contains(.positive) }) { result.insert(.positive) }
    }
    return result
  }

  private func hadamardFacts(_ powers: [Power]) -> Facts {
    var result: Facts = []
    let signs = powers.map { powerFacts($0) }
    if signs.allSatisfy({ $0.contains(.nonnegative) }) { result.insert(.nonnegative) }
    if signs.allSatisfy({ $0.contains(.positive) }) { result.insert(.positive) }
    let whole = powers.filter { coefficient($0.exponent).map { $0.isInteger && !$0.isNegative } ?? false }
    for fact in [Facts.diagonal, .lower, .upper]
    where whole.contains(where: { has(fact, $0.base) }) && whole.count == powers.count {
      result.insert(fact)
    }
    // Schur: the elementwise product of semidefinite matrices is semidefinite.
    if whole.count == powers.count, powers.allSatisfy({ has(.semidefinite, $0.base) }) { result.insert(.semidefinite) }
    return result
  }
}

extension Facts {
  /// The facts of the transpose.
  var transposed: Facts {
    var result = subtracting([.lower, .upper, .stochastic, .fullColumnRank])
    if contains(.lower) { result.insert(.upper) }
    if contains(.upper) { result.insert(.lower) }
    return result.closed
  }
}
