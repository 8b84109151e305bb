// Expressions of two thousand nodes: derived, simplified and printed without hanging, and no recursion that eats the stack. Each runs in a
// process of its own, which an alarm ends: a test that hangs or overflows takes no other with it.
import CAllocations
import Glibc
import Testing

@testable import MatDeriv

@Suite(.serialized) struct LargeExpressionTests {
  /// The derivative, if it comes in time.
  static func derive(_ f: Expression, by x: Expression, printing: Bool = true) -> Derivative {
    alarm(60)
    let answer = try! derivative(of: f, wrt: x)
    if printing { precondition(!answer.value.syntax.description.isEmpty) }
    return answer
  }

  /// f(f(f(...))): five hundred layers.
  @Test func deepChain() async {
    await #expect(processExitsWith: .success) {
      let g = Graph()
      let x = g.variable("x", "n")
      let a = g.variable("A", "n", "n")
      var f = x
      // The address sanitizer makes frames so large that the stack holds fewer.
      for _ in 0..<(sk_allocation_count() < 0 ? 100 : 500) { f = tanh(a * f) }
      let answer = LargeExpressionTests.derive(sum(f), by: x)
      precondition(answer.value.shape == Shape(.one, "n"))
    }
  }

  @Test func deepChainOfScalars() async {
    await #expect(processExitsWith: .success) {
      let g = Graph()
      let x = g.variable("x", .one)
      var f = x
      for _ in 0..<1000 { f = sin(f) }
      let answer = LargeExpressionTests.derive(f, by: x)
      // The product of cosines, by the chain rule on numbers.
      var (value, slope) = (0.7, 1.0)
      for _ in 0..<1000 {
        slope *= Double.cos(value)
        value = Double.sin(value)
      }
      let d = try answer.value.value(at: Values<Double>(["x": [[0.7]]]))
      precondition(abs(d[0, 0] - slope) < 1e-12 * abs(slope))
    }
  }

  /// A sum of six hundred different terms.
  @Test func wideSum() async {
    await #expect(processExitsWith: .success) {
      let g = Graph()
      let x = g.variable("x", "n")
      let y = g.variable("y", "n")
      var f = g.constant(0)
      for k in 1...600 { f = f + Coefficient(k) * sum(sin(Coefficient(k) * x)) * (y.transposed * x) }
      _ = LargeExpressionTests.derive(f, by: x)
    }
  }

  /// A sum from text: parser, shapes and lowering see it too.
  @Test func wideSumOfTraces() async {
    await #expect(processExitsWith: .success) {
      let text = (1...400).map { "tr(A\($0)*X)" }.joined(separator: " + ")
      let declarations = try Declarations(["X: matrix(m,n)"] + (1...400).map { "A\($0): matrix(n,m)" })
      let program = try Program(text, declarations)
      let answer = LargeExpressionTests.derive(program.expression, by: program.variable("X")!)
      precondition(answer.value.syntax.description.hasPrefix("A1 + A2 + "))
    }
  }

  /// Shared parts: 2^200 paths from root to leaf, so that no text can be written; the derivative is as small as the expression.
  @Test func sharedParts() async {
    await #expect(processExitsWith: .success) {
      let g = Graph()
      let x = g.variable("x", "n")
      let a = g.variable("A", "n", "n")
      var f = x
      for _ in 0..<200 { f = a * f + tanh(f) }
      _ = LargeExpressionTests.derive(sum(f), by: x, printing: false)
    }
  }

  /// A product of three hundred matrices, one of them the variable.
  @Test func longProduct() async {
    await #expect(processExitsWith: .success) {
      let g = Graph()
      let x = g.variable("X", "n", "n")
      var f = x
      for k in 0..<300 { f = f * g.variable("A\(k)", "n", "n") }
      let answer = LargeExpressionTests.derive(tr(f), by: x)
      precondition(answer.value.shape == Shape("n", "n"))
    }
  }
}
