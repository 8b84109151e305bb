// What a rule makes of a differential, kept as the rule gave it: linear in differentials of nodes, factors in their places. The normal form of
// the graph rotates traces and merges equal terms at once; a reader wants to see that happen.

/// An expression that is linear in differentials.
indirect enum Linear: Hashable {
  /// The differential of a node.
  case d(Node)
  case zero(Shape)
  case sum([Part])
  /// L * x * R; either side may be empty, scalars stand on the left.
  case product([Node], Linear, [Node])
  case transpose(Linear)
  /// A constant matrix, elementwise times x.
  case hadamard(Node, Linear)
  /// A scalar differential times a constant matrix.
  case scaled(Linear, Node)
  /// A primitive that is linear in the argument at this place; what stands there in the list is not used.
  case apply(Int32, [Node], Int, Linear)

  struct Part: Hashable {
    var coefficient: Coefficient
    var x: Linear
  }
}

extension Graph {
  /// The normal form, with symbols for the differentials.
  func node(_ x: Linear) -> Node {
    switch x {
    case .d(let z): return differentialSymbol(of: z)
    case .zero(let shape): return zeros(shape)
    case .sum(let parts): return sum(of: parts.map { ($0.coefficient, node($0.x)) }, shape(x))
    case .product(let l, let x, let r): return multiply(l + [node(x)] + r)
    case .transpose(let x): return transpose(node(x))
    case .hadamard(let weight, let x): return hadamard([weight, node(x)])
    case .scaled(let s, let matrix): return multiply([node(s), matrix])
    case .apply(let index, var arguments, let place, let x):
      arguments[place] = node(x)
      return apply(primitives[Int(index)], arguments)
    }
  }

  func shape(_ x: Linear) -> Shape {
    switch x {
    case .d(let z): return shape(z)
    case .zero(let shape): return shape
    case .sum(let parts): return shape(parts[0].x)
    case .product(let l, let x, let r):
      let inner = shape(x)
      let (left, right) = (l.filter { !isScalar($0) }, r.filter { !isScalar($0) })
      if inner.isScalar, left.isEmpty, right.isEmpty { return inner }
      return Shape(
        left.first.map { shape($0).rows } ?? inner.rows, right.last.map { shape($0).columns } ?? inner.columns)
    case .transpose(let x): return shape(x).transposed
    case .hadamard(let weight, _): return shape(weight)
    case .scaled(_, let matrix): return shape(matrix)
    case .apply(let index, let arguments, _, _): return primitives[Int(index)].shape(of: arguments.map { shape($0) })!
    }
  }

  /// Reads a node that is linear in differentials back; `leaves` names the node behind each symbol.
  ///
  /// **Throws**: `noRule` where a symbol stands in a place that is not linear.
  func linear(_ node: Node, _ leaves: [Node: Node]) throws(DerivationError) -> Linear {
    let active = Set(dependents(of: Set(leaves.keys), in: node)).union(leaves.keys)
    return try linear(node, leaves, active)
  }

  private func linear(_ node: Node, _ leaves: [Node: Node], _ active: Set<Node>) throws(DerivationError) -> Linear {
    if let z = leaves[node] { return .d(z) }
    guard active.contains(node) else { return .zero(shape(node)) }
    switch operation(node) {
    case .sum(let terms):
      var parts: [Linear.Part] = []
      for term in terms where active.contains(term.unit) {
        parts.append(Linear.Part(coefficient: term.coefficient, x: try linear(term.unit, leaves, active)))
      }
      return parts.count > 1 ? .sum(parts) : scaled(parts[0].coefficient, parts[0].x)
    case .transpose(let x): return .transpose(try linear(x, leaves, active))
    case .dot(let chain): return try linear(.one, [], chain, leaves, active)
    case .product(let c, let scalars, let chain): return try linear(c, scalars, chain, leaves, active)
    case .hadamard(let powers):
      guard let place = powers.firstIndex(where: { active.contains($0.base) }), powers[place].exponent == one else {
        break
      }
      var rest = powers
      rest.remove(at: place)
      return .hadamard(hadamard(rest, shape(node)), try linear(powers[place].base, leaves, active))
    case .apply(let index, let arguments):
      let places = arguments.indices.filter { active.contains(arguments[$0]) }
      guard places.count == 1, let primitive = primitives[Int(index)] as? any LinearPrimitive,
        primitive.isLinear(in: places[0])
      else { break }
      let inner = try linear(arguments[places[0]], leaves, active)
      // tr(A*dX) as the rule says it, however the normal form has rotated it.
      if primitive is Tr, case .product(let l, let x, let r) = inner, !r.isEmpty {
        let argument = multiply(r + l + [self.node(x)])
        return .apply(index, [argument], 0, .product(r + l, x, []))
      }
      return .apply(index, arguments, places[0], inner)
    default: break
    }
    var name = "a differential"
    if case .apply(let index, _) = operation(node) { name = primitives[Int(index)].name }
    throw .noRule(primitive: name, argument: 0)
  }

  func scaled(_ c: Coefficient, _ x: Linear) -> Linear { c.isOne ? x : .product([number(c)], x, []) }

  private func linear(
    _ c: Coefficient, _ scalars: [Power], _ chain: [Node], _ leaves: [Node: Node], _ active: Set<Node>
  ) throws(DerivationError) -> Linear {
    if let place = scalars.firstIndex(where: { active.contains($0.base) }) {
      var rest = scalars
      rest.remove(at: place)
      let factor = product(c, rest, [], .scalar)
      let inner = try linear(scalars[place].base, leaves, active)
      let scalar = isOne(factor) ? inner : Linear.product([factor], inner, [])
      return chain.isEmpty ? scalar : .scaled(scalar, multiply(chain))
    }
    let place = chain.firstIndex { active.contains($0) }!
    let factor = product(c, scalars, [], .scalar)
    return .product(
      (isOne(factor) ? [] : [factor]) + chain[..<place], try linear(chain[place], leaves, active),
      Array(chain[(place + 1)...]))
  }
}

extension Linear {
  /// Other expressions in the place of differentials.
  func mapLeaves(_ replace: (Node) throws(DerivationError) -> Linear) throws(DerivationError) -> Linear {
    switch self {
    case .d(let z): return try replace(z)
    case .zero: return self
    case .sum(let parts):
      var mapped: [Part] = []
      for part in parts { mapped.append(Part(coefficient: part.coefficient, x: try part.x.mapLeaves(replace))) }
      return .sum(mapped)
    case .product(let l, let x, let r): return .product(l, try x.mapLeaves(replace), r)
    case .transpose(let x): return .transpose(try x.mapLeaves(replace))
    case .hadamard(let weight, let x): return .hadamard(weight, try x.mapLeaves(replace))
    case .scaled(let s, let matrix): return .scaled(try s.mapLeaves(replace), matrix)
    case .apply(let index, let arguments, let place, let x):
      return .apply(index, arguments, place, try x.mapLeaves(replace))
    }
  }

  /// The nodes whose differentials occur.
  var leaves: Set<Node> {
    switch self {
    case .d(let z): return [z]
    case .zero: return []
    case .sum(let parts): return parts.reduce(into: []) { $0.formUnion($1.x.leaves) }
    case .product(_, let x, _), .transpose(let x), .hadamard(_, let x), .scaled(let x, _), .apply(_, _, _, let x):
      return x.leaves
    }
  }
}
