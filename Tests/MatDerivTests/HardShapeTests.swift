// Hard cases of shape and structure: scalars inside matrix expressions, variables that do not occur, shapes that do not fit, symmetric
// variables in both conventions, pseudoinverses of both orientations, forms that vanish; and very large expressions.
import Testing

@testable import MatDeriv

@Suite struct HardShapeTests {
  private func answer(
    _ text: String, _ declarations: [String], by x: String, _ convention: Convention = .projected
  ) throws -> Derivative {
    let program = try Program(text, Declarations(declarations))
    return try derivative(of: program.expression, wrt: #require(program.variable(x)), convention: convention)
  }

  // The scalar's own derivative, and the term that a scalar factor adds: the one most often dropped.
  @Test(arguments: [
    ("tr(A*X)*X", "X"), ("(x'*A*x)*B*x", "x"), ("A*(a*x + y)/(x'*y)", "x"), ("det(X)*inv(X)*(x'*y)", "X"),
    ("exp(-norm2(x)^2)*A", "x"), ("a^2*A + A^2*tr(X)", "X"), ("logdet(X)*tr(X)*X", "X"), ("a*A + b*B", "a"),
  ])
  func scalarsInsideMatrices(_ text: String, _ x: String) throws {
    let declarations = [
      "X: matrix(n,n) posdet", "A: matrix(n,n)", "B: matrix(n,n)", "x: vector(n)", "y: vector(n)", "a: scalar",
      "b: scalar",
    ]
    let result = try answer(text, declarations, by: x).check()
    #expect(result.holds, "\(result)")
  }

  @Test func variableThatAppearsNowhere() throws {
    let sheet = try Sheet("A: matrix(m,n)", "X: matrix(p,q)", "x: vector(p)", "a: scalar", "b: scalar", "u: vector(m)")
    for (f, x, shape) in [
      ("tr(A*A')", "X", "q x p"), ("tr(A*A')", "x", "1 x p"), ("A", "b", "m x n"), ("u", "x", "m x p"),
      ("A", "X", "m*n x p*q"), ("a", "b", "1 x 1"), ("u'", "x", "m x p"), ("u", "X", "m x p*q"),
    ] {
      let zero = try sheet.derivative(f, x)
      #expect(zero.isZero && zero.shape.description == shape, "\(f) by \(x): \(zero.shape)")
    }
    let second = try hessian(of: sheet.read("tr(A*A')"), wrt: sheet.read("X"))
    #expect(second.value.isZero && second.value.shape.description == "p*q x p*q")
    // It may also cancel.
    #expect(try sheet.derivative("tr(X*X') - tr(X'*X)", "X").isZero)
  }

  @Test(arguments: ["A*B", "A + B", "A.*B", "tr(A)", "inv(A)", "x'*A*x", "A^2", "[A B]", "A*x + y", "logdet(A'*B)"])
  func shapesThatDoNotFit(_ text: String) throws {
    let declarations = try Declarations(["A: matrix(m,n)", "B: matrix(p,q)", "x: vector(n)", "y: vector(q)"])
    do {
      let program = try Program(text, declarations)
      Issue.record("\(text) is \(program.expression.shape)")
    } catch {
      // The shapes themselves are in the sentence, and the place in the text.
      #expect(error.message.contains(" x "), "\(error)")
      #expect(error.range.upperBound <= text.utf8.count && !error.range.isEmpty, "\(error)")
    }
  }

  // Both places are named: where the one size comes from, and where the other.
  @Test(arguments: ["A*B", "A + B", "A.*B", "A*x + y"]) func conflictsNameBothPlaces(_ text: String) throws {
    let declarations = try Declarations(["A: matrix(m,n)", "B: matrix(p,q)", "x: vector(n)", "y: vector(q)"])
    do {
      _ = try Program(text, declarations)
      Issue.record("\(text) has no shape")
    } catch {
      let related = try #require(error.related, "\(error)")
      #expect(related.range != error.range)
    }
  }

  // For symmetric X: projected, so that df = tr(D*dX) and D is symmetric; tied, the change of each pair of entries. Both against differences.
  @Test(arguments: [
    ("x'*X*y", "(x*y' + y*x')/2", "x*y' + y*x' - diag(x.*y)"), ("tr(A*X)", "(A + A')/2", "A + A' - diag(diag(A))"),
    ("logdet(X)", "inv(X)", "2*inv(X) - diag(diag(inv(X)))"),
    ("tr(X*A*X)", "(X*(A + A') + (A + A')*X)/2", "X*(A + A') + (A + A')*X - diag(diag(X*A + A*X))"),
  ])
  func symmetricInBothConventions(_ f: String, _ projected: String, _ tied: String) throws {
    let declarations = ("X: matrix(n,n) spd", "A: matrix(n,n)", "x: vector(n)", "y: vector(n)")
    let sheet = try Sheet(declarations.0, declarations.1, declarations.2, declarations.3)
    try sheet.expect(f, by: "X", is: projected)
    try sheet.expect(f, by: "X", is: tied, convention: .tied)
    #expect(try derivative(of: sheet.read(f), wrt: sheet.read("X"), convention: .tied).form == .tied)
  }

  @Test(arguments: ["diagonal", "lower", "upper", "skew", "symmetric"]) func structures(_ structure: String) throws {
    for convention in [Convention.projected, .tied] {
      let answer = try answer(
        "u'*tanh(X)*v + tr(X*A*X)",
        ["X: matrix(n,n) \(structure)", "A: matrix(n,n)", "u: vector(n)", "v: vector(n)"], by: "X", convention)
      let result = try answer.check()
      #expect(result.holds, "\(convention): \(answer.value.syntax): \(result)")
    }
    #expect(throws: DerivationError.self) {
      try answer("A*X", ["X: matrix(n,n) \(structure)", "A: matrix(n,n)"], by: "X", .tied)
    }
  }

