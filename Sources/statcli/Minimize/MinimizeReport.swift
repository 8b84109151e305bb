// The page, the records and the JSON document of a minimisation.
import JSONText
import MatDeriv

struct MinimizeReport {
  let answer: MinimizeAnswer
  /// The command as it was typed.
  let command: String
  let isSaved: Bool

  /// Of a larger minimiser the page shows its range.
  private static let most = (rows: 30, columns: 8)

  private var question: DerivQuestion { answer.question.question }
  private var values: MinimizeValues { answer.question.values }
  private var result: MinimizationResult { answer.result }

  var report: Report {
    Report(
      verdict: verdict, isNegative: !answer.isMinimum,
      sections: [
        Section("objective", [.facts(question.expressionFacts + valueFacts + derivatives)]),
        Section(
          "search", note: "gradient: the largest entry over the larger of 1 and the value", [.facts(searchFacts)]),
      ]
        + answer.minimizer.map {
          Section($0.name, note: answer.isMinimum ? "at the minimum" : "where it ended", blocks($0.name, $0.value))
        },
      warnings: answer.warnings, next: next, records: { records }, json: { json })
  }

  private var verdict: String {
    let value = Numbers.human(result.value)
    let iterations = Numbers.counted(result.iterations, "iteration")
    if answer.isMinimum { return "minimum \(value) after \(iterations)" }
    if answer.remaining != nil {
      return
        "no minimum found: the gradient is below its tolerance at \(value) after \(iterations), but the value still falls"
    }
    if result.converged {
      return "no minimum: the gradient vanishes at \(value) after \(iterations), at a saddle or a maximum"
    }
    return "no minimum found: \(result.reason.description); value \(value) after \(iterations)"
  }

  private var valueFacts: [(String, String)] {
    let variables = question.variables.map { name, expression in
      let shape = expression.shape
      let size = shape.isScalar ? "scalar" : self.shape(shape)
      let start = values.start.first { $0.name == name }!.summary
      return ("wrt", ([name, size] + expression.facts.attributes).joined(separator: ", ") + "; from \(start)")
    }
    let data = values.data.map { given in
      let shape = question.program.variable(given.name)!.shape
      let size = shape.isScalar ? "scalar" : self.shape(shape)
      return ("data", "\(given.name), \(size); \(given.summary)")
    }
    return variables + data
  }

  /// `m x n = 21 x 3`.
  private func shape(_ shape: Shape) -> String {
    let sizes = values.values.sizes
    let numbers = [shape.rows, shape.columns].map { $0.value(sizes).map(String.init) ?? "\($0)" }
    let written = numbers.joined(separator: " x ")
    return written == "\(shape)" ? written : "\(shape) = \(written)"
  }

  private var derivatives: [(String, String)] {
    zip(question.variables, answer.question.objective.derivatives).map { variable, derivative in
      ("derivative", "d\(question.function)/d\(variable.name) = \(derivative.syntax)")
    }
  }

  private var searchFacts: [(String, String)] {
    [
      ("method", answer.method.description),
      ("value", Numbers.human(result.value)),
      (
        "gradient",
        "\(Numbers.human(result.gradientNorm, digits: 2)), tolerance \(Numbers.human(answer.flags.rules.gradient))"
      ),
      ("iterations", "\(result.iterations), with \(Numbers.counted(result.evaluations, "evaluation"))"),
      ("parameters", "\(answer.question.objective.count)"),
      ("stopped", result.reason.description),
    ] + (result.converged ? [("Hessian", hessian)] : [])
  }

  private var hessian: String {
    switch answer.definiteness {
    case .definite where answer.remaining != nil: return "positive definite, but the minimum is far, or there is none"
    case .definite: return "positive definite: an isolated minimum"
    case .singular: return "singular, or nearly: the minimum is not isolated, or badly determined"
    case .indefinite(let smallest): return "indefinite, smallest eigenvalue \(Numbers.human(smallest)): no minimum"
    case nil:
      let isLarge = answer.question.objective.count > MinimizeAnswer.mostForHessian
      return isLarge ? "not looked at: more than \(MinimizeAnswer.mostForHessian) parameters" : "not known"
    }
  }

  private func blocks(_ name: String, _ value: Matrix<Double>) -> [Block] {
    if value.count == 1 { return [.text(Numbers.human(value[0, 0]))] }
    if value.rows > MinimizeReport.most.rows || value.columns > MinimizeReport.most.columns {
      let entries = value.columnMajor
      let (low, high) = (Numbers.human(entries.min() ?? 0), Numbers.human(entries.max() ?? 0))
      return [
        .text("\(value.rows) x \(value.columns), entries from \(low) to \(high); --save \(name)=FILE or --json has all")
      ]
    }
    return DerivAnswer.valueBlocks(value, rows: labels(of: name))
  }

  /// What the rows of a variable are called: the columns of the data that they belong to.
  private func labels(of name: String) -> [String]? {
    let rows = question.program.variable(name)!.shape.rows
    return values.labels["\(rows)"]
  }

  private var next: String? {
    if !answer.isMinimum || isSaved || command.contains("--file -") { return nil }
    let name = answer.minimizer.max { $0.value.count < $1.value.count }!.name
    return "\(command) --save \(name)=\(name).csv"
  }

  /// One record for each entry.
  private var records: Table {
    Table(
      columns: [.text("variable"), .number("row"), .number("column"), .number("value")],
      rows: answer.minimizer.flatMap { name, value in
        (0..<value.rows).flatMap { i in
          (0..<value.columns).map { j in [.text(name), .count(i + 1), .count(j + 1), .number(value[i, j])] }
        }
      })
  }

  private var hessianWord: String {
    switch answer.definiteness {
    case .definite: "definite"
    case .singular: "singular"
    case .indefinite: "indefinite"
    case nil: "unknown"
    }
  }

  private var json: JSON {
    let objective = answer.question.objective
    return [
      "schema": "statcli.minimize/1", "command": "statcli minimize", "version": .string(Version.number),
      "expression": .string(question.program.syntax.description),
      "definitions": .object(question.program.definitions.map { ($0.name, .string($0.syntax.description)) }),
      "wrt": JSON(question.variables.map(\.name)),
      "data": .object(
        values.data.map { given in
          (
            given.name,
            [
              "file": given.isFile ? .string(given.origin) : nil, "rows": .integer(given.matrix.rows),
              "columns": .integer(given.matrix.columns),
            ]
          )
        }),
      "sizes": .object(objective.sizes.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }),
      "derivatives": .object(
        zip(question.variables, objective.derivatives).map { ($0.name, .string($1.syntax.description)) }),
      "method": .string(answer.flags.method.rawValue), "tolerance": .number(answer.flags.rules.gradient),
      "parameters": .integer(objective.count), "converged": .bool(result.converged),
      "hessian": .string(hessianWord),
      "reason": .string(result.reason.word), "iterations": .integer(result.iterations),
      "evaluations": .integer(result.evaluations), "value": .number(result.value),
      "gradientNorm": .number(result.gradientNorm),
      "minimizer": .object(answer.minimizer.map { ($0.name, $0.value.json) }),
      "rows": .object(answer.minimizer.compactMap { item in labels(of: item.name).map { (item.name, JSON($0)) } }),
      "notes": JSON(result.notes),
      "warnings": .array(answer.warnings.map { ["code": .string($0.code), "text": .string($0.text)] }),
    ]
  }
}
