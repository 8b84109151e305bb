// Reverse mode, the trace method: df = sum of tr(g * dz) over the nodes z still to be opened. Opening a node replaces its term by terms of its
// children: its differential inserted (D1 to D8), everything but dz moved to the left (D9 to D13).

extension Graph {
  /// The numerator-layout derivatives g, with tr(g*dx) summed over the variables equal to tr(cotangent*d root).
  func gradients(
    of root: Node, _ cotangent: Node, with variables: [Node], trace: ReverseTrace? = nil
  ) throws(DerivationError) -> [Node] {
    let targets = Set(variables)
    var pending: [Node: [Node]] = [root: [cotangent]]
    let nodes = dependents(of: targets, in: root)
    let active = Set(nodes)
    let names = names(among: nodes)
    // Parents before children: all contributions of a shared node meet before it is opened.
    for node in nodes.reversed() {
      guard let contributions = pending[node] else { continue }
      let g = add(contributions)
      pending[node] = [g]
      if targets.contains(node) { continue }
      trace?.willOpen(node, pending)
      pending[node] = nil
      for (child, contribution) in try pullback(node, g, active.contains, name: names[node]) {
        pending[child, default: []].append(contribution)
      }
      trace?.didOpen(node, g, pending)
    }
    return variables.map { pending[$0].map(add) ?? zeros(shape($0).transposed) }
  }

  /// One step back: tr(g * d node) as the sum of tr(h * d child). A node that has a name enters its own derivative by name.
  func pullback(
    _ node: Node, _ g: Node, _ isActive: (Node) -> Bool, name: Node? = nil
  ) throws(DerivationError) -> [(child: Node, cotangent: Node)] {
    switch operation(node) {
    case .size, .zeros, .eye, .ones, .commutation: return []
    case .symbol(let index):
      guard case .definition(let value) = symbols[Int(index)].role, isActive(value) else { return [] }
      return [(value, g)]
    case .transpose(let x): return isActive(x) ? [(x, transpose(g))] : []  // D10
    case .sum(let terms):  // D11
      return terms.filter { isActive($0.unit) }.map { ($0.unit, scale($0.coefficient, g)) }
    case .dot(let chain): return chainPullback(g, [], chain, isActive)
    case .product(let c, let scalars, let chain):
      var result: [(Node, Node)] = []
      let trace = apply(Tr(), [multiply([g] + chain)])
      for i in scalars.indices {
        let rest = scalars.indices.filter { $0 != i }.map { power(scalars[$0].base, scalars[$0].exponent) }
        let others = multiply([number(c), trace] + rest)
        if isActive(scalars[i].base) {
          let lowered = power(scalars[i].base, add([scalars[i].exponent, number(-1)]))
          result.append((scalars[i].base, multiply([scalars[i].exponent, lowered, others])))
        }
        if isActive(scalars[i].exponent) {
          let own = power(scalars[i].base, scalars[i].exponent)
          result.append((scalars[i].exponent, multiply([own, apply(Log(), [scalars[i].base]), others])))
        }
      }
      let scalar = product(c, scalars, [], .scalar)
      return result + chainPullback(g, [scalar], chain, isActive)
    case .hadamard(let powers): return hadamardPullback(powers, g, isActive)
    case .apply(let index, let arguments):
      return try applyPullback(primitives[Int(index)], name ?? node, arguments, g, isActive)
    }
  }

  /// D12: tr(g*L*dX*R) = tr(R*g*L*dX).
  private func chainPullback(
    _ g: Node, _ scalars: [Node], _ chain: [Node], _ isActive: (Node) -> Bool
  ) -> [(child: Node, cotangent: Node)] {
    chain.indices.filter { isActive(chain[$0]) }.map { i in
      var product = ProductBuilder(self)
      for factor in scalars + chain[(i + 1)...] + [g] + chain[..<i] { product.append(factor) }
      return (chain[i], product.node)
    }
  }

  /// D13: the cotangent of the factor f of f.^e .* R is e * g .* (f.^(e-1) .* R)'.
  private func hadamardPullback(
    _ powers: [Power], _ g: Node, _ isActive: (Node) -> Bool
  ) -> [(child: Node, cotangent: Node)] {
    var result: [(Node, Node)] = []
    for i in powers.indices {
      let shape = shape(powers[i].base)
      let rest = powers.indices.filter { $0 != i }.map { powers[$0] }
      if isActive(powers[i].base) {
        let lowered = Power(base: powers[i].base, exponent: add([powers[i].exponent, number(-1)]))
        let weight = transpose(hadamard(rest + [lowered], shape))
        result.append((powers[i].base, multiply([powers[i].exponent, hadamard([g, weight])])))
      }
      if isActive(powers[i].exponent) {
        let entries = hadamard(rest + [powers[i], Power(base: apply(Log(), [powers[i].base]), exponent: one)], shape)
        result.append((powers[i].exponent, apply(Tr(), [multiply([g, entries])])))
      }
    }
    return result
  }

  private func applyPullback(
    _ primitive: any Primitive, _ node: Node, _ arguments: [Node], _ g: Node, _ isActive: (Node) -> Bool
  ) throws(DerivationError) -> [(child: Node, cotangent: Node)] {
    let x = arguments.map { Expression(self, $0) }
    var result: [(Node, Node)] = []
    for (i, argument) in arguments.enumerated() where isActive(argument) {
      if let linear = primitive as? any LinearPrimitive, linear.isLinear(in: i) {
        guard let h = linear.adjoint(Expression(self, g), x, argument: i) else {
          throw .noRule(primitive: primitive.name, argument: i)
        }
        result.append((argument, h.node))
        continue
      }
      let dx = differentialSymbol(of: argument)
      guard let dy = primitive.differential(Expression(self, node), x, argument: i, Expression(self, dx)) else {
        throw .noRule(primitive: primitive.name, argument: i)
      }
      result.append((argument, try gradients(of: dy.node, g, with: [dx])[0]))
    }
    return result
  }
}

/// Follows the reverse mode: what a derivation is printed from.
protocol ReverseTrace: AnyObject {
  func willOpen(_ node: Node, _ pending: [Node: [Node]])
  func didOpen(_ node: Node, _ cotangent: Node, _ pending: [Node: [Node]])
}