  // Tall X has independent columns; of a wide one the transpose has. A fact about X must not be used for X'.
  @Test(arguments: [
    "tr(A*pinv(X))", "norm2(X*pinv(X)*u)^2", "logdet(X'*X)", "u'*X*inv(X'*X)*X'*u",
  ])
  func pseudoInverseOfTall(_ f: String) throws {
    let answer = try answer(f, ["X: matrix(m,n) fullrank", "A: matrix(m,n)", "u: vector(m)"], by: "X")
    let result = try answer.check(sizes: ["m": 5, "n": 3])
    #expect(result.holds, "\(answer.value.syntax): \(result)")
  }

  @Test(arguments: ["tr(A'*pinv(X')')", "logdet(X*X')", "v'*X'*inv(X*X')*X*v", "tr(A'*X'*inv(X*X'))"])
  func pseudoInverseOfWide(_ f: String) throws {
    let answer = try answer(f, ["X: matrix(m,n)", "A: matrix(n,m)", "v: vector(n)"], by: "X")
    let result = try answer.check(sizes: ["m": 3, "n": 5])
    #expect(result.holds, "\(answer.value.syntax): \(result)")
    let second = try hessian(of: answer.expression, wrt: answer.variable)
    let confirmed = try second.check(sizes: ["m": 2, "n": 3])
    #expect(confirmed.holds, "\(second.value.syntax): \(confirmed)")
  }

  // x'*G*x with G skew is zero, and so is everything after it; the zero keeps the outer shape.
  @Test func skewQuadraticForm() throws {
    let sheet = try Sheet("x: vector(n)", "G: matrix(n,n) skew", "A: matrix(m,p)", "X: matrix(n,n)")
    #expect(try sheet.read("x'*G*x").isZero)
    #expect(try sheet.read("(x'*G*x)*A").shape.description == "m x p")
    #expect(try sheet.read("x*x'*G*x*x'").isZero)
    #expect(try sheet.read("x*x'*G*x*x'").shape.description == "n x n")
    #expect(try sheet.derivative("x'*G*x", "x").isZero)
    #expect(try sheet.derivative("x'*X*G*X'*x", "X").isZero)
    #expect(try sheet.derivative("tr(G)", "G").isZero)
  }
}
