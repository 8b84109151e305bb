// Products over sums written out: one step at a node, or everywhere below it. The breadth is bounded, so that powers of sums end.

extension Graph {
  /// At most so many terms come from one expansion.
  static let expansionLimit = 8

  /// The node with its own sums written out, its children as they are; itself if there are none or too many.
  func expandOnce(_ node: Node) -> Node {
    guard allows(.expandSums) else { return node }
    switch operation(node) {
    case .product(let c, let scalars, let chain):
      var terms: [(Coefficient, Node)] = [(c, one)]
      var factors: [[(Coefficient, Node)]] = []
      for power in scalars {
        if power.exponent == one {
          factors.append(summands(power.base))
        } else if let k = coefficient(power.exponent)?.integer, k == 2 {
          factors += [summands(power.base), summands(power.base)]
        } else {
          factors.append([(.one, self.power(power.base, power.exponent))])
        }
      }
      for factor in chain { factors.append(summands(factor)) }
      terms = spread(factors, c)
      return terms.isEmpty ? node : sum(of: terms, shape(node))
    case .dot(let chain):
      let terms = spread(chain.map(summands), .one)
      return terms.isEmpty ? node : sum(of: terms, shape(node))
    case .sum(let terms):
      return sum(of: terms.map { ($0.coefficient, expandOnce($0.unit)) }, shape(node))
    case .transpose(let x):
      return transpose(expandOnce(x))
    case .hadamard(let powers):
      guard powers.contains(where: { $0.exponent == one && summands($0.base).count > 1 }) else { return node }
      var terms: [(Coefficient, [Power])] = [(.one, [])]
      for power in powers {
        let parts: [(Coefficient, Power)] =
          power.exponent == one
          ? summands(power.base).map { ($0.0, Power(base: $0.1, exponent: one)) } : [(.one, power)]
        if terms.count * parts.count > Graph.expansionLimit { return node }
        terms = terms.flatMap { term in parts.map { (term.0 * $0.0, term.1 + [$0.1]) } }
      }
      return sum(of: terms.map { ($0.0, hadamard($0.1, shape(node))) }, shape(node))
    case .apply(let index, let arguments):
      guard let linear = primitives[Int(index)] as? any LinearPrimitive, arguments.indices.allSatisfy(linear.isLinear)
      else { return node }
      var terms: [(Coefficient, [Node])] = [(.one, [])]
      for argument in arguments {
        let parts = summands(argument)
        if terms.count * parts.count > Graph.expansionLimit { return node }
        terms = terms.flatMap { term in parts.map { (term.0 * $0.0, term.1 + [$0.1]) } }
      }
      if terms.count == 1 { return node }
      return sum(of: terms.map { ($0.0, apply(linear, $0.1)) }, shape(node))
    default: return node
    }
  }

  /// The node with all sums under products and linear functions written out, innermost first.
  func expand(_ node: Node) -> Node {
    var memo: [Node: Node] = [:]
    return expand(node, &memo)
  }

  private func expand(_ node: Node, _ memo: inout [Node: Node]) -> Node {
    if let known = memo[node] { return known }
    let children = children(node)
    var changed: [Node: Node] = [:]
    for child in children where symbol(node) == nil {
      let expanded = expand(child, &memo)
      if expanded != child { changed[child] = expanded }
    }
    let result = expandOnce(changed.isEmpty ? node : rebuild(node) { changed[$0] ?? $0 })
    memo[node] = result
    return result
  }

  /// The terms of a node; itself where it is no sum.
  func summands(_ node: Node) -> [(Coefficient, Node)] {
    let (c, unit) = unit(node)
    if case .sum(let terms) = operation(unit) { return terms.map { (c * $0.coefficient, $0.unit) } }
    if case .transpose(let x) = operation(unit), case .sum(let terms) = operation(x) {
      return terms.map { (c * $0.coefficient, transpose($0.unit)) }
    }
    return [(.one, node)]
  }

  /// The products of one term of each factor; empty if there is nothing to spread or too much.
  private func spread(_ factors: [[(Coefficient, Node)]], _ c: Coefficient) -> [(Coefficient, Node)] {
    guard factors.contains(where: { $0.count > 1 }) else { return [] }
    var terms: [(Coefficient, [Node])] = [(c, [])]
    for factor in factors {
      if terms.count * factor.count > Graph.expansionLimit { return [] }
      terms = terms.flatMap { term in factor.map { (term.0 * $0.0, term.1 + [$0.1]) } }
    }
    return terms.map { ($0.0, multiply($0.1)) }
  }
}
