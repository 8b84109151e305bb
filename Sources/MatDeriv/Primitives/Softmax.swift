// Softmax and the logarithm of sums of exponentials, column by column; the maximum of each column.
import RealModule

/// exp(z)/sum(exp(z)) of each column, without overflow.
public func softmax(_ z: Expression) -> Expression { .apply(Softmax(), z) }
/// log(sum(exp(z))) of each column, as a column of values; of a vector, a scalar.
public func logsumexp(_ z: Expression) -> Expression { .apply(LogSumExp(), z) }
/// The largest entry of each column, as a column of values.
public func max(_ z: Expression) -> Expression { .apply(Max(), z) }

/// R3: dp = (diag(p) - p*p') dz for a column; for several, dP = P.*dZ - P.*(1*1'*(P.*dZ)).
struct Softmax: Primitive {
  var name: String { "softmax" }
  var signatures: [Signature] { ["m,n -> m,n"] }
  var rule: Rule { Rule("R3", "differential of softmax") }

  func simplified(_ x: [Expression]) -> Expression? { x[0].shape.rows.isOne ? x[0].ones : nil }
  func facts(_ x: [Expression]) -> Facts { [.positive, .stochastic] }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let (g, m) = (y.graph, y.shape.rows)
    if y.shape.isColumn { return diag(y) * dx - y * (y.transposed * dx) }
    let weighted = y .* dx
    return weighted - y .* (g.ones(m, .one) * (g.ones(.one, m) * weighted))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let z = x[0]
    var columns: [Element] = []
    for j in 0..<z.columns {
      let column = z.column(j)
      let top = column.max() ?? 0
      let weights = column.map { Element.exp($0 - top) }
      let total = weights.reduce(0, +)
      columns += weights.map { $0 / total }
    }
    return Matrix(rows: z.rows, columns: z.columns, columnMajor: columns)
  }

  var examples: [Example] {
    [
      Example("softmax(x)", "x: vector(n)"), Example("softmax(Z)", "Z: matrix(m,n)"),
      Example("tr(A*softmax(Z))", "A: matrix(n,m)", "Z: matrix(m,n)"),
    ]
  }
}

/// d logsumexp(z) = softmax(z)'*dz for each column.
struct LogSumExp: Primitive {
  var name: String { "logsumexp" }
  var signatures: [Signature] { ["m,n -> n,1"] }
  var rule: Rule { Rule("D15", "differential of logsumexp") }

  func simplified(_ x: [Expression]) -> Expression? { x[0].shape.rows.isOne ? x[0].transposed : nil }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let p = softmax(x[0])
    if x[0].shape.isColumn { return p.transposed * dx }
    return (p .* dx).transposed * y.graph.ones(x[0].shape.rows, .one)
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(
      column: (0..<x[0].columns).map { j in
        let column = x[0].column(j)
        let top = column.max() ?? -.infinity
        guard top.isFinite else { return top }
        return top + .log(column.reduce(0) { $0 + .exp($1 - top) })
      })
  }

  var examples: [Example] { [Example("logsumexp(x)", "x: vector(n)"), Example("sum(logsumexp(Z))", "Z: matrix(m,n)")] }
}

/// d max(z) = the entry of dz where z is largest; of several, the first.
struct Max: Primitive {
  var name: String { "max" }
  var signatures: [Signature] { ["m,n -> n,1"] }
  var rule: Rule { Rule("max", "differential of the maximum") }

  func simplified(_ x: [Expression]) -> Expression? { x[0].shape.rows.isOne ? x[0].transposed : nil }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let place = Expression.apply(ArgMax(), x[0])
    if x[0].shape.isColumn { return place.transposed * dx }
    return (place .* dx).transposed * y.graph.ones(x[0].shape.rows, .one)
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard x[0].rows > 0 else { throw .domain(primitive: name, reason: "there are no entries") }
    return Matrix(column: (0..<x[0].columns).map { x[0].column($0).max()! })
  }

  var examples: [Example] { [Example("max(x)", "x: vector(n)"), Example("sum(max(Z))", "Z: matrix(m,n)")] }
}

/// 1 where the first largest entry of each column stands, 0 elsewhere; constant between ties.
struct ArgMax: Primitive {
  var name: String { "argmax" }
  var signatures: [Signature] { ["m,n -> m,n"] }
  func facts(_ x: [Expression]) -> Facts { [.nonnegative, .stochastic] }
  func simplified(_ x: [Expression]) -> Expression? { x[0].shape.rows.isOne ? x[0].ones : nil }
  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? { y.zeros }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard x[0].rows > 0 else { return x[0] }
    let first = (0..<x[0].columns).map { j in
      (0..<x[0].rows).max { x[0][$0, j] < x[0][$1, j] || (x[0][$0, j] == x[0][$1, j] && $0 > $1) }!
    }
    return Matrix(rows: x[0].rows, columns: x[0].columns) { i, j in first[j] == i ? 1 : 0 }
  }

  var examples: [Example] { [Example("tr(A*argmax(Z))", "A: matrix(n,m)", "Z: matrix(m,n)")] }
}
