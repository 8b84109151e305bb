// Forward mode, reverse mode and the Hessian as an operator against central differences; derivatives by several variables against each alone.
import Testing

@testable import MatDeriv

@Suite struct DirectionalTests {
  private static let sizes = ["m": 3, "n": 2]

  private static let cases: [(text: String, declarations: [String], variable: String)] = [
    ("inv(X'*X + A)*X'*u", ["X: matrix(m,n)", "A: matrix(n,n) spd", "u: vector(m)"], "X"),
    ("tanh(X*B).*Y", ["X: matrix(m,n)", "B: matrix(n,n)", "Y: matrix(m,n)"], "X"),
    ("logdet(S) + tr(inv(S)*C)", ["S: matrix(n,n) spd", "C: matrix(n,n) spd"], "S"),
    ("softmax(A*x)", ["A: matrix(m,n)", "x: vector(n)"], "x"),
    ("expm(a*A)", ["a: scalar", "A: matrix(n,n)"], "a"),
    ("x'*A*x + sum(exp(x))", ["A: matrix(n,n)", "x: vector(n)"], "x"),
  ]

  private struct Point {
    var program: Program
    var x: Expression
    var dx: Expression
    var values: Values<Double>
    var direction: Matrix<Double>

    init(_ text: String, _ declarations: [String], _ variable: String) throws {
      program = try Program(text, Declarations(declarations))
      x = try #require(program.variable(variable))
      let g = program.graph
      dx = g.variable("direction", x.shape.rows, x.shape.columns)
      var generator = SeededGenerator(seed: 3)
      values = try g.admissibleValues(of: [program.expression.node, x.node], sizes: sizes, using: &generator)
      direction = Matrix(rows: x.shape.rows.value(sizes)!, columns: x.shape.columns.value(sizes)!, repeating: 0)
      for e in Graph.tangentBasis(direction.rows, direction.columns, g.structure(of: x.node)) {
        direction += generator.normal() * e
      }
      values["direction"] = direction
    }

    /// The central difference of an expression along the direction.
    func difference(of f: Expression) throws -> Matrix<Double> {
      let name = x.syntax.description
      func moved(_ y: Matrix<Double>) throws(EvaluationError) -> Matrix<Double> {
        var at = values
        at[name] = y
        return try f.value(at: at)
      }
      return try CentralDifference().derivative(moved, at: values[name]!, along: direction, step: 2e-3)
    }
  }

  @Test(arguments: cases.indices) func forwardModeIsTheDifference(_ place: Int) throws {
    let point = try Point(Self.cases[place].text, Self.cases[place].declarations, Self.cases[place].variable)
    let dy = try jvp(of: point.program.expression, wrt: point.x, point.dx)
    #expect(isClose(try dy.value(at: point.values), try point.difference(of: point.program.expression), 1e-8))
  }

  /// tr(c*dF) = tr(h*dX).
  @Test(arguments: cases.indices) func reverseModeIsTheAdjoint(_ place: Int) throws {
    var point = try Point(Self.cases[place].text, Self.cases[place].declarations, Self.cases[place].variable)
    let (g, f) = (point.program.graph, point.program.expression)
    let c = g.variable("cotangent", f.shape.columns, f.shape.rows)
    let h = try vjp(of: f, wrt: point.x, cotangent: c)
    let change = try point.difference(of: f)
    let weight = Matrix<Double>.random(change.columns, change.rows, seed: 9)
    point.values["cotangent"] = weight
    let (left, right) = (weight * change, try h.value(at: point.values) * point.direction)
    #expect(abs(left.trace - right.trace) < 1e-8 * (1 + abs(left.trace)))
  }

  @Test(arguments: cases.indices) func hessianOperatorIsTheDifferenceOfTheGradient(_ place: Int) throws {
    let point = try Point(Self.cases[place].text, Self.cases[place].declarations, Self.cases[place].variable)
    let f = point.program.expression
    guard f.shape.isScalar else {
      #expect(throws: DerivationError.self) { try hessianOperator(of: f, wrt: point.x, direction: point.dx) }
      return
    }
    let g = f.graph
    let gradient = Expression(g, try g.gradients(of: f.node, g.one, with: [point.x.node])[0])
    let product = try hessianOperator(of: f, wrt: point.x, direction: point.dx)
    #expect(isClose(try product.value(at: point.values), try point.difference(of: gradient), 1e-8))
  }

  @Test func severalVariablesShareOnePass() throws {
    let program = try Program(
      "norm2(W2*h + b2 - y)^2 where h = tanh(z), z = W1*x + b1",
      Declarations([
        "W1: matrix(k,n)", "W2: matrix(m,k)", "b1: vector(k)", "b2: vector(m)", "x: vector(n)", "y: vector(m)",
      ]))
    func variables(_ names: [String]) throws -> [Expression] { try names.map { try #require(program.variable($0)) } }
    // The second list has names that lie below each other.
    for names in [["W1", "W2", "b1", "b2", "x"], ["h", "z", "W1", "b2"]] {
      let all = try derivatives(of: program.expression, wrt: variables(names))
      for (x, answer) in zip(try variables(names), all) {
        #expect(answer.value == (try derivative(of: program.expression, wrt: x)).value)
        #expect(try answer.check(sizes: ["k": 2, "m": 3, "n": 4]).holds)
      }
    }
    let matrices = try Program("A*x", Declarations(["A: matrix(m,n)", "x: vector(n)"]))
    let answers = try derivatives(of: matrices.expression, wrt: ["A", "x"].map { try #require(matrices.variable($0)) })
    #expect(answers.map(\.kind) == ["v/M", "v/v"])
  }
}
