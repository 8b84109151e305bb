// The primitives of CustomPrimitives.swift have a word, a value, derivatives of both orders, prints and all checks; no line of the library
// knows of them.
import Foundation
import Testing

@testable import MatDeriv

@Suite struct CustomPrimitiveTests {
  static let own: [any Primitive] = [Swish2(), Reversed(), GramDet()]
  static let vocabulary = Vocabulary(adding: own)

  @Test(arguments: own.flatMap { primitive in primitive.examples.map { RuleCase(primitive: primitive, example: $0) } })
  func allChecksHold(_ rule: RuleCase) throws {
    let missing = try checkRule(rule.primitive, rule.example, vocabulary: Self.vocabulary)
    #expect(missing.isEmpty, "\(missing)")
  }

  private func program(_ text: String, _ declarations: String...) throws -> Program {
    try Program(text, Declarations(declarations), vocabulary: Self.vocabulary)
  }

  private func text(_ text: String, _ declarations: String..., by x: String) throws -> String {
    let program = try Program(text, Declarations(declarations), vocabulary: Self.vocabulary)
    return try derivative(of: program.expression, wrt: #require(program.variable(x))).value.syntax.description
  }

  @Test func wordsAreThoseOfTheVocabulary() throws {
    let e = try program("swish2(reversed(X))", "X: matrix(m,n)").expression
    #expect(e.syntax.description == "swish2(reversed(X))")
    #expect(throws: LanguageError.self) { try Program("swish2(X)") }
    // A near miss of an own word is suggested like any other.
    do {
      _ = try program("swsh2(X)", "X: matrix(m,n)")
      Issue.record("swsh2 is no word")
    } catch let error as LanguageError { #expect(error.mend?.contains("swish2") ?? false, "\(error)") }
  }

  @Test func values() throws {
    let x: Matrix<Double> = [[1, 0], [0, 2], [2, -1]]
    func value(_ text: String) throws -> Matrix<Double> {
      try program(text, "X: matrix(m,n)").expression.value(at: Values(["X": x]))
    }
    // X'*X = [5 -2; -2 5].
    let gram = try value("gramdet(X)")
    #expect(abs(gram[0, 0] - 21) < 1e-13)
    #expect(try value("reversed(X)") == [[2, -1], [0, 2], [1, 0]])
    // sigmoid(2) = 0.8807970779778824.
    let swish = try value("swish2(X)")
    #expect(abs(swish[0, 0] - 0.8807970779778824) < 1e-15 && swish[0, 1] == 0)
  }

  @Test func derivatives() throws {
    #expect(
      try text("gramdet(X)", "X: matrix(m,n) fullrank", by: "X") == "2*gramdet(X)*pinv(X)")
    #expect(try text("tr(A*reversed(X))", "A: matrix(n,m)", "X: matrix(m,n)", by: "X") == "reversed(A')'")
    #expect(try text("reversed(x)", "x: vector(n)", by: "x") == "reversed(eye(n))")
  }

  @Test func conditionsArePrinted() throws {
    let program = try program("gramdet(X)", "X: matrix(m,n)")
    let answer = try derivative(of: program.expression, wrt: #require(program.variable("X")))
    let conditions = answer.conditions.map { "\($0.text.subject) \($0.text.predicate)" }
    #expect(conditions.contains("X of full column rank"), "\(conditions)")
  }

  /// The guide's code is this code.
  @Test func guideShowsTheSource() throws {
    let here = URL(filePath: #filePath).deletingLastPathComponent()
    let source = try String(contentsOf: here.appending(path: "CustomPrimitives.swift"), encoding: .utf8)
    let guide = try String(
      contentsOf: here.deletingLastPathComponent().deletingLastPathComponent().appending(path: "CONTRIBUTING.md"),
      encoding: .utf8)
    let blocks = guide.components(separatedBy: "```swift\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
    #expect(blocks.count == 3)
    for block in blocks { #expect(source.contains(block), "\(block)") }
  }
}
