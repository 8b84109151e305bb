// Where transposes go: into products, onto symbols, out of everything elementwise. Declared symmetry acts here and nowhere else.

extension Graph {
  func transpose(_ node: Node) -> Node {
    if isScalar(node) { return node }
    if let known = transposes[Int(node.index)] { return known }
    let result = makeTranspose(node)
    transposes[Int(node.index)] = result
    if transposes[Int(result.index)] == nil { transposes[Int(result.index)] = node }
    return result
  }

  private func makeTranspose(_ node: Node) -> Node {
    let shape = shape(node)
    switch operation(node) {
    case .symbol(let index):
      let facts = symbols[Int(index)].facts
      if allows(.declaredSymmetry) {
        if facts.contains(.symmetric) { return node }
        if facts.contains(.skew) { return scale(-1, node) }
      }
    case .zeros: return zeros(shape.transposed)
    case .eye: return node
    case .commutation(let m, let n): return commutation(n, m)
    case .product(let c, let scalars, let chain):
      var product = ProductBuilder(self)
      product.append(number(c))
      for power in scalars { product.raise(power.base, to: power.exponent) }
      for factor in chain.reversed() { product.append(transpose(factor)) }
      return product.node
    case .transpose(let x): return x
    case .sum, .hadamard:
      if let sign = mirrors[node] { return scale(sign, node) }
    case .apply(let index, let arguments):
      if let result = primitives[Int(index)].transposed(arguments.map { Expression(self, $0) }) { return result.node }
      if shape.isSquare, facts(node).contains(.symmetric) { return node }
    case .size, .ones, .dot: break
    }
    return intern(.transpose(node), shape.transposed)
  }
}
