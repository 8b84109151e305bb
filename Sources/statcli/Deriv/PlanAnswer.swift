// `--emit plan`: the derivatives compiled together for given sizes, as the schedule of routines that a run goes through.
import JSONText
import MatDeriv

struct PlanAnswer {
  private let answer: DerivAnswer
  private let plan: Plan<Double>
  /// The sizes that the plan was made for, sorted by name.
  private let sizes: [(name: String, value: Int)]

  /// **Throws**: status 64 with all sizes that have no value.
  init(_ answer: DerivAnswer) throws(Failure) {
    self.answer = answer
    let question = answer.question
    let values = answer.results.map(\.derivative.value)
    let needed = PlanAnswer.sizes(of: values, question.program)
    let missing = needed.filter { question.sizes[$0] == nil }
    if !missing.isEmpty { throw DerivQuestion.sizesMissing(missing) }
    for value in values {
      let shape = [value.shape.rows, value.shape.columns].map { $0.value(question.sizes) ?? 0 }
      if shape.contains(where: { $0 > Int32.max }) {
        throw Failure(
          .usage, "the derivative would be \(shape[0]) x \(shape[1]), too large for a plan",
          mend: "smaller sizes (at most \(Int32.max) rows and columns)")
      }
    }
    do throws(PlanError) { plan = try Plan<Double>(values, sizes: question.sizes) } catch {
      if case .size(let name) = error { throw DerivQuestion.sizesMissing([name]) }
      throw Failure(.badData, "there is no plan: \(error)")
    }
    sizes = needed.map { ($0, question.sizes[$0]!) }
  }

  /// The sizes that stand in the expressions and in the shapes of all names that they are written with.
  private static func sizes(of expressions: [Expression], _ program: MatDeriv.Program) -> [String] {
    let known = Set(program.sizes)
    var found: Set<String> = []
    var seen: Set<String> = []
    var open = expressions
    while let expression = open.popLast() {
      found.formUnion(expression.shape.rows.names + expression.shape.columns.names)
      for name in expression.syntax.names where seen.insert(name).inserted {
        if let definition = program.definitions.first(where: { $0.name == name }) {
          open.append(definition.expression)
        } else if let variable = program.variable(name) {
          found.formUnion(variable.shape.rows.names + variable.shape.columns.names)
        } else if known.contains(name) {
          found.insert(name)
        }
      }
    }
    return found.sorted()
  }

  /// The page: what is computed and for which sizes, then the steps.
  var report: Report {
    let steps = plan.stepDescriptions
    let short = PlanStepDescription.short
    let total = "\(short(plan.flops)) flops, \(short(Double(plan.workspaceBytes))) bytes of workspace"
    let outputs = answer.results.enumerated().map { index, result in
      let shape = plan.outputShapes[index]
      return (
        "output \(index)",
        "\(answer.symbol(of: result)) = \(result.derivative.value.syntax), \(shape.rows) x \(shape.columns)"
      )
    }
    let sizeFacts = sizes.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    let facts =
      answer.question.expressionFacts + outputs + [
        ("sizes", sizeFacts.isEmpty ? "none" : sizeFacts), ("numbers", "double, 8 bytes"),
      ]
    return Report(
      verdict: "\(Numbers.counted(steps.count, "step")), \(total)",
      sections: [
        Section("plan", [.facts(facts)]),
        Section(
          "schedule", note: "flops: a function of a number counts as one",
          [.table(table { .text(short($0)) })]),
      ], warnings: answer.warnings, records: { table { .number($0) } }, json: { json })
  }

  private func table(_ count: (Double) -> Table.Cell) -> Table {
    Table(
      columns: [
        .number("step"), .verbatim("routine"), .text("sizes"), .number("flops"), .number("bytes"), .text("result"),
      ],
      rows: plan.stepDescriptions.enumerated().map { index, step in
        [
          .count(index + 1), .text(step.routine), .text(step.sizes), count(step.flops), count(step.bytes),
          .text(step.place),
        ]
      })
  }

  /// Whole as far as it is: the operations of factorizations are thirds.
  private static func count(_ value: Double) -> JSON { Int(exactly: value).map(JSON.integer) ?? .number(value) }

  private var json: JSON {
    [
      "schema": "statcli.plan/1", "command": "statcli deriv", "version": .string(Version.number),
      "expression": .string(answer.question.program.syntax.description),
      "outputs": .array(
        answer.results.enumerated().map { index, result in
          [
            "wrt": .string(result.name), "form": .string(result.derivative.form.rawValue),
            "derivative": .string(result.derivative.value.syntax.description),
            "rows": .integer(plan.outputShapes[index].rows), "columns": .integer(plan.outputShapes[index].columns),
          ]
        }),
      "sizes": .object(sizes.map { ($0.name, .integer($0.value)) }), "numbers": "double",
      "steps": .array(
        plan.stepDescriptions.map { step in
          [
            "routine": .string(step.routine), "sizes": .string(step.sizes), "flops": PlanAnswer.count(step.flops),
            "bytes": PlanAnswer.count(step.bytes), "place": .string(step.place),
          ]
        }), "flops": PlanAnswer.count(plan.flops), "workspaceBytes": .integer(plan.workspaceBytes),
      "warnings": .array(answer.warnings.map { ["code": .string($0.code), "text": .string($0.text)] }),
    ]
  }
}
