// The determinant and its logarithm.

/// The determinant.
public func det(_ x: Expression) -> Expression { .apply(Det(), x) }
/// The logarithm of the absolute determinant: finite where the determinant itself over- or underflows.
public func logdet(_ x: Expression) -> Expression { .apply(LogDet(), x) }

/// d det(X) = tr(adj(X) dX); = det(X) tr(inv(X) dX) where X is known to be invertible.
struct Det: Primitive {
  var name: String { "det" }
  var signatures: [Signature] { ["n,n -> 1,1"] }
  var rule: Rule { Rule("D6", "differential of the determinant") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return x[0] }
    let n = x[0].shape.rows
    switch g.operation(node) {
    case .eye: return g.constant(1)
    case .transpose(let y): return det(Expression(g, y))
    case .product(let c, let scalars, let chain):
      guard g.areSquare(chain), !c.isOne || !scalars.isEmpty || chain.count > 1 else { return nil }
      // det(s*A) = s^n det(A), for a whole n.
      let scale = Expression(g, g.power(g.product(c, scalars, [], .scalar), g.size(n)))
      return chain.reduce(scale) { $0 * det(Expression(g, $1)) }
    default: break
    }
    if let y = g.argument(node, of: Inv.self) { return det(Expression(g, y)).power(-1) }
    if let k = g.arguments(node, of: Kron.self), g.areSquare(k), let p = g.shape(k[0]).rows.constant,
      let q = g.shape(k[1]).rows.constant
    {
      return det(Expression(g, k[0])).power(Coefficient(q)) * det(Expression(g, k[1])).power(Coefficient(p))
    }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    let facts = x[0].facts
    if facts.contains(.posdet) { return .positive }
    return (facts.contains(.semidefinite) ? Facts.nonnegative : []).union(facts.contains(.invertible) ? .nonzero : [])
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    x[0].facts.contains(.invertible) ? y * tr(inv(x[0]) * dx) : tr(adj(x[0]) * dx)
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    if x[0].isEmpty { return [[1]] }
    return try evaluate { () throws(LinearAlgebraError) in Matrix(column: [try LU(x[0]).determinant]) }
  }

  var examples: [Example] {
    [
      Example("det(X)", "X: matrix(n,n) invertible"), Example("det(X)", "X: matrix(n,n)"),
      Example("det(A + a*B)", "A: matrix(n,n)", "B: matrix(n,n)", "a: scalar"),
    ]
  }
}

/// d logdet(X) = tr(inv(X) dX).
struct LogDet: Primitive {
  var name: String { "logdet" }
  func formula(_ x: [Formula]) -> Formula { .function("log", .bars, .function("det", x[0])) }
  var signatures: [Signature] { ["n,n -> 1,1"] }
  var rule: Rule { Rule("M16", "differential of the log determinant") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let node = x[0].node
    if g.isScalar(node) { return g.has(.positive, node) ? log(x[0]) : nil }
    let n = x[0].shape.rows
    switch g.operation(node) {
    case .eye: return g.constant(0)
    case .transpose(let y): return logdet(Expression(g, y))
    case .product(let c, let scalars, let chain):
      guard g.areSquare(chain), !c.isOne || !scalars.isEmpty || chain.count > 1 else { return nil }
      // log|det(s*A)| = n log|s| + log|det(A)|.
      let scalar = Expression(g, g.product(c.magnitude, scalars, [], .scalar))
      let size =
        g.isOne(scalar.node)
        ? g.constant(0) : g.number(of: n) * (g.has(.positive, scalar.node) ? log(scalar) : log(abs(scalar)))
      return chain.reduce(size) { $0 + logdet(Expression(g, $1)) }
    default: break
    }
    if case .apply(let index, let arguments) = g.operation(node),
      let f = g.primitives[Int(index)] as? MatrixFunction, f.function == .exponential
    {
      return tr(Expression(g, arguments[0]))
    }
    if let y = g.argument(node, of: Inv.self) { return -logdet(Expression(g, y)) }
    if let v = g.argument(node, of: Diag.self) {
      let entries = Expression(g, v)
      return sum(log(g.has(.positive, v) ? entries : abs(entries)))
    }
    if let y = g.argument(node, of: Chol.self) { return Coefficient(1, over: 2) * logdet(Expression(g, y)) }
    if let k = g.arguments(node, of: Kron.self), g.areSquare(k) {
      let (a, b) = (Expression(g, k[0]), Expression(g, k[1]))
      return g.number(of: b.shape.rows) * logdet(a) + g.number(of: a.shape.rows) * logdet(b)
    }
    if g.has(.orthogonal, node) { return g.constant(0) }
    return nil
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    tr(inv(x[0]) * dx)
  }

  func domain(_ x: [Expression]) -> [Condition] { [Condition(.invertible, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    if x[0].isEmpty { return [[0]] }
    return try evaluate { () throws(LinearAlgebraError) in Matrix(column: [try LU(x[0]).logAbsoluteDeterminant]) }
  }

  var examples: [Example] {
    [
      Example("logdet(X)", "X: matrix(n,n) invertible"), Example("logdet(S)", "S: matrix(n,n) spd"),
      Example("logdet(X'*X)", "X: matrix(m,n) fullrank"),
    ]
  }
}
