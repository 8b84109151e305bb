// Expressions of two thousand nodes: derived, simplified and printed in under a second, and no recursion that eats the stack.
import Testing

@testable import MatDeriv

@Suite(.serialized) struct LargeExpressionTests {
  /// A second in release; the checks of a debug build take several times as long.
  private static var limit: Duration {
    #if DEBUG
      .seconds(20)
    #else
      .seconds(1)
    #endif
  }

  private func expectFast(
    _ f: Expression, by x: Expression, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Derivative {
    let clock = ContinuousClock()
    let start = clock.now
    let answer = try derivative(of: f, wrt: x)
    #expect(!answer.value.syntax.description.isEmpty, sourceLocation: sourceLocation)
    let time = clock.now - start
    #expect(time < Self.limit, "\(time)", sourceLocation: sourceLocation)
    return answer
  }

  /// f(f(f(...))): a thousand layers.
  @Test func deepChain() throws {
    let g = Graph()
    let x = g.variable("x", "n")
    let a = g.variable("A", "n", "n")
    var f = x
    for _ in 0..<500 { f = tanh(a * f) }
    let answer = try expectFast(sum(f), by: x)
    #expect(answer.value.shape.description == "1 x n")
  }

  @Test func deepChainOfScalars() throws {
    let g = Graph()
    let x = g.variable("x", .one)
    var f = x
    for _ in 0..<1000 { f = sin(f) }
    let answer = try expectFast(f, by: x)
    // The product of cosines, by the chain rule on numbers.
    var (value, slope) = (0.7, 1.0)
    for _ in 0..<1000 {
      slope *= Double.cos(value)
      value = Double.sin(value)
    }
    let d = try answer.value.value(at: Values<Double>(["x": [[0.7]]]))
    #expect(abs(d[0, 0] - slope) < 1e-12 * abs(slope))
  }

  /// A sum of six hundred different terms.
  @Test func wideSum() throws {
    let g = Graph()
    let x = g.variable("x", "n")
    let y = g.variable("y", "n")
    var f = g.constant(0)
    for k in 1...600 { f = f + Coefficient(k) * sum(sin(Coefficient(k) * x)) * (y.transposed * x) }
    _ = try expectFast(f, by: x)
  }

  /// A sum built from text: parser, shapes and lowering see it too.
  @Test func wideSumOfTraces() throws {
    let text = (1...400).map { "tr(A\($0)*X)" }.joined(separator: " + ")
    let declarations = try Declarations(["X: matrix(m,n)"] + (1...400).map { "A\($0): matrix(n,m)" })
    let program = try Program(text, declarations)
    let x = try #require(program.variable("X"))
    let answer = try expectFast(program.expression, by: x)
    #expect(answer.value.syntax.description.hasPrefix("A1 + A2 + "))
  }

  /// Shared parts: 2^200 paths from root to leaf.
  @Test func sharedParts() throws {
    let g = Graph()
    let x = g.variable("x", "n")
    let a = g.variable("A", "n", "n")
    var f = x
    for _ in 0..<200 { f = a * f + tanh(f) }
    _ = try expectFast(sum(f), by: x)
  }

  /// A product of three hundred matrices, one of them the variable.
  @Test func longProduct() throws {
    let g = Graph()
    let x = g.variable("X", "n", "n")
    var f = x
    for k in 0..<300 { f = f * g.variable("A\(k)", "n", "n") }
    let answer = try expectFast(tr(f), by: x)
    #expect(answer.value.shape.description == "n x n")
  }
}
