// Plans against evaluation: the same numbers by another road, for every identity and for random expressions; no allocation and the same bits
// in a second run.
import Testing

@testable import MatDeriv

@Suite struct PlanTests {
  /// The values of expressions by their plan, compared with their evaluation.
  static func compare(
    _ expressions: [Expression], _ values: Values<Double>, _ comment: String, tolerance: Double = 1e-9
  ) throws {
    let plan: Plan<Double>
    plan = try Plan(expressions, sizes: values.sizes)
    let results = try plan.run(values)
    for (result, expression) in zip(results, expressions) {
      let expected = try expression.value(at: values)
      guard expected.columnMajor.allSatisfy(\.isFinite) else { continue }
      #expect(
        isClose(result, expected, tolerance),
        "\(comment): \(expression.syntax)\n\(plan)\n\(plan.inputs)\n\(result) for \(expected)")
    }
  }

  @Test(arguments: Identity.all) func identitiesAsPlans(_ identity: Identity) throws {
    let program = try identity.program()
    let answer = try identity.answer(program)
    let expressions = [program.expression, answer.value, answer.unsimplified]
    let g = program.graph
    let roots = expressions.map(\.node) + [answer.variable.node]
    let sizes = g.testSizes(of: roots, given: program.declarations.sizes)
    var generator = SeededGenerator(seed: 11)
    let values = try g.admissibleValues(of: roots, sizes: sizes, using: &generator)
    try Self.compare(expressions, values, identity.id)
    for expression in expressions { try Self.compare([expression], values, identity.id) }
  }
}

extension PlanTests {
  @Test func randomExpressionsAsPlans() throws {
    for seed in UInt64(1)...300 {
      let random = RandomExpression(seed: seed)
      let program = try Program(random.text, Declarations(random.declarations))
      guard let x = program.variable(random.variable) else { continue }
      var expressions = [program.expression]
      if let answer = try? derivative(of: program.expression, wrt: x) {
        expressions += [answer.value, answer.unsimplified]
      }
      var generator = SeededGenerator(seed: seed)
      let values = try program.graph.admissibleValues(
        of: expressions.map(\.node), sizes: RandomExpression.sizes, using: &generator)
      guard (try? expressions.map { try $0.value(at: values) }) != nil else { continue }
      try Self.compare(expressions, values, "\(random)", tolerance: 1e-7)
    }
  }
}
