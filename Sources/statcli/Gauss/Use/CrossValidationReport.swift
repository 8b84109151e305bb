// The page, the records and the JSON of `statcli gauss cv`.
import GaussFit
import JSONText

struct CrossValidationReport {
  let data: GaussData
  let folds: Folds
  let validation: CrossValidation
  let results: [CrossValidated]
  /// The command as it was typed.
  let command: String

  var report: Report {
    var report = Report(
      verdict: verdict, sections: [dataSection, scoreSection],
      warnings: data.allWarnings.map { warning in
        // Groups are not for cross-validation.
        let mend = warning.mend?.hasPrefix("--exclude") == true ? warning.mend : nil
        return Warning(code: warning.code, text: warning.text, mend: mend).completed(command)
      }, next: next, records: { records }, json: { json })
    report.isNegative = best == nil
    return report
  }

  private var best: CrossValidated? {
    results.filter { $0.score != nil }.max { $0.score!.mean < $1.score!.mean }
  }

  private var verdict: String {
    let rows = "\(folds.count) folds of \(Numbers.counted(data.rowsUsed, "row"))"
    guard let best, let score = best.score else { return "No structure can be fitted to all but one of \(rows)" }
    guard results.count > 1 else {
      return "\(best.structure) in \(rows): mean log score \(Numbers.human(score.mean)) per row"
    }
    return "\(best.structure) predicts best in \(rows): mean log score \(Numbers.human(score.mean)) per row"
  }

  private var dataSection: Section {
    let names = data.files.map { $0 == "-" ? "standard input" : $0 }
    let sizes = validation.folds.map(\.rows)
    return Section(
      "data",
      [
        .facts([
          (names.count == 1 ? "file" : "files", names.prefix(5).joined(separator: ", ")),
          ("rows", "\(data.rowsRead) read, \(data.rowsUsed) used"),
          ("columns", "\(data.columns.count) used: \(FitReport.brief(data.columns))"),
          (
            "folds",
            "\(folds.count) of \(sizes.min() ?? 0) to \(sizes.max() ?? 0) rows, dealt by line with seed \(folds.seed)"
          ),
        ])
      ])
  }

  private var scoreSection: Section {
    let rows = results.map { result -> [Table.Cell] in
      guard let score = result.score else {
        return [.text(result.structure), .blank, .blank, .blank, .blank, .text("no fit: \(result.reason ?? "")")]
      }
      let isBest = result.structure == best?.structure
      return [
        .text(result.structure), .number(score.mean), .number(score.standardError),
        isBest ? .blank : .number(score.mean - best!.score!.mean),
        isBest ? .blank : .number(score.standardError(ofDifferenceFrom: best!.score!)),
        isBest && results.count > 1 ? .text("best") : .blank,
      ]
    }
    let table = Table(
      columns: [
        .text("--covariance"), .number("mean log score"), .number("std error"), .number("from best"),
        .number("std error"), .text(""),
      ], rows: rows)
    return Section(
      "scores", note: "log density per row, natural logarithm; higher is better",
      [.table(table), .text("std error: of the folds' means, s / sqrt(folds)")])
  }

  private var next: String? {
    best.map { best in
      let files = data.files.map(shellQuoted).joined(separator: " ")
      return "statcli gauss \(files) --covariance \(shellQuoted(best.structure))"
    }
  }

  private var records: Table {
    let rows = results.flatMap { result -> [[Table.Cell]] in
      guard let score = result.score else { return [] }
      return score.folds.enumerated().map { number, value in
        [.text(result.structure), .count(number + 1), .count(validation.folds[number].rows), .number(value)]
      }
    }
    return Table(
      columns: [.text("structure"), .number("fold"), .number("rows"), .number("meanLogScore")], rows: rows)
  }

  private var json: JSON {
    let structures = results.map { result -> JSON in
      let difference = result.score.flatMap { score in best?.score.map { (score, $0) } }
      return [
        "structure": .string(result.structure),
        "meanLogScore": result.score.map { .finite($0.mean) } ?? nil,
        "standardError": result.score.map { .finite($0.standardError) } ?? nil,
        "differenceFromBest": difference.map { .finite($0.0.mean - $0.1.mean) } ?? nil,
        "differenceStandardError": difference.map { .finite($0.0.standardError(ofDifferenceFrom: $0.1)) } ?? nil,
        "folds": result.score.map { .array($0.folds.map(JSON.finite)) } ?? nil,
        "reason": result.reason.map(JSON.string) ?? nil,
      ]
    }
    return [
      "schema": "statcli.gauss.cv/1", "command": .string(command), "version": .string(Version.number),
      "data": [
        "files": JSON(data.files), "rowsRead": .integer(data.rowsRead), "rowsUsed": .integer(data.rowsUsed),
        "columns": JSON(data.columns),
      ],
      "folds": [
        "count": .integer(folds.count), "seed": .integer(Int(folds.seed)),
        "rows": .array(validation.folds.map { .integer($0.rows) }),
      ],
      "structures": .array(structures),
      "best": best.map { .string($0.structure) } ?? nil,
      "warnings": JSON(data.allWarnings),
    ]
  }
}
