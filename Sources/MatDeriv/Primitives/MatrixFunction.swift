// Exponential, sine and cosine of a square matrix, and their Frechet derivatives: L(X,E) is linear in E and its own adjoint across a trace.
// Values of derivatives come from block triangular matrices, which repeated eigenvalues do not disturb.
import RealModule

/// The exponential of a square matrix.
public func expm(_ x: Expression) -> Expression { .apply(MatrixFunction(.exponential), x) }
/// The sine of a square matrix.
public func sinm(_ x: Expression) -> Expression { .apply(MatrixFunction(.sine), x) }
/// The cosine of a square matrix.
public func cosm(_ x: Expression) -> Expression { .apply(MatrixFunction(.cosine), x) }

/// An entire function of a matrix.
enum EntireFunction: String, Sendable, CaseIterable {
  case exponential = "expm"
  case sine = "sinm"
  case cosine = "cosm"

  /// The name of the function of a number.
  var scalarName: String { String(rawValue.dropLast()) }

  /// f'(X).
  func derivative(_ x: Expression) -> Expression {
    switch self {
    case .exponential: expm(x)
    case .sine: cosm(x)
    case .cosine: -sinm(x)
    }
  }

  func value<Element: Scalar>(_ x: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
    if self == .exponential { return try padeExponential(x) }
    // exp([0 -X; X 0]) = [cos X, -sin X; sin X, cos X].
    let n = x.rows
    let rotation = Matrix<Element>(rows: 2 * n, columns: 2 * n) { i, j in
      i < n ? (j < n ? 0 : -x[i, j - n]) : (j < n ? x[i - n, j] : 0)
    }
    let e = try padeExponential(rotation)
    return Matrix(rows: n, columns: n) { i, j in self == .cosine ? e[i, j] : e[i + n, j] }
  }
}

/// The exponential by scaling and squaring with the Pade approximant of degree 13.
/// Source: Higham, SIAM J. Matrix Anal. Appl. 26 (2005) 1179, algorithm 2.3.
private func padeExponential<Element: Scalar>(_ x: Matrix<Element>) throws(LinearAlgebraError) -> Matrix<Element> {
  let n = x.rows
  if n == 0 { return x }
  let norm = (0..<n).map { j in x.column(j).reduce(0) { $0 + Swift.abs($1) } }.max()!
  guard norm.isFinite else { throw .notFinite(operation: "expm", row: 0, column: 0, value: Double(norm)) }
  let squarings = Swift.max(0, norm > 0 ? Int((Element.log(norm / 5.4) / Element.log(2)).rounded(.up)) : 0)
  guard squarings < 1100 else { throw .overflow(operation: "expm") }
  let a = x / Element.pow(2, squarings)
  let b: [Element] = [
    64_764_752_532_480_000, 32_382_376_266_240_000, 7_771_770_303_897_600, 1_187_353_796_428_800, 129_060_195_264_000,
    10_559_470_521_600, 670_442_572_800, 33_522_128_640, 1_323_241_920, 40_840_800, 960_960, 16_380, 182, 1,
  ]
  let i = Matrix<Element>.identity(n)
  let a2 = a * a
  let a4 = a2 * a2
  let a6 = a2 * a4
  let u1 = a6 * (b[13] * a6 + b[11] * a4 + b[9] * a2)
  let u = a * (u1 + b[7] * a6 + b[5] * a4 + b[3] * a2 + b[1] * i)
  let v1 = a6 * (b[12] * a6 + b[10] * a4 + b[8] * a2)
  let v = v1 + b[6] * a6 + b[4] * a4 + b[2] * a2 + b[0] * i
  var result = try LU(v - u).solve(v + u)
  for _ in 0..<squarings { result = result * result }
  return result
}

struct MatrixFunction: Primitive {
  let function: EntireFunction
  init(_ function: EntireFunction) { self.function = function }

  var name: String { function.rawValue }
  func formula(_ x: [Formula]) -> Formula {
    function == .exponential ? Formula(.identifier("e", .upright)).raised(to: x[0]) : .function(name, x)
  }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule(name, "Frechet derivative") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    let n = x[0].shape.rows
    if x[0].shape.isScalar { return function == .exponential ? exp(x[0]) : function == .sine ? sin(x[0]) : cos(x[0]) }
    if x[0].isZero { return function == .sine ? x[0] : g.eye(n) }
    if let y = g.untransposed(x[0].node) { return Expression.apply(self, Expression(g, y)).transposed }
    if let v = g.argument(x[0].node, of: Diag.self) {
      let entries = Expression(g, v)
      return diag(function == .exponential ? exp(entries) : function == .sine ? sin(entries) : cos(entries))
    }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    var facts = x[0].facts.intersection([.symmetric, .diagonal, .lower, .upper])
    if function == .exponential {
      facts.formUnion([.invertible, .posdet])
      if facts.contains(.symmetric) { facts.insert(.definite) }
      if x[0].facts.contains(.skew) { facts.insert(.orthogonal) }
    }
    return facts
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    // Where X and dX commute, the derivative is the scalar one.
    if x[0] * dx == dx * x[0] { return dx * function.derivative(x[0]) }
    return .apply(Frechet(function), x[0], dx)
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    try evaluate { () throws(LinearAlgebraError) in try function.value(x[0]) }
  }

  var examples: [Example] {
    [
      Example("\(name)(X)", "X: matrix(n,n)"), Example("tr(A*\(name)(X))", "A: matrix(n,n)", "X: matrix(n,n)"),
      Example("tr(\(name)(X))", "X: matrix(n,n)"), Example("\(name)(a*A)", "a: scalar", "A: matrix(n,n)"),
    ]
  }
}

