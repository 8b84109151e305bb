// Primitives of an application, with nothing but what the library makes public: an elementwise one, a linear one and a nonlinear one.
// CONTRIBUTING.md shows them as the worked example; CustomPrimitiveTests.swift puts them through all checks.
import MatDeriv

/// x*sigmoid(2*x), entry by entry.
struct Swish2: ElementwisePrimitive {
  var name: String { "swish2" }
  func derivative(_ x: Expression, _ y: Expression) -> Expression? {
    let s = sigmoid(2 * x)
    return s + 2 * (y .* (x.graph.ones(x.shape.rows, x.shape.columns) - s))
  }
  func value<Element: Scalar>(_ x: Element) -> Element { x / (1 + .exp(-2 * x)) }
  var examples: [Example] {
    [
      Example("swish2(X)", "X: matrix(m,n)"),
      Example("u'*swish2(A*x)", "u: vector(m)", "A: matrix(m,n)", "x: vector(n)"),
    ]
  }
}

/// The rows in reverse order: linear, and across the trace its adjoint reverses columns.
struct Reversed: LinearPrimitive {
  var name: String { "reversed" }
  var signatures: [Signature] { ["m,n -> m,n"] }
  var rule: Rule { Rule("reversed", "differential of reversed rows") }

  /// Twice reversed is as it was.
  func simplified(_ x: [Expression]) -> Expression? {
    if x[0].shape.isRow || x[0].isZero { return x[0] }
    return x[0].arguments(of: Reversed.self)?[0]
  }

  /// tr(g*reversed(dx)) = tr(reversed(g')'*dx).
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    Expression.apply(self, g.transposed).transposed
  }

  /// vec(reversed(X)) = kron(I, reversed(I))*vec(X).
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let g = x[0].graph
    return kron(g.eye(x[0].shape.columns), .apply(self, g.eye(x[0].shape.rows)))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    Matrix(rows: x[0].rows, columns: x[0].columns) { i, j in x[0][x[0].rows - 1 - i, j] }
  }

  var examples: [Example] {
    [
      Example("reversed(X)", "X: matrix(m,n)"),
      Example("tr(A*reversed(X*B))", "A: matrix(p,m)", "X: matrix(m,n)", "B: matrix(n,p)"),
    ]
  }
}

/// The determinant of X'*X. d gramdet(X) = 2*gramdet(X)*tr(inv(X'*X)*X'*dX).
struct GramDet: Primitive {
  var name: String { "gramdet" }
  var signatures: [Signature] { ["m,n -> 1,1"] }
  var rule: Rule { Rule("gramdet", "differential of the Gram determinant") }

  func facts(_ x: [Expression]) -> Facts { x[0].facts.contains(.fullColumnRank) ? .positive : .nonnegative }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    2 * (y * tr(inv(x[0].transposed * x[0]) * x[0].transposed * dx))
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.fullColumnRank, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    do throws(LinearAlgebraError) {
      let gram = x[0].transposed * x[0]
      return Matrix(column: [try LU(gram).determinant])
    } catch { throw .domain(primitive: name, reason: error.description) }
  }

  var examples: [Example] {
    [
      Example("gramdet(X)", "X: matrix(m,n) fullrank"),
      Example("gramdet(A*X)", "A: matrix(m,n) fullrank", "X: matrix(n,n) invertible"),
    ]
  }
}
