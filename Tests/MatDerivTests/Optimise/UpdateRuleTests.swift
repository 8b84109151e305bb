// The fused passes against the formulas written out, in both precisions; cuts change no bit.
import Testing

@testable import MatDeriv

@Suite struct UpdateRuleTests {
  /// A few steps of a formula in double, entry by entry: parameter, gradient, two numbers of memory, step.
  typealias Formula = @Sendable (_ x: inout Double, _ g: Double, _ a: inout Double, _ b: inout Double, _ t: Int) -> Void

  static let rules: [(rule: any UpdateRule, formula: Formula)] = [
    (GradientDescent(rate: 0.1), { x, g, _, _, _ in x -= 0.1 * g }),
    (
      Momentum(rate: 0.1, momentum: 0.8),
      { x, g, v, _, _ in
        v = 0.8 * v + g
        x -= 0.1 * v
      }
    ),
    (
      Nesterov(rate: 0.1, momentum: 0.8),
      { x, g, v, _, _ in
        v = 0.8 * v + g
        x -= 0.1 * (g + 0.8 * v)
      }
    ),
    (
      RMSprop(rate: 0.1, decay: 0.95, epsilon: 1e-6),
      { x, g, s, _, _ in
        s = 0.95 * s + 0.05 * g * g
        x -= 0.1 * g / (s.squareRoot() + 1e-6)
      }
    ),
    (
      Adam(rate: 0.1, decays: (0.8, 0.99), epsilon: 1e-6),
      { x, g, m, v, t in
        m = 0.8 * m + 0.2 * g
        v = 0.99 * v + 0.01 * g * g
        let (first, second) = (m / (1 - Double.pow(0.8, t)), v / (1 - Double.pow(0.99, t)))
        x -= 0.1 * first / (second.squareRoot() + 1e-6)
      }
    ),
    (
      AdamW(rate: 0.1, decays: (0.8, 0.99), epsilon: 1e-6, weightDecay: 0.3),
      { x, g, m, v, t in
        m = 0.8 * m + 0.2 * g
        v = 0.99 * v + 0.01 * g * g
        let (first, second) = (m / (1 - Double.pow(0.8, t)), v / (1 - Double.pow(0.99, t)))
        x = x - 0.1 * 0.3 * x - 0.1 * first / (second.squareRoot() + 1e-6)
      }
    ),
  ]

  private static let count = 1003
  private static let steps = 5

  private static func gradient(_ step: Int) -> [Double] {
    Matrix<Double>.random(count, 1, seed: UInt64(step)).columnMajor
  }

  private func run<Element: Scalar>(_ rule: any UpdateRule, cut: Int? = nil, _: Element.Type) -> [Element] {
    var x = Matrix<Double>.random(Self.count, 1, seed: 99).columnMajor.map { Element($0) }
    let state = rule.makeState(count: x.count, of: Element.self)
    for step in 1...Self.steps {
      let g = Self.gradient(step).map { Element($0) }
      x.withUnsafeMutableBufferPointer { x in
        g.withUnsafeBufferPointer { g in
          if let cut {
            state.steps += 1
            rule.update(x.baseAddress!, g.baseAddress!, state, cut..<Self.count, GradientAdjustment())
            rule.update(x.baseAddress!, g.baseAddress!, state, 0..<cut, GradientAdjustment())
          } else {
            rule.update(x.baseAddress!, g.baseAddress!, state)
          }
        }
      }
    }
    return x
  }

  private func expected(_ formula: Formula) -> [Double] {
    var x = Matrix<Double>.random(Self.count, 1, seed: 99).columnMajor
    var (a, b) = ([Double](repeating: 0, count: x.count), [Double](repeating: 0, count: x.count))
    for step in 1...Self.steps {
      let g = Self.gradient(step)
      for i in x.indices { formula(&x[i], g[i], &a[i], &b[i], step) }
    }
    return x
  }

  @Test(arguments: rules.indices) func formulas(_ place: Int) {
    let (rule, formula) = Self.rules[place]
    let expected = expected(formula)
    // The last operation cancels at most to the size of one: a few rounding units of it, more where a quotient stands before it.
    #expect(relativeDistance(run(rule, Double.self), expected) <= 1e-14, "\(rule.name)")
    #expect(relativeDistance(run(rule, Float.self).map(Double.init), expected) <= 1e-5, "\(rule.name)")
  }

  @Test(arguments: rules.indices) func cutsChangeNothing(_ place: Int) {
    let rule = Self.rules[place].rule
    for cut in [1, 8, 500, 1001] {
      #expect(run(rule, cut: cut, Double.self) == run(rule, Double.self))
      #expect(run(rule, cut: cut, Float.self) == run(rule, Float.self))
    }
  }
}
