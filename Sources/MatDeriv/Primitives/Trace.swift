// The trace and the sum of all entries.

/// The trace of a square matrix.
public func tr(_ x: Expression) -> Expression { .apply(Tr(), x) }
/// The sum of all entries.
public func sum(_ x: Expression) -> Expression { .apply(Sum(), x) }

struct Tr: LinearPrimitive {
  var name: String { "tr" }
  var signatures: [Signature] { ["n,n -> 1,1"] }
  var rule: Rule { Rule("D4", "differential of the trace") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return x[0] }
    switch g.operation(node) {
    case .zeros: return g.constant(0)
    case .eye(let n): return g.number(of: n)
    case .transpose(let y): return tr(Expression(g, y))
    case .sum(let terms):
      return Expression(g, g.sum(of: terms.map { ($0.coefficient, g.apply(self, [$0.unit])) }, .scalar))
    case .product(let c, let scalars, let chain): return ofProduct(g, c, scalars, chain)
    default: break
    }
    if let v = g.argument(node, of: Diag.self) { return sum(Expression(g, v)) }
    if let k = g.arguments(node, of: Kron.self), g.areSquare(k) {
      return tr(Expression(g, k[0])) * tr(Expression(g, k[1]))
    }
    if let y = g.argument(node, of: Tril.self) ?? g.argument(node, of: Triu.self) { return tr(Expression(g, y)) }
    if g.has(.skew, node) { return g.constant(0) }
    // tr(L(X,E)) = tr(f'(X)*E).
    if case .apply(let index, let arguments) = g.operation(node), let frechet = g.primitives[Int(index)] as? Frechet,
      frechet.order == 1
    {
      return tr(frechet.function.derivative(Expression(g, arguments[0])) * Expression(g, arguments[1]))
    }
    return nil
  }

  /// D12: the chain may be rotated; D10: and transposed. The least of all forms is the normal one.
  private func ofProduct(_ g: Graph, _ c: Coefficient, _ scalars: [Power], _ chain: [Node]) -> Expression? {
    let scalar = Expression(g, g.product(c, scalars, [], .scalar))
    let hasScalar = !g.isOne(scalar.node)
    if chain.count == 1 { return hasScalar ? scalar * tr(Expression(g, chain[0])) : nil }
    // A place where the size is one: rotated there, the trace is a dot.
    if let cut = chain.firstIndex(where: { g.shape($0).columns.isOne }) {
      return scalar * Expression(g, g.multiply(Array(chain[(cut + 1)...] + chain[...cut])))
    }
    // Around the corner: the last and the first may meet a rewrite.
    if let joined = g.join(chain[chain.count - 1], chain[0]) {
      return scalar * tr(Expression(g, g.multiply([joined] + chain[1..<(chain.count - 1)])))
    }
    if chain.count == 2 {
      for (d, other) in [(chain[0], chain[1]), (chain[1], chain[0])] {
        if let v = g.argument(d, of: Diag.self) {
          return scalar * Expression(g, g.multiply([g.transpose(v), g.apply(DiagOf(), [other])]))
        }
      }
    }
    // D13: tr(A'*(B.*C)) is the sum of A.*B.*C, whichever two stand together.
    if chain.count == 2, g.allows(.dotOfHadamard), chain.contains(where: { g.isHadamardProduct($0) }) {
      return scalar * sum(Expression(g, g.hadamard([g.transpose(chain[0]), chain[1]])))
    }
    let mirrored = g.parts(g.multiply(chain.reversed().map { g.transpose($0) }))
    var best = chain
    for candidate in [
      chain,
      mirrored.scalars.isEmpty && mirrored.coefficient.isOne && mirrored.chain.count == chain.count
        ? mirrored.chain : chain,
    ] {
      for shift in candidate.indices {
        let rotated = Array(candidate[shift...] + candidate[..<shift])
        if precedes(g, rotated, best) { best = rotated }
      }
    }
    if best == chain && !hasScalar { return nil }
    return scalar * Expression(g, g.intern(.apply(g.index(of: self), [g.multiply(best)]), .scalar))
  }

  private func precedes(_ g: Graph, _ a: [Node], _ b: [Node]) -> Bool {
    let (x, y) = (g.transposedCount(a), g.transposedCount(b))
    if x != y { return x < y }
    for (p, q) in zip(a, b) where p != q { return g.precedes(p, q) }
    return false
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.contains(.definite) ? .positive : x[0].facts.contains(.semidefinite) ? .nonnegative : []
  }

  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? { g * g.graph.eye(x[0].shape.rows) }
  func matrix(_ x: [Expression], argument: Int) -> Expression? { vec(x[0].graph.eye(x[0].shape.rows)).transposed }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(column: [x[0].trace])
  }

  var examples: [Example] {
    [
      Example("tr(X)", "X: matrix(n,n)"), Example("tr(A*X*B)", "A: matrix(p,n)", "X: matrix(n,m)", "B: matrix(m,p)"),
      Example("tr(X)*X", "X: matrix(n,n)"),
    ]
  }
}

