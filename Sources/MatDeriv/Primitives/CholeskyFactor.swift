// The Cholesky factor.

/// The lower triangular L with L*L' = S for symmetric positive definite S.
public func chol(_ x: Expression) -> Expression { .apply(Chol(), x) }

/// dL = L * ((tril(ones) - I/2) .* (inv(L) dS inv(L)')).
/// Source: Murray, Differentiation of the Cholesky decomposition, arXiv:1602.07527, eq. 8.
struct Chol: Primitive {
  var name: String { "chol" }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule("chol", "differential of the Cholesky factor") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return x[0] .** Coefficient(1, over: 2) }
    if g.isEye(node) { return x[0] }
    if let v = g.argument(node, of: Diag.self) { return diag(Expression(g, v) .** Coefficient(1, over: 2)) }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { [.lower, .posdet] }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let g = y.graph
    let n = y.shape.rows
    let half = tril(g.ones(n, n)) - Coefficient(1, over: 2) * g.eye(n)
    // The value reads the symmetric part.
    let ds = x[0].facts.contains(.symmetric) ? dx : (dx + dx.transposed) / g.constant(2)
    return y * (half .* (inv(y) * ds * inv(y).transposed))
  }

  func domain(_ x: [Expression]) -> [Condition] { [Condition(.positiveDefinite, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let s = x[0]
    let symmetric = Matrix<Element>(rows: s.rows, columns: s.columns) { i, j in (s[i, j] + s[j, i]) / 2 }
    return try evaluate { () throws(LinearAlgebraError) in try Cholesky(symmetric).lower }
  }

  var examples: [Example] {
    [Example("chol(S)", "S: matrix(n,n) spd"), Example("tr(A*chol(S))", "A: matrix(n,n)", "S: matrix(n,n) spd")]
  }
}
