// The largest eigenvalue of a symmetric matrix with its eigenvector, and the nuclear norm.

/// The largest eigenvalue of the symmetric part.
public func eigmax(_ x: Expression) -> Expression { .apply(EigMax(), x) }
/// The unit eigenvector of the largest eigenvalue of the symmetric part; its entry of largest magnitude is positive.
public func eigvecmax(_ x: Expression) -> Expression { .apply(EigVecMax(), x) }
/// The sum of the singular values.
public func nucnorm(_ x: Expression) -> Expression { .apply(NucNorm(), x) }

/// d lambda = v' dX v. Source: Magnus, Econometric Theory 1 (1985) 179, theorem 1.
struct EigMax: Primitive {
  var name: String { "eigmax" }
  func formula(_ x: [Formula]) -> Formula { .letter("λ", below: "max", x[0]) }
  var signatures: [Signature] { ["n,n -> 1,1"] }
  var rule: Rule { Rule("eigmax", "differential of an eigenvalue") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].shape.isScalar { return x[0] }
    if let y = g.untransposed(x[0].node) { return eigmax(Expression(g, y)) }
    return g.isEye(x[0].node) ? g.constant(1) : nil
  }

  func facts(_ x: [Expression]) -> Facts {
    x[0].facts.contains(.definite) ? .positive : x[0].facts.contains(.semidefinite) ? .nonnegative : []
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let v = eigvecmax(x[0])
    return v.transposed * dx * v
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.simpleLargestEigenvalue, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard x[0].rows > 0 else { throw .domain(primitive: name, reason: "the matrix has no eigenvalues") }
    return try evaluate { () throws(LinearAlgebraError) in
      Matrix(column: [try SymmetricEigen(x[0].symmetricPart, vectors: .none).values.max()!])
    }
  }

  var examples: [Example] {
    [Example("eigmax(S)", "S: matrix(n,n) symmetric"), Example("eigmax(X'*X)", "X: matrix(m,n)")]
  }
}

/// dv = pinv(lambda*I - X) dX v. Source: Magnus (1985), theorem 1.
struct EigVecMax: Primitive {
  var name: String { "eigvecmax" }
  func formula(_ x: [Formula]) -> Formula { .letter("v", below: "max", x[0]) }
  var signatures: [Signature] { ["n,n -> n,1"] }
  var rule: Rule { Rule("eigvecmax", "differential of an eigenvector") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].shape.isScalar { return g.constant(1) }
    if let y = g.untransposed(x[0].node) { return eigvecmax(Expression(g, y)) }
    return nil
  }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    .apply(EigResolvent(), x[0]) * (dx + dx.transposed).half * y
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.simpleLargestEigenvalue, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    guard x[0].rows > 0 else { throw .domain(primitive: name, reason: "the matrix has no eigenvalues") }
    let eigen = try evaluate { () throws(LinearAlgebraError) in try SymmetricEigen(x[0].symmetricPart) }
    let v = eigen.vectors.column(eigen.values.indices.max { eigen.values[$0] < eigen.values[$1] }!)
    let leading = v.max { Swift.abs($0) < Swift.abs($1) }!
    return Matrix(column: leading < 0 ? v.map { -$0 } : v)
  }

  var examples: [Example] {
    [
      Example("eigvecmax(S)", "S: matrix(n,n) symmetric"),
      Example("u'*eigvecmax(S)", "u: vector(n)", "S: matrix(n,n) symmetric"),
    ]
  }
}

/// pinv(lambda*I - X) for the largest eigenvalue lambda. A repeated one leaves the eigenvector without a derivative, and is refused.
struct EigResolvent: Primitive {
  var name: String { "eigresolvent" }
  var signatures: [Signature] { ["n,n -> n,n"] }
  func facts(_ x: [Expression]) -> Facts { .semidefinite }

  /// With R the result, S the symmetric part of dX and v the eigenvector: dR = R S R - (v'S v) R^2 - R^2 S v v' - v v' S R^2, from the
  /// differential of a pseudoinverse of constant rank, where I - (lambda*I - X) R = v v'.
  /// Source: Golub and Pereyra, The differentiation of pseudo-inverses, SIAM J. Numer. Anal. 10 (1973) 413.
  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    let v = eigvecmax(x[0])
    let s = (dx + dx.transposed).half
    let turn = y * y * s * v * v.transposed
    return y * s * y - (v.transposed * s * v) * (y * y) - turn - turn.transposed
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.simpleLargestEigenvalue, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    let eigen = try evaluate { () throws(LinearAlgebraError) in try SymmetricEigen(x[0].symmetricPart) }
    guard let top = eigen.values.max() else { return x[0] }
    let scale = eigen.values.reduce(Element(0)) { Swift.max($0, Swift.abs($1)) }
    let close = eigen.values.count { top - $0 <= Element.ulpOfOne * Element(8 * x[0].rows) * scale }
    guard close == 1 else {
      throw .domain(
        primitive: "the derivative of eigvecmax",
        reason: "the largest eigenvalue has multiplicity \(close), so its eigenvector may turn freely (gauge)")
    }
    return eigen.apply { $0 == top ? 0 : 1 / (top - $0) }
  }

  var examples: [Example] {
    [Example("tr(A*eigresolvent(S))", "A: matrix(n,n)", "S: matrix(n,n) symmetric")]
  }
}

/// d|X|_* = tr(inv(sqrtm(X'X)) X' dX) for independent columns: U*V' is the gradient.
struct NucNorm: Primitive {
  var name: String { "nucnorm" }
  func formula(_ x: [Formula]) -> Formula { x[0].fenced(.norm, below: "∗") }
  var signatures: [Signature] { ["m,n -> 1,1"] }
  var rule: Rule { Rule("nucnorm", "differential of the nuclear norm") }

  func simplified(_ x: [Expression]) -> Expression? {
    let g = x[0].graph
    if x[0].isZero { return g.constant(0) }
    let (c, unit) = g.unit(x[0].node)
    return c.isOne ? nil : c.magnitude * nucnorm(Expression(g, unit))
  }

  func facts(_ x: [Expression]) -> Facts { .nonnegative }

  func differential(_ y: Expression, _ x: [Expression], argument: Int, _ dx: Expression) -> Expression? {
    tr(inv(sqrtm(x[0].transposed * x[0])) * x[0].transposed * dx)
  }

  func smoothness(_ x: [Expression]) -> [Condition] { [Condition(.fullColumnRank, x[0])] }

  func value<Element: Scalar>(_ x: [Matrix<Element>], sizes: [String: Int]) throws(EvaluationError) -> Matrix<Element> {
    try evaluate { () throws(LinearAlgebraError) in Matrix(column: [try SVD(x[0], vectors: .none).values.reduce(0, +)])
    }
  }

  var examples: [Example] { [Example("nucnorm(X)", "X: matrix(m,n) fullrank")] }
}
