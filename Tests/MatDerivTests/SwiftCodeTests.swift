// Generated Swift in a file that is compiled with the tests: it must be what the generator writes, and its functions must have our values.
// STATKIT_WRITE_CODE=1 writes the file anew; look at the difference.
import Foundation
import Testing

@testable import MatDeriv

@Suite struct SwiftCodeTests {
  /// Names of the functions in `GeneratedCode.swift` and what they compute.
  static let cases: [(name: String, expression: String, declarations: [String])] = [
    ("leastSquares", "inv(X'*X)*X'*y", ["X: matrix(m,n)", "y: vector(m)"]),
    (
      "generalizedResidual", "(y - X*w)'*inv(S)*(y - X*w) + logdet(S)",
      ["y: vector(m)", "X: matrix(m,n)", "w: vector(n)", "S: matrix(m,m) spd"]
    ),
    (
      "backpropagated", "2*x*((B'*(B*tanh(X*x) - y)).*(vector(1,m) - tanh(X*x).^2))'",
      ["x: vector(n)", "B: matrix(p,m)", "X: matrix(m,n)", "y: vector(p)"]
    ),
    (
      "solvedTwice", "inv(A)*x*y'*inv(A) + a*A/3",
      ["A: matrix(n,n) invertible", "x: vector(n)", "y: vector(n)", "a: scalar"]
    ),
    ("matrixFunctions", "tr(expm(A)) + det(A) + sum(relu(A))", ["A: matrix(n,n)"]),
    ("weighted", "kron(diag(u), X)*K(n,m)", ["u: vector(m)", "X: matrix(m,n)"]),
    ("chosen", "X(2:3, :)*softmax(z) + n*ones(2,1)", ["X: matrix(3,n)", "z: vector(n)"]),
  ]

  private func expression(_ name: String) throws -> MatDeriv.Expression {
    let (_, expression, declarations) = try #require(SwiftCodeTests.cases.first { $0.name == name })
    return try Graph().parse(expression, declarations)
  }

  @Test func fileIsWhatTheGeneratorWrites() throws {
    var text = "// swift-format-ignore-file\n// Written by Expression.code(in: .swift); see SwiftCodeTests.\n\n"
    text += "import Foundation\nimport MatDeriv\n"
    for (name, _, _) in SwiftCodeTests.cases {
      let code = try expression(name).code(in: .swift, named: name)
      text += code.replacing("import Foundation\nimport MatDeriv\n", with: "")
    }
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "GeneratedCode.swift")
    if ProcessInfo.processInfo.environment["STATKIT_WRITE_CODE"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == text)
  }

  /// Random admissible values with the value of the expression there.
  private func sample(_ name: String) throws -> (at: [String: Matrix<Double>], value: Matrix<Double>) {
    let expression = try expression(name)
    let g = expression.graph
    var generator = SeededGenerator(seed: 5)
    let sizes = g.testSizes(of: [expression.node], given: [:])
    let values = try g.admissibleValues(of: [expression.node], sizes: sizes, using: &generator)
    return (values.matrices, try expression.value(at: values))
  }

  @Test func functionsHaveOurValues() throws {
    var (x, value) = try sample("leastSquares")
    #expect(isClose(try leastSquares(x["X"]!, x["y"]!), value, 1e-12))
    (x, value) = try sample("generalizedResidual")
    #expect(isClose([[try generalizedResidual(x["y"]!, x["X"]!, x["w"]!, x["S"]!)]], value, 1e-12))
    (x, value) = try sample("backpropagated")
    #expect(isClose(backpropagated(x["x"]!, x["B"]!, x["X"]!, x["y"]!), value, 1e-12))
    (x, value) = try sample("solvedTwice")
    #expect(isClose(try solvedTwice(x["A"]!, x["x"]!, x["y"]!, x["a"]![0, 0]), value, 1e-12))
    (x, value) = try sample("matrixFunctions")
    #expect(isClose([[try matrixFunctions(x["A"]!)]], value, 1e-12))
    (x, value) = try sample("weighted")
    #expect(isClose(weighted(x["u"]!, x["X"]!), value, 1e-12))
    (x, value) = try sample("chosen")
    #expect(isClose(chosen(x["X"]!, x["z"]!), value, 1e-12))
  }
}
