// The vec method: every linear step as a matrix on vec, so that d vec(F) = J * d vec(X). Scalar sub-expressions go through their gradient, which
// keeps Kronecker products out of most results of order two.

extension Graph {
  /// The matrix J with d vec(root) = J * d vec(variable).
  func jacobian(of root: Node, with variable: Node) throws(DerivationError) -> Node {
    let columns = shape(variable).count
    var known: [Node: Node] = [variable: identity(columns)]
    let nodes = dependents(of: [variable], in: root)
    let active = Set(nodes)
    let names = names(among: nodes)
    let needed = nonscalarAncestors(of: root, active)
    for node in nodes where known[node] == nil && needed.contains(node) {
      known[node] = try jacobian(node, active, variable, name: names[node]) { known[$0] }
    }
    return known[root] ?? zeros(Shape(shape(root).count, columns))
  }

  /// The nodes whose Jacobians are asked for: nothing below a scalar.
  private func nonscalarAncestors(of root: Node, _ active: Set<Node>) -> Set<Node> {
    var needed: Set<Node> = [root]
    var stack = [root]
    while let node = stack.popLast() {
      if isScalar(node) { continue }
      for child in children(node) where active.contains(child) && needed.insert(child).inserted { stack.append(child) }
    }
    return needed
  }

  private func jacobian(
    _ node: Node, _ active: Set<Node>, _ variable: Node, name: Node?, of child: (Node) -> Node?
  ) throws(DerivationError) -> Node {
    let shape = shape(node)
    let result = Shape(shape.count, self.shape(variable).count)
    if isScalar(node) {
      let gradient = try gradients(of: node, one, with: [variable])[0]
      return transpose(apply(Vec(), [transpose(gradient)]))
    }
    switch operation(node) {
    case .size, .zeros, .eye, .ones, .commutation: return zeros(result)
    case .symbol(let index):
      guard case .definition(let value) = symbols[Int(index)].role else { return zeros(result) }
      return child(value) ?? zeros(result)
    case .transpose(let x):
      let inner = self.shape(x)
      return child(x).map { distribute(commutation(inner.rows, inner.columns), $0) } ?? zeros(result)
    case .sum(let terms):
      return sum(of: terms.compactMap { term in child(term.unit).map { (term.coefficient, $0) } }, result)
    case .dot: return zeros(result)
    case .product(let c, let scalars, let chain):
      var parts: [(Coefficient, Node)] = []
      let scalar = product(c, scalars, [], .scalar)
      if scalars.contains(where: { active.contains($0.base) || active.contains($0.exponent) }) {
        let gradient = try gradients(of: scalar, one, with: [variable])[0]
        let row = transpose(apply(Vec(), [transpose(gradient)]))
        parts.append((.one, multiply([apply(Vec(), [multiply(chain)]), row])))
      }
      for i in chain.indices {
        guard let j = child(chain[i]) else { continue }
        let l = i == 0 ? identity(shape.rows) : multiply(Array(chain[..<i]))
        let r = i == chain.count - 1 ? identity(shape.columns) : multiply(Array(chain[(i + 1)...]))
        parts.append((.one, distribute(multiply([scalar, apply(Kron(), [transpose(r), l])]), j)))
      }
      return sum(of: parts, result)
    case .hadamard(let powers):
      var parts: [(Coefficient, Node)] = []
      for i in powers.indices {
        let rest = powers.indices.filter { $0 != i }.map { powers[$0] }
        if let j = child(powers[i].base) {
          let lowered = Power(base: powers[i].base, exponent: add([powers[i].exponent, number(-1)]))
          let weight = multiply([powers[i].exponent, hadamard(rest + [lowered], shape)])
          parts.append((.one, distribute(apply(Diag(), [apply(Vec(), [weight])]), j)))
        }
        if let j = child(powers[i].exponent) {
          let entries = hadamard(rest + [powers[i], Power(base: apply(Log(), [powers[i].base]), exponent: one)], shape)
          parts.append((.one, multiply([apply(Vec(), [entries]), j])))
        }
      }
      return sum(of: parts, result)
    case .apply(let index, let arguments):
      let primitive = primitives[Int(index)]
      let x = arguments.map { Expression(self, $0) }
      var parts: [(Coefficient, Node)] = []
      for (i, argument) in arguments.enumerated() {
        guard let j = child(argument) else { continue }
        if let linear = primitive as? any LinearPrimitive, linear.isLinear(in: i) {
          guard let m = linear.matrix(x, argument: i) else { throw .noRule(primitive: primitive.name, argument: i) }
          parts.append((.one, distribute(m.node, j)))
        } else {
          let dx = differentialSymbol(of: argument)
          guard let dy = primitive.differential(Expression(self, name ?? node), x, argument: i, Expression(self, dx))
          else {
            throw .noRule(primitive: primitive.name, argument: i)
          }
          parts.append((.one, distribute(try jacobian(of: dy.node, with: dx), j)))
        }
      }
      return sum(of: parts, result)
    }
  }

  /// The product with every term of a sum, so that Kronecker products meet.
  private func distribute(_ m: Node, _ j: Node) -> Node {
    let (c, unit) = unit(j)
    guard case .sum(let terms) = operation(unit) else { return multiply([m, j]) }
    return sum(of: terms.map { (c * $0.coefficient, multiply([m, $0.unit])) }, Shape(shape(m).rows, shape(j).columns))
  }
}
