// The lower and the upper triangle, diagonal included.

/// The lower triangle; zeros above the diagonal.
public func tril(_ x: Expression) -> Expression { .apply(Tril(), x) }
/// The upper triangle; zeros below the diagonal.
public func triu(_ x: Expression) -> Expression { .apply(Triu(), x) }

struct Tril: LinearPrimitive {
  var name: String { "tril" }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule("tril", "differential of a triangle") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return x[0] }
    let (c, scalars, chain) = g.parts(node)
    if !c.isOne || !scalars.isEmpty {
      return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [g.multiply(chain)])]))
    }
    if g.isZero(node) || g.has(.lower, node) { return x[0] }
    if g.has(.upper, node) { return diag(diag(x[0])) }
    if case .transpose(let y) = g.operation(node) { return triu(Expression(g, y)).transposed }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.nonnegative]).union(.lower) }
  func transposed(_ x: [Expression]) -> Expression? { x[0].facts.contains(.symmetric) ? triu(x[0]) : nil }
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? { triu(g) }
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let n = x[0].shape.rows
    return diag(vec(tril(x[0].graph.ones(n, n))))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(rows: x[0].rows, columns: x[0].columns) { i, j in i >= j ? x[0][i, j] : 0 }
  }

  var examples: [Example] {
    [Example("tril(X)", "X: matrix(n,n)"), Example("tr(A*tril(X))", "A: matrix(n,n)", "X: matrix(n,n)")]
  }
}

struct Triu: LinearPrimitive {
  var name: String { "triu" }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule("tril", "differential of a triangle") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return x[0] }
    let (c, scalars, chain) = g.parts(node)
    if !c.isOne || !scalars.isEmpty {
      return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [g.multiply(chain)])]))
    }
    if g.isZero(node) || g.has(.upper, node) { return x[0] }
    if g.has(.lower, node) { return diag(diag(x[0])) }
    if case .transpose(let y) = g.operation(node) { return tril(Expression(g, y)).transposed }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.intersection([.nonnegative]).union(.upper) }
  func transposed(_ x: [Expression]) -> Expression? { x[0].facts.contains(.symmetric) ? tril(x[0]) : nil }
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? { tril(g) }
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let n = x[0].shape.rows
    return diag(vec(triu(x[0].graph.ones(n, n))))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(rows: x[0].rows, columns: x[0].columns) { i, j in i <= j ? x[0][i, j] : 0 }
  }

  var examples: [Example] {
    [Example("triu(X)", "X: matrix(n,n)"), Example("tr(A*triu(X))", "A: matrix(n,n)", "X: matrix(n,n)")]
  }
}
