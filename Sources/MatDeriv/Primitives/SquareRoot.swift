// The principal square root of a matrix, and the Sylvester equation that is its differential.

/// The principal square root of a square matrix.
public func sqrtm(_ x: Expression) -> Expression { .apply(Sqrtm(), x) }
/// The X with A*X + X*B = C.
public func sylvester(_ a: Expression, _ b: Expression, _ c: Expression) -> Expression { .apply(Sylvester(), a, b, c) }

/// S dS + dS S = dX. Source: Magnus and Neudecker, Matrix Differential Calculus, ch. 8.
struct Sqrtm: Primitive {
  var name: String { "sqrtm" }
  func formula(_ x: [Formula]) -> Formula { x[0].raised(to: "1/2") }
  var signatures: [Signature] { ["n,n -> n,n"] }
  var rule: Rule { Rule("sqrtm", "differential of the square root") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].shape.isScalar { return x[0] .** Coefficient(1, over: 2) }
    if g.isEye(x[0].node) { return x[0] }
    if let y = g.untransposed(x[0].node) { return sqrtm(Expression(g, y)).transposed }
    if let v = g.argument(x[0].node, of: Diag.self), g.has(.nonnegative, v) {
      return diag(Expression(g, v) .** Coefficient(1, over: 2))
    }
    return nil
  }

  func facts(_ x: [Expression]) -> Facts {
    var facts = x[0].facts.intersection([.symmetric, .diagonal, .lower, .upper, .semidefinite, .definite, .invertible])
    if facts.contains(.symmetric) { facts.insert(.semidefinite) }
    return facts
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    sylvester(y, y, dx)
  }
  func domain(_ x: [Expression]) -> [Condition] { [Condition(.noEigenvalueOnNegativeAxis, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let a = x[0]
    if a.isNumericallySymmetric {
      let eigen = try evaluate { () throws(LinearAlgebraError) in try SymmetricEigen(a.symmetricPart) }
      let noise = Element.ulpOfOne * Element(a.rows) * (eigen.values.map { Swift.abs($0) }.max() ?? 0)
      guard eigen.values.allSatisfy({ $0 >= -noise }) else {
        throw .domain(primitive: name, reason: "the matrix has a negative eigenvalue")
      }
      return eigen.apply { $0 > 0 ? $0.squareRoot() : 0 }
    }
    // Product form of the Denman-Beavers iteration. Source: Higham, Functions of Matrices (2008), eq. 6.29.
    let identity = Matrix<Element>.identity(a.rows)
    var (m, root) = (a, a)
    for _ in 0..<100 {
      let inverse = try evaluate { () throws(LinearAlgebraError) in try LU(m).solve(identity) }
      root = (root * (identity + inverse)) / 2
      m = (identity + (m + inverse) / 2) / 2
      let distance = (m - identity).norm(.frobenius)
      guard distance.isFinite else { break }
      if distance <= Element.ulpOfOne * Element(8 * a.rows) { return root }
    }
    throw .domain(
      primitive: name, reason: "the iteration did not converge; an eigenvalue lies on the negative real axis")
  }

  var examples: [Example] {
    [
      Example("sqrtm(S)", "S: matrix(n,n) spd"), Example("tr(A*sqrtm(S))", "A: matrix(n,n)", "S: matrix(n,n) spd"),
      Example("tr(sqrtm(X))", "X: matrix(n,n) invertible"),
    ]
  }
}

struct Sylvester: LinearPrimitive {
  var name: String { "sylvester" }
  var signatures: [Signature] { ["m,m; n,n; m,n -> m,n"] }
  var rule: Rule { Rule("sylvester", "differential of the Sylvester equation") }

  func isLinear(in argument: Int) -> Bool { argument == 2 }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[2].isZero { return x[2] }
    if x[0].shape.isScalar, x[1].shape.isScalar { return x[2] / (x[0] + x[1]) }
    let (c, scalars, chain) = g.parts(x[2].node)
    if !c.isOne || !scalars.isEmpty {
      return Expression(
        g, g.multiply([g.product(c, scalars, [], .scalar), g.apply(self, [x[0].node, x[1].node, g.multiply(chain)])]))
    }
    return nil
  }

  func transposed(_ x: [Expression]) -> Expression? { sylvester(x[1].transposed, x[0].transposed, x[2].transposed) }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    switch argument {
    case 0: sylvester(x[0], x[1], -(dx * y))
    case 1: sylvester(x[0], x[1], -(y * dx))
    default: sylvester(x[0], x[1], dx)
    }
  }

  func adjoint(_ g: Expression, _ x: [Expression], argument: Int) -> Expression? { sylvester(x[1], x[0], g) }

  /// No eigenvalue of A is the negative of one of B; definite matrices have none such.
  func domain(_ x: [Expression]) -> [Condition] {
    if x[0].facts.contains(.definite), x[1].facts.contains(.semidefinite) { return [] }
    if x[0].facts.contains(.semidefinite), x[1].facts.contains(.definite) { return [] }
    let g = x[0].graph
    return [
      Condition(.invertible, kron(x[1].transposed, g.eye(x[0].shape.rows)) + kron(g.eye(x[1].shape.rows), x[0]))
    ]
  }

  func matrix(_ x: [Expression], argument: Int) -> Expression? {
    let g = x[0].graph
    return inv(kron(x[1].transposed, g.eye(x[0].shape.rows)) + kron(g.eye(x[1].shape.rows), x[0]))
  }

  /// By eigenvectors where A and B are symmetric, otherwise as a linear system of m*n unknowns.
  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let (a, b, c) = (x[0], x[1], x[2])
    return try evaluate { () throws(LinearAlgebraError) in
      if a.isNumericallySymmetric, b.isNumericallySymmetric {
        let (p, q) = (try SymmetricEigen(a.symmetricPart), try SymmetricEigen(b.symmetricPart))
        let inner = p.vectors.transposed * c * q.vectors
        let scaled = Matrix(rows: c.rows, columns: c.columns) { i, j in inner[i, j] / (p.values[i] + q.values[j]) }
        return p.vectors * scaled * q.vectors.transposed
      }
      let (m, n) = (a.rows, b.rows)
      let system = Matrix<Element>(rows: m * n, columns: m * n) { r, s in
        let (i, j, k, l) = (r % m, r / m, s % m, s / m)
        return (j == l ? a[i, k] : 0) + (i == k ? b[l, j] : 0)
      }
      return Matrix(rows: m, columns: n, columnMajor: try LU(system).solve(c.columnMajor))
    }
  }

  var examples: [Example] {
    [
      Example("sylvester(S, T, X)", "S: matrix(m,m) spd", "T: matrix(n,n) spd", "X: matrix(m,n)"),
      Example(
        "tr(A*sylvester(S, T, B))", "A: matrix(n,m)", "S: matrix(m,m) spd", "T: matrix(n,n) spd", "B: matrix(m,n)"),
    ]
  }
}

extension Matrix {
  /// Whether mirrored entries differ by rounding alone.
  var isNumericallySymmetric: Bool {
    guard isSquare else { return false }
    let scale = columnMajor.reduce(Element(0)) { Swift.max($0, Swift.abs($1)) } * Element.ulpOfOne * 32
    for j in 0..<columns { for i in 0..<j where Swift.abs(self[i, j] - self[j, i]) > scale { return false } }
    return true
  }

  /// (A + A')/2
  var symmetricPart: Matrix { Matrix(rows: rows, columns: columns) { i, j in (self[i, j] + self[j, i]) / 2 } }
}
