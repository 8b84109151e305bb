// The column 1, 2, ..., n, and Toeplitz matrices.

/// The column 1, 2, ..., n.
public func iota(_ graph: Graph, _ n: Size) -> Expression { Expression(graph, graph.apply(Iota(n: n), [])) }
/// The symmetric Toeplitz matrix with this first column.
public func toeplitz(_ v: Expression) -> Expression { .apply(Toeplitz(), v) }

struct Iota: Primitive {
  var n: Size

  var name: String { "iota" }
  var parameters: String { "\(n)" }
  var signatures: [Signature] { [] }
  func shape(of arguments: [Shape]) -> Shape? { arguments.isEmpty ? Shape(n, .one) : nil }
  func facts(_ x: [Expression]) -> Facts { .positive }
  func syntax(_ arguments: [Syntax]) -> Syntax.Form { .call(name, [n.syntax]) }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard let n = n.value(sizes) else { throw .size(self.n.description) }
    return Matrix(rows: n, columns: 1) { i, _ in Element(i + 1) }
  }

  var examples: [Example] { [Example("iota(n)'*x", "x: vector(n)")] }
}

/// T(i,j) = v(|i - j| + 1).
struct Toeplitz: LinearPrimitive {
  var name: String { "toeplitz" }
  var signatures: [Signature] { ["n,1 -> n,n"] }
  var rule: Rule { Rule("toeplitz", "differential of a Toeplitz matrix") }

  func simplified(_ x: [Expression]) -> Expression? {
    if x[0].shape.isScalar { return x[0] }
    return x[0].isZero ? x[0].graph.zeros(x[0].shape.rows, x[0].shape.rows) : nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.intersection([.nonnegative, .positive, .nonzero, .binary]).union(.symmetric)
  }
  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    Expression.apply(Toeplitz.Sums(), g).transposed
  }
  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    Expression(x[0].graph, x[0].graph.apply(Toeplitz.Layout(n: x[0].shape.rows), []))
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let n = x[0].rows
    return Matrix(rows: n, columns: n) { i, j in x[0][Swift.abs(i - j), 0] }
  }

  var examples: [Example] {
    [Example("toeplitz(v)", "v: vector(n)"), Example("u'*toeplitz(v)*u", "v: vector(n)", "u: vector(n)")]
  }

  /// The sums along the diagonals of a square matrix, both sides together: the adjoint of `toeplitz`. The word is `toeplitzsums`.
  struct Sums: LinearPrimitive {
    var name: String { "toeplitzsums" }
    var signatures: [Signature] { ["n,n -> n,1"] }
    var rule: Rule { Rule("toeplitz", "differential of diagonal sums") }

    func simplified(_ x: [Expression]) -> Expression? {
      let g = x[0].graph
      if x[0].shape.isScalar { return x[0] }
      if x[0].isZero { return g.zeros(x[0].shape.rows, .one) }
      if let y = g.untransposed(x[0].node) { return .apply(self, Expression(g, y)) }
      return nil
    }
    func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? { toeplitz(g.transposed) }
    func matrix(_ x: [Expression], argument: Int) -> Expression? {
      Expression(x[0].graph, x[0].graph.apply(Toeplitz.Layout(n: x[0].shape.rows), [])).transposed
    }

    func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element>
    {
      let n = x[0].rows
      var sums = [Element](repeating: 0, count: n)
      for j in 0..<n { for i in 0..<n { sums[Swift.abs(i - j)] += x[0][i, j] } }
      return Matrix(column: sums)
    }

    var examples: [Example] { [Example("u'*toeplitzsums(X)", "X: matrix(n,n)", "u: vector(n)")] }
  }

  /// The 0-1 matrix with vec(toeplitz(v)) = layout * v. The word is `toeplitzlayout`.
  struct Layout: Primitive {
    var n: Size
    var name: String { "toeplitzlayout" }
    var parameters: String { "\(n)" }
    var signatures: [Signature] { [] }
    func shape(of arguments: [Shape]) -> Shape? { arguments.isEmpty ? Shape(n * n, n) : nil }
    func facts(_ x: [Expression]) -> Facts { .nonnegative }
    func syntax(_ arguments: [Syntax]) -> Syntax.Form { .call(name, [n.syntax]) }

    func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element>
    {
      guard let n = n.value(sizes) else { throw .size(self.n.description) }
      return Matrix(rows: n * n, columns: n) { i, j in Swift.abs(i % n - i / n) == j ? 1 : 0 }
    }

    var examples: [Example] { [Example("toeplitzlayout(n)*x", "x: vector(n)")] }
  }
}