struct Sum: LinearPrimitive {
  var name: String { "sum" }
  func formula(_ x: [Formula]) -> Formula {
    guard let shape = x[0].shape else { return .function(name, x[0]) }
    let row = Formula.ones.raised(to: "⊤")
    if shape.isScalar { return x[0] }
    return .product(shape.isColumn ? [row, x[0]] : shape.isRow ? [x[0], .ones] : [row, x[0], .ones], .scalar)
  }
  var signatures: [Signature] { ["m,n -> 1,1"] }
  var rule: Rule { Rule("D1", "differential of a sum") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    let shape = x[0].shape
    if shape.isScalar { return x[0] }
    switch g.operation(node) {
    case .zeros: return g.constant(0)
    case .eye(let n): return g.number(of: n)
    case .ones(let n): return g.number(of: n)
    case .commutation(let m, let n): return g.number(of: m * n)
    case .transpose(let y): return sum(Expression(g, y))
    case .product(let c, let scalars, let chain):
      let scalar = Expression(g, g.product(c, scalars, [], .scalar))
      // sum(u*v') = sum(u)*sum(v).
      if chain.count > 1, let cut = chain.firstIndex(where: { g.shape($0).columns.isOne }), cut < chain.count - 1 {
        return scalar * sum(Expression(g, g.multiply(Array(chain[...cut]))))
          * sum(Expression(g, g.multiply(Array(chain[(cut + 1)...]))))
      }
      if !g.isOne(scalar.node) { return scalar * sum(Expression(g, g.multiply(chain))) }
      // 1'*A*1 is the sum of A, whichever of the two stands there already.
      if chain.count > 1, shape.isRow, g.isOnes(chain[0]) { return sum(Expression(g, g.multiply(Array(chain[1...])))) }
      if chain.count > 1, shape.isColumn, g.isOnes(chain[chain.count - 1]) {
        return sum(Expression(g, g.multiply(Array(chain.dropLast()))))
      }
      // sum(A') = sum(A) for products: the form with fewer transposes.
      let mirrored = g.transpose(node)
      if g.transposedCount(g.parts(mirrored).chain) < g.transposedCount(chain) { return sum(Expression(g, mirrored)) }
    case .sum where shape.isRow: return sum(x[0].transposed)
    case .hadamard(let powers) where powers.count == 2 && powers.allSatisfy({ $0.exponent == g.one }):
      // D14: 1'*(u.*v) = u'*v; tr(A'*B) for matrices.
      if shape.isColumn {
        return Expression(g, g.multiply([g.transpose(powers[0].base), powers[1].base]))
      }
    default: break
    }
    // A column that sums to one.
    if shape.isColumn, g.has(.stochastic, node) { return g.constant(1) }
    if let v = g.argument(node, of: Diag.self) { return sum(Expression(g, v)) }
    if let y = g.argument(node, of: Vec.self) { return sum(Expression(g, y)) }
    if let k = g.arguments(node, of: Kron.self) { return sum(Expression(g, k[0])) * sum(Expression(g, k[1])) }
    if let y = g.argument(node, of: DiagOf.self) { return tr(Expression(g, y)) }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.nonnegative, .positive]) }

  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    g * g.graph.ones(x[0].shape.columns, x[0].shape.rows)
  }
  func matrix(_ x: [Expression], argument: Int) -> Expression? { x[0].graph.ones(.one, x[0].shape.count) }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(column: [x[0].columnMajor.reduce(0, +)])
  }

  var examples: [Example] {
    [
      Example("sum(X)", "X: matrix(m,n)"), Example("sum(X.*A)", "X: matrix(m,n)", "A: matrix(m,n)"),
      Example("sum(exp(x))", "x: vector(n)"),
    ]
  }
}

extension Graph {
  /// Whether the node, or what it transposes, is an elementwise product of at least two factors.
  func isHadamardProduct(_ node: Node) -> Bool {
    if case .hadamard(let powers) = operation(untransposed(node) ?? node) { powers.count > 1 } else { false }
  }

  /// For columns u, v where one is an elementwise product: the sum of all factors, so that x'*(y.*z) and y'*(x.*z) are one node.
  func sumOfHadamard(_ u: Node, _ v: Node) -> Node? {
    guard shape(v).isColumn else { return nil }
    if isOnes(u) { return apply(Sum(), [v]) }
    if isOnes(v) { return apply(Sum(), [u]) }
    func isHadamard(_ node: Node) -> Bool { if case .hadamard = operation(node) { true } else { false } }
    guard isHadamard(u) || isHadamard(v) else { return nil }
    return apply(Sum(), [hadamard([u, v])])
  }
}
