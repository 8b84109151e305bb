// The page and the JSON of `statcli gauss score`: all rows together, and those that are farthest.
import GaussFit
import JSONText

struct ScoreReport {
  let model: Model
  let path: String
  let summary: ScoreSummary
  /// The command as it was typed.
  let command: String

  var report: Report {
    Report(
      verdict: verdict, sections: sections, warnings: summary.warnings, next: next,
      records: { Table(columns: [], rows: []) }, json: { json })
  }

  private var mean: Double { summary.logDensity / Double(summary.scored) }

  private var expected: Double { ScoreSummary.level * Double(summary.scored) }

  private var verdict: String {
    guard summary.scored > 0 else { return "None of \(Numbers.counted(summary.rows, "row")) has a score" }
    return "\(Numbers.counted(summary.scored, "row")) scored: mean log density \(Numbers.human(mean)); "
      + "\(Numbers.counted(summary.below, "row")) with a p-value below \(Numbers.human(ScoreSummary.level)), where "
      + "\(Numbers.human(expected)) are expected"
  }

  private var sections: [Section] {
    let file = path == "-" ? "standard input" : path
    var sections = [
      Section("data", [.facts([("file", file), ("rows", "\(summary.rows) read, \(summary.scored) scored")])]),
      Section("model", [.facts(model.facts)]),
    ]
    guard summary.scored > 0 else { return sections }
    sections.append(
      Section(
        "scores",
        [
          .facts([
            ("log density", "\(Numbers.human(summary.logDensity)) in all, \(Numbers.human(mean)) per row"),
            (
              "p-value", "below \(Numbers.human(ScoreSummary.level)) in \(Numbers.counted(summary.below, "row"))"
            ),
          ])
        ]))
    let rows = summary.farthest.map { [Table.Cell.count($0.line), .number($0.distance), .number($0.pValue)] }
    sections.append(
      Section(
        "farthest rows", note: "squared Mahalanobis distance, chi-square p-value",
        [.table(Table(columns: [.number("line"), .number("distance^2"), .number("p")], rows: rows))]))
    return sections
  }

  private var next: String? {
    path == "-" ? nil : "statcli gauss score \(shellQuoted(model.path)) \(shellQuoted(path)) -o scores.csv"
  }

  private var json: JSON {
    [
      "schema": "statcli.gauss.score/1", "command": .string(command), "version": .string(Version.number),
      "model": model.json,
      "data": [
        "file": .string(path), "rowsRead": .integer(summary.rows), "rowsScored": .integer(summary.scored),
        "rowsIncomplete": .integer(summary.incomplete), "rowsOfOtherGroups": .integer(summary.foreign),
      ],
      "logDensity": .finite(summary.logDensity), "meanLogDensity": .finite(mean),
      "below": [
        "pValue": .number(ScoreSummary.level), "rows": .integer(summary.below), "expected": .number(expected),
      ],
      "farthest": .array(
        summary.farthest.map {
          ["line": .integer($0.line), "squaredDistance": .finite($0.distance), "pValue": .finite($0.pValue)]
        }),
      "warnings": JSON(summary.warnings),
    ]
  }
}

extension JSON {
  init(_ warnings: [Warning]) {
    self = .array(
      warnings.map { warning in
        ["code": .string(warning.code), "text": .string(warning.text), "mend": warning.mend.map(JSON.string) ?? nil]
      })
  }
}
