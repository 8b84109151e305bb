// The page, the records and the JSON document of an answer.
import JSONText
import MatDeriv

extension DerivAnswer {
  /// The answer for every format; in a notation the derivatives alone take the place of the page.
  func report(in notation: Notation?) throws(Failure) -> Report {
    let lines = results.map { $0.view?.description ?? "\(symbol(of: $0)) = \($0.derivative.value.syntax)" }
    var sections: [Section] = []
    if results.count > 1 { sections.append(Section("expression", [.facts(expressionFacts)])) }
    sections += results.map { result in
      let title = results.count == 1 ? "derivative" : symbol(of: result)
      let before = results.count == 1 ? expressionFacts : []
      return Section(title, note: kind(of: result.derivative), [.facts(before + facts(result))])
    }
    for result in results {
      guard let derivation = result.derivation else { continue }
      var section = derivation.section
      if results.count > 1 { section.title += " to \(symbol(of: result))" }
      sections.append(section)
    }
    if let value { sections.append(Section(function, note: "at the values given", DerivAnswer.valueBlocks(value))) }
    for result in results {
      guard let value = result.value else { continue }
      sections.append(Section(symbol(of: result), note: "at the values given", DerivAnswer.valueBlocks(value)))
    }
    var report = Report(
      verdict: lines[0], furtherAnswers: Array(lines.dropFirst()), isNegative: !holds, sections: sections,
      warnings: warnings, records: { records }, json: { json })
    if let notation, notation != .json { report.bare = try text(in: notation) }
    return report
  }

  private var expressionFacts: [(String, String)] { question.expressionFacts }

  private func facts(_ result: Result) -> [(String, String)] {
    let derivative = result.derivative
    var facts = [("wrt", described(result)), ("shape", derivative.value.shape.description)]
    facts.append(("layout", layout(of: derivative)))
    if let convention = convention(of: result) { facts.append(("convention", convention)) }
    if let explanation = result.view?.explanation { facts.append(("indices", explanation)) }
    let conditions = derivative.conditions.map(\.description)
    facts.append(("conditions", conditions.isEmpty ? "none" : conditions.joined(separator: "; ")))
    if let check = result.check { facts.append(("check", check.summary)) }
    return facts
  }

  /// A number as a line, a matrix as a table with the numbers of rows and columns.
  ///
  /// - Parameter rows: what rows are called in the place of their numbers.
  static func valueBlocks(_ value: Matrix<Double>, rows names: [String]? = nil) -> [Block] {
    if value.count == 1 { return [.text(Numbers.human(value[0, 0]))] }
    if value.isEmpty { return [.text("empty, \(value.rows) x \(value.columns)")] }
    return [
      .table(
        Table(
          columns: [names == nil ? .number("") : .text("")] + (0..<value.columns).map { .number(String($0 + 1)) },
          rows: (0..<value.rows).map { i in
            [names.map { .text($0[i]) } ?? .count(i + 1)] + (0..<value.columns).map { .number(value[i, $0]) }
          }))
    ]
  }

  /// One record for each variable.
  private var records: Table {
    Table(
      columns: ["wrt", "kind", "form", "layout", "convention", "derivative", "rows", "columns", "conditions"].map {
        .text($0)
      } + [.number("nodes"), .number("relative error")],
      rows: results.map { result in
        let derivative = result.derivative
        let shape = derivative.value.shape
        let words = [
          result.name, derivative.kind, derivative.form.rawValue, derivative.layout.rawValue,
          derivative.convention.rawValue, derivative.value.syntax.description, shape.rows.description,
          shape.columns.description, derivative.conditions.map(\.description).joined(separator: "; "),
        ]
        return words.map { Table.Cell.text($0) } + [
          .count(derivative.value.syntax.nodes), result.check.map { .number($0.relativeError) } ?? .blank,
        ]
      })
  }

  /// The whole answer. With one variable its keys stand in the document itself, with several in the array `derivatives`.
  var json: JSON {
    var members: [(String, JSON)] = [
      ("schema", "statcli.deriv/1"), ("command", "statcli deriv"), ("version", .string(Version.number)),
      ("expression", .string(question.program.syntax.description)),
      ("expressionShape", question.program.expression.shape.json),
      ("definitions", .object(question.program.definitions.map { ($0.name, .string($0.syntax.description)) })),
      ("variables", .object(question.occurring.map { name in (name, declaration(of: name)) })),
    ]
    if results.count == 1 {
      members += keys(results[0])
    } else {
      members.append(("wrt", JSON(results.map(\.name))))
      members.append(("derivatives", .array(results.map { .object(keys($0)) })))
    }
    if let value { members.append(("expressionValue", value.json)) }
    members.append(
      ("warnings", .array(warnings.map { ["code": .string($0.code), "text": .string($0.text)] })))
    return .object(members)
  }

  private func keys(_ result: Result) -> [(String, JSON)] {
    let derivative = result.derivative
    let written = derivative.value.syntax
    var members: [(String, JSON)] = [
      ("wrt", .string(result.name)), ("kind", .string(derivative.kind)), ("form", .string(derivative.form.rawValue)),
      ("layout", .string(derivative.layout.rawValue)), ("convention", .string(derivative.convention.rawValue)),
      ("structure", JSON(derivative.structure.attributes)), ("derivative", .string(written.description)),
      ("shape", derivative.value.shape.json), ("conditions", JSON(derivative.conditions.map(\.description))),
      ("nodes", .integer(written.nodes)),
    ]
    if let derivation = result.derivation {
      members += [("parts", derivation.partsJSON), ("steps", derivation.json)]
    }
    if let view = question.view, let equation = result.view { members.append(("view", equation.json(view))) }
    if let check = result.check {
      members.append(
        (
          "check",
          [
            "holds": .bool(check.holds), "relativeError": .finite(check.relativeError),
            "tolerance": .number(check.tolerance), "points": .integer(check.points),
            "skipped": .integer(check.skipped), "failure": check.failure.map { .string($0) } ?? nil,
          ]
        ))
    }
    if let value = result.value { members.append(("value", value.json)) }
    return members
  }

  /// The declaration that makes a variable what it was taken to be.
  private func declaration(of name: String) -> JSON {
    guard let variable = question.program.variable(name) else { return nil }
    let shape = variable.shape
    let kind =
      shape.isScalar ? "scalar" : shape.isColumn ? "vector(\(shape.rows))" : "matrix(\(shape.rows),\(shape.columns))"
    return .string(([kind] + variable.facts.attributes).joined(separator: " "))
  }
}

extension Shape {
  /// Rows and columns, each a number or an expression in the names of sizes.
  var json: JSON { .array([rows.json, columns.json]) }
}

extension Size {
  fileprivate var json: JSON {
    if let constant { return .integer(constant) }
    return .string(description)
  }
}

extension Matrix<Double> {
  /// A number, or an array of rows.
  var json: JSON {
    if count == 1 { return .number(self[0, 0]) }
    return .array((0..<rows).map { i in JSON((0..<columns).map { self[i, $0] }) })
  }
}
