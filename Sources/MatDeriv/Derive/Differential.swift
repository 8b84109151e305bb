// Forward mode: the differential of a node as an ordinary expression that is linear in the differentials of the variables. Product and
// chain rule over the graph stand here; what a primitive does stands in its file.

/// Why a derivative does not exist.
public enum DerivationError: Error, Equatable, Sendable {
  /// A primitive has no rule for this argument, or no rule of this order.
  case noRule(primitive: String, argument: Int)
  /// The name is not a symbol of the expression's graph.
  case unknownVariable(String)
  /// A second derivative of something that is no scalar, by something that is no scalar.
  case noHessian(expression: String, variable: String)
  /// The tied convention concerns scalars by structured matrices.
  case notTied(String)
}

extension DerivationError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noRule(let primitive, let argument):
      "there is no rule for the derivative of \(primitive) with respect to its argument \(argument + 1)"
    case .unknownVariable(let name): "the expression's graph has no variable \(name)"
    case .noHessian(let expression, let variable):
      "a second derivative needs a scalar expression or a scalar variable; this expression is \(expression) and the variable \(variable)"
    case .notTied(let reason): "the tied convention is defined for scalars by structured matrices: \(reason)"
    }
  }
}

extension Graph {
  /// The differential of `root` when the variables have these differentials.
  func differential(of root: Node, _ directions: [Node: Node]) throws(DerivationError) -> Node {
    var differentials = directions
    let nodes = dependents(of: Set(directions.keys), in: root)
    let names = names(among: nodes)
    for node in nodes where differentials[node] == nil {
      differentials[node] = try differential(node, name: names[node]) { differentials[$0] }
    }
    return differentials[root] ?? zeros(shape(root))
  }

  /// The names that the input gave to nodes.
  func names(among nodes: [Node]) -> [Node: Node] {
    var result: [Node: Node] = [:]
    for node in nodes {
      if case .definition(let value) = symbol(node)?.role, result[value] == nil { result[value] = node }
    }
    return result
  }

  /// One step: the differential of a node from those of its children; nil stands for zero. A node that has a name enters its own
  /// differential by name.
  func differential(_ node: Node, name: Node? = nil, of child: (Node) -> Node?) throws(DerivationError) -> Node {
    let shape = shape(node)
    switch operation(node) {
    case .size, .zeros, .eye, .ones, .commutation: return zeros(shape)
    case .symbol(let index):
      guard case .definition(let value) = symbols[Int(index)].role else { return zeros(shape) }
      return child(value) ?? zeros(shape)
    case .transpose(let x): return child(x).map { transpose($0) } ?? zeros(shape)  // D3
    case .sum(let terms):  // D1
      return sum(of: terms.compactMap { term in child(term.unit).map { (term.coefficient, $0) } }, shape)
    case .dot(let chain): return productDifferential(.one, [], chain, shape, of: child)
    case .product(let c, let scalars, let chain): return productDifferential(c, scalars, chain, shape, of: child)
    case .hadamard(let powers):
      return sum(
        of: powers.indices.flatMap { i in
          powerDifferential(powers, i, of: child).map { (Coefficient.one, $0) }
        }, shape)
    case .apply(let index, let arguments):
      let primitive = primitives[Int(index)]
      let x = arguments.map { Expression(self, $0) }
      var terms: [(Coefficient, Node)] = []
      for (i, argument) in arguments.enumerated() {
        guard let dx = child(argument), !isZero(dx) else { continue }
        guard let dy = primitive.differential(Expression(self, name ?? node), x, argument: i, Expression(self, dx))
        else {
          throw .noRule(primitive: primitive.name, argument: i)
        }
        terms.append((.one, dy.node))
      }
      return sum(of: terms, shape)
    }
  }

  /// D2, and the power rule of the scalar factors.
  private func productDifferential(
    _ c: Coefficient, _ scalars: [Power], _ chain: [Node], _ shape: Shape, of child: (Node) -> Node?
  ) -> Node {
    var terms: [(Coefficient, Node)] = []
    for i in scalars.indices {
      for ds in scalarDifferential(scalars[i], of: child) {
        var product = ProductBuilder(self)
        for (j, power) in scalars.enumerated() where j != i { product.raise(power.base, to: power.exponent) }
        product.append(ds)
        for factor in chain { product.append(factor) }
        terms.append((c, product.node))
      }
    }
    for i in chain.indices {
      guard let dx = child(chain[i]) else { continue }
      var product = ProductBuilder(self)
      for power in scalars { product.raise(power.base, to: power.exponent) }
      for (j, factor) in chain.enumerated() { product.append(j == i ? dx : factor) }
      terms.append((c, product.node))
    }
    return sum(of: terms, shape)
  }

  /// d(s^e) = e s^(e-1) ds + s^e log(s) de.
  private func scalarDifferential(_ power: Power, of child: (Node) -> Node?) -> [Node] {
    var result: [Node] = []
    if let ds = child(power.base) {
      let lowered = self.power(power.base, add([power.exponent, number(-1)]))
      result.append(multiply([power.exponent, lowered, ds]))
    }
    if let de = child(power.exponent) {
      result.append(multiply([self.power(power.base, power.exponent), apply(Log(), [power.base]), de]))
    }
    return result
  }

  /// D7, D8: the parts of the differential that come from one factor of an elementwise product.
  private func powerDifferential(_ powers: [Power], _ i: Int, of child: (Node) -> Node?) -> [Node] {
    let shape = shape(powers[i].base)
    let rest = powers.indices.filter { $0 != i }.map { powers[$0] }
    var result: [Node] = []
    if let dx = child(powers[i].base) {
      let lowered = Power(base: powers[i].base, exponent: add([powers[i].exponent, number(-1)]))
      result.append(multiply([powers[i].exponent, hadamard(rest + [lowered, Power(base: dx, exponent: one)], shape)]))
    }
    if let de = child(powers[i].exponent) {
      let logarithm = Power(base: apply(Log(), [powers[i].base]), exponent: one)
      result.append(multiply([de, hadamard(rest + [powers[i], logarithm], shape)]))
    }
    return result
  }

  /// The symbol of the differential of a node, with the node's structure.
  func differentialSymbol(of node: Node) -> Node {
    let structure = facts(node).intersection([.symmetric, .skew, .diagonal, .lower, .upper])
    let name = symbol(node).map { "d" + $0.name } ?? "d(\(node.index))"
    // A user's name may be taken: dX beside d and X.
    if let taken = symbol(named: name), symbol(taken)?.role != .differential(of: node) {
      return symbol("d(\(node.index))", shape(node), structure, role: .differential(of: node))
    }
    return symbol(name, shape(node), structure, role: .differential(of: node))
  }
}