/// The Frechet derivative L(X,E), or the second one L(X,E,F): `dexpm(X, E)`, `d2expm(X, E, F)`.
/// Source: Higham, Functions of Matrices (2008), section 3.2, eq. 3.16.
struct Frechet: LinearPrimitive {
  let function: EntireFunction
  let order: Int

  init(_ function: EntireFunction, order: Int = 1) {
    self.function = function
    self.order = order
  }

  var name: String { (order == 1 ? "d" : "d2") + function.rawValue }
  func formula(_ x: [Formula]) -> Formula {
    .letter("L", below: function.scalarName, above: order == 1 ? nil : "(2)", x)
  }
  var signatures: [Signature] { order == 1 ? ["n,n; n,n -> n,n"] : ["n,n; n,n; n,n -> n,n"] }
  var rule: Rule { Rule(name, "Frechet derivative") }

  func isLinear(in argument: Int) -> Bool { argument > 0 }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x.contains(where: { $0.shape.isScalar }) {
      return order == 1 ? function.derivative(x[0]) * x[1] : nil
    }
    if x.dropFirst().contains(where: \.isZero) { return x[0].zeros }
    // Where X and E commute, the derivative is the scalar one.
    if order == 1, x[0] * x[1] == x[1] * x[0] { return x[1] * function.derivative(x[0]) }
    for i in 1..<x.count {
      let (c, scalars, chain) = g.parts(x[i].node)
      guard !c.isOne || !scalars.isEmpty else { continue }
      var inner = x.map(\.node)
      inner[i] = g.multiply(chain)
      return Expression(g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, inner)]))
    }
    // L(X,E,F) = L(X,F,E).
    if order == 2, g.precedes(x[2].node, x[1].node) { return .apply(self, x[0], x[2], x[1]) }
    return nil
  }

  func transposed(_ x: [Expression]) -> Expression? {
    Expression(x[0].graph, x[0].graph.apply(self, x.map { $0.transposed.node }))
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    if argument > 0 {
      var arguments = x
      arguments[argument] = dx
      return Expression(y.graph, y.graph.apply(self, arguments.map(\.node)))
    }
    return order == 1 ? .apply(Frechet(function, order: 2), x[0], x[1], dx) : nil
  }

  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? {
    var arguments = x
    arguments[argument] = g
    return Expression(g.graph, g.graph.apply(self, arguments.map(\.node)))
  }

  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    order == 1
      ? .apply(FrechetMatrix(function), x[0]) : .apply(FrechetMatrix(function, order: 2), x[0], x[3 - argument])
  }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    try evaluate { () throws(LinearAlgebraError) in try Frechet.value(function, x) }
  }

  /// The upper right block of f([X E; 0 X]), or of the same with two directions.
  static func value<Element: Scalar>(_ function: EntireFunction, _ x: [Matrix<Element>]) throws(LinearAlgebraError)
    -> Matrix<Element>
  {
    let n = x[0].rows
    let blocks = 1 << (x.count - 1)
    let whole = Matrix<Element>(rows: blocks * n, columns: blocks * n) { i, j in
      let (p, q) = (i / n, j / n)
      if p == q { return x[0][i % n, j % n] }
      // Block (p,q) holds the direction whose bit q adds to p.
      let added = p ^ q
      guard p & q == p, added.nonzeroBitCount == 1 else { return 0 }
      return x[1 + added.trailingZeroBitCount][i % n, j % n]
    }
    let result = try function.value(whole)
    return Matrix(rows: n, columns: n) { i, j in result[i, (blocks - 1) * n + j] }
  }

  var examples: [Example] {
    order == 1
      ? [Example("tr(A*\(name)(X, B))", "A: matrix(n,n)", "X: matrix(n,n)", "B: matrix(n,n)")]
      : [Example("u'*\(name)(A, X, B)*u", "A: matrix(n,n)", "X: matrix(n,n)", "B: matrix(n,n)", "u: vector(n)")]
  }
}

/// The matrix of L(X, .) on vec: `jexpm(X)`; of L(X, E, .): `j2expm(X, E)`.
struct FrechetMatrix: Primitive {
  let function: EntireFunction
  let order: Int

  init(_ function: EntireFunction, order: Int = 1) {
    self.function = function
    self.order = order
  }

  var name: String { (order == 1 ? "j" : "j2") + function.rawValue }
  func formula(_ x: [Formula]) -> Formula {
    .letter("K", below: function.scalarName, above: order == 1 ? nil : "(2)", x)
  }
  var signatures: [Signature] { order == 1 ? ["n,n -> n*n,n*n"] : ["n,n; n,n -> n*n,n*n"] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let n = x[0].rows
    return try evaluate { () throws(LinearAlgebraError) in
      var columns: [Element] = []
      for k in 0..<(n * n) {
        let unit = Matrix<Element>(rows: n, columns: n) { i, j in i + j * n == k ? 1 : 0 }
        columns += try Frechet.value(function, x + [unit]).columnMajor
      }
      return Matrix(rows: n * n, columns: n * n, columnMajor: columns)
    }
  }

  var examples: [Example] {
    order == 1
      ? [Example("\(name)(X)*vec(A)", "X: matrix(n,n)", "A: matrix(n,n)")]
      : [Example("\(name)(X, B)*vec(A)", "X: matrix(n,n)", "B: matrix(n,n)", "A: matrix(n,n)")]
  }
}
