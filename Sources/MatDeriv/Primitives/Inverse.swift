// The inverse, the pseudoinverse and the adjugate.

/// The inverse of a square matrix.
public func inv(_ x: Expression) -> Expression { .apply(Inv(), x) }
/// The Moore-Penrose inverse; its differential needs independent columns.
public func pinv(_ x: Expression) -> Expression { .apply(Pinv(), x) }
/// The adjugate: det(X)*inv(X) where X is invertible, and defined everywhere.
public func adj(_ x: Expression) -> Expression { .apply(Adj(), x) }

/// d inv(X) = -inv(X) dX inv(X)
struct Inv: Primitive {
  var name: String { "inv" }
  func formula(_ x: [Formula]) -> Formula { x[0].raised(to: "-1") }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule("D5", "differential of the inverse") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return Expression(g, g.power(node, g.number(-1))) }
    switch g.operation(node) {
    case .eye: return x[0]
    case .commutation: return x[0].transposed
    case .transpose(let y): return inv(Expression(g, y)).transposed
    case .product(let c, let scalars, let chain):
      // inv(A*B) = inv(B)*inv(A) where every factor is square.
      guard !c.isOne || !scalars.isEmpty || chain.count > 1, g.areSquare(chain) else { return nil }
      let scalar = g.power(g.product(c, scalars, [], .scalar), g.number(-1))
      return Expression(g, g.multiply([scalar] + chain.reversed().map { g.apply(self, [$0]) }))
    default: break
    }
    if let y = g.argument(node, of: Inv.self) { return Expression(g, y) }
    if let v = g.argument(node, of: Diag.self) { return diag(Expression(g, v) .** -1) }
    if let k = g.arguments(node, of: Kron.self), g.areSquare(k) {
      return kron(inv(Expression(g, k[0])), inv(Expression(g, k[1])))
    }
    if g.has(.orthogonal, node) { return x[0].transposed }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.intersection([
      .symmetric, .skew, .diagonal, .lower, .upper, .orthogonal, .semidefinite, .definite, .posdet,
    ])
    .union(x[0].facts.contains(.semidefinite) ? [.definite, .invertible] : .invertible)
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    -(y * dx * y)
  }

  func domain(_ x: [Expression]) -> [Condition] { [Condition(.invertible, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    try evaluate { () throws(LinearAlgebraError) in try LU(x[0]).solve(.identity(x[0].rows)) }
  }

  var examples: [Example] {
    [
      Example("inv(X)", "X: matrix(n,n) invertible"), Example("inv(S)", "S: matrix(n,n) spd"),
      Example("inv(A*X + B)*u", "X: matrix(n,n)", "A: matrix(n,n)", "B: matrix(n,n) invertible", "u: vector(n)"),
    ]
  }
}

/// d pinv(X) = -pinv(X) dX pinv(X) + inv(X'X) dX' (I - X pinv(X)) for independent columns.
/// Source: Golub and Pereyra, The differentiation of pseudo-inverses, SIAM J. Numer. Anal. 10 (1973).
struct Pinv: Primitive {
  var name: String { "pinv" }
  func formula(_ x: [Formula]) -> Formula { x[0].raised(to: "+") }
  var signatures: [Signature] { ["m,n -> n,m"] }
  var rule: Rule { Rule("pinv", "differential of the pseudoinverse") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if x[0].shape.isScalar { return nil }
    if g.has(.invertible, node) { return inv(x[0]) }
    let (c, scalars, chain) = g.parts(node)
    if !c.isOne {
      return c.reciprocal * pinv(Expression(g, g.product(.one, scalars, chain, g.shape(node))))
    }
    if g.has(.orthogonal, node) { return x[0].transposed }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.symmetric, .skew, .semidefinite, .definite]) }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let a = x[0]
    let g = a.graph
    return inv(a.transposed * a) * dx.transposed * (g.eye(a.shape.rows) - a * y) - y * dx * y
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.fullColumnRank, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    try evaluate { () throws(LinearAlgebraError) in try SVD(x[0]).pseudoInverse() }
  }

  var examples: [Example] {
    [Example("pinv(X)", "X: matrix(m,n) fullrank"), Example("pinv(X)*u", "X: matrix(m,n) fullrank", "u: vector(m)")]
  }
}

/// Differentiated as det(X) inv(X): the derivative needs an invertible X, the adjugate itself does not.
/// Source: Magnus and Neudecker, Matrix Differential Calculus, ch. 8.
struct Adj: Primitive {
  var name: String { "adj" }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule("adj", "differential of the adjugate") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return g.constant(1) }
    if case .transpose(let y) = g.operation(node) { return adj(Expression(g, y)).transposed }
    if g.isEye(node) { return x[0] }
    if g.has(.invertible, node) { return det(x[0]) * inv(x[0]) }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.intersection([.symmetric, .diagonal, .lower, .upper, .semidefinite, .definite, .invertible])
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    // det(X) inv(X) says nothing where X is singular for every value of its symbols, such as u*v'.
    if det(x[0]).isZero { return nil }
    let i = inv(x[0])
    return det(x[0]) * (tr(i * dx) * i - i * dx * i)
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.invertible, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    // X = U S V': adj(X) = det(U) det(V) V adj(S) U', exact at any rank.
    let n = x[0].rows
    if n <= 1 { return Matrix(rows: n, columns: n, repeating: 1) }
    return try evaluate { () throws(LinearAlgebraError) in
      let svd = try SVD(x[0])
      let sign = try LU(svd.left).determinant * LU(svd.right).determinant
      let cofactors = (0..<n).map { i in
        svd.values.indices.reduce(Element(1)) { $1 == i ? $0 : $0 * svd.values[$1] }
      }
      let orientation: Element = sign < 0 ? -1 : 1
      return Matrix(rows: n, columns: n) { i, j in svd.right[i, j] * cofactors[j] * orientation } * svd.left.transposed
    }
  }

  var examples: [Example] {
    [
      Example("adj(X)", "X: matrix(n,n)"), Example("tr(adj(X)*A)", "X: matrix(n,n)", "A: matrix(n,n)"),
      Example("u'*adj(S)*u", "S: matrix(n,n) spd", "u: vector(n)"),
    ]
  }
}

extension Graph {
  /// Whether every matrix is square by name.
  func areSquare(_ nodes: [Node]) -> Bool { nodes.allSatisfy { shape($0).isSquare } }
}

extension Primitive {
  /// Runs a factorization; what it cannot do is outside the domain.
  func evaluate<Result>(_ body: () throws(LinearAlgebraError) -> Result) throws(EvaluationError) -> Result {
    do throws(LinearAlgebraError) { return try body() } catch {
      throw .domain(primitive: name, reason: error.description)
    }
  }
}
