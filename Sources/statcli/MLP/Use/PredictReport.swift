// The page and the JSON of `statcli mlp predict`: all rows together.
import JSONText
import MLP

/// What is told of all predictions together.
struct PredictSummary: Sendable {
  var rows = 0
  /// Rows of each class.
  var predicted: [Int]
  /// Of predicted numbers.
  var lowest = Double.infinity
  var highest = -Double.infinity
  var mean = 0.0
  var gaps: ChunkPredictor.Gaps
  private var numbers = 0

  init(_ model: MLP.Model) {
    predicted = Array(repeating: 0, count: model.target.classes?.count ?? 0)
    gaps = ChunkPredictor.Gaps(columns: model.encoder.columns.count)
  }

  mutating func merge(_ part: PredictConsumer.Part) {
    rows += part.rows
    gaps.merge(part.gaps)
    for c in predicted.indices { predicted[c] += part.predicted[c] }
    for value in part.numbers {
      numbers += 1
      mean += (value - mean) / Double(numbers)
      lowest = min(lowest, value)
      highest = max(highest, value)
    }
  }
}

struct PredictReport {
  let file: NetworkFile
  let path: String
  let summary: PredictSummary
  /// The command as it was typed.
  let command: String

  var report: Report {
    Report(
      verdict: verdict, sections: sections, warnings: summary.gaps.warnings(file.model), next: next,
      records: { Table(columns: [], rows: []) }, json: { json })
  }

  private var verdict: String {
    let rows = Numbers.counted(summary.rows, "row")
    guard let classes = file.model.target.classes else {
      return summary.rows == 0
        ? "No rows"
        : "\(rows) predicted: \"\(file.model.target.column)\" from "
          + "\(Numbers.human(summary.lowest)) to \(Numbers.human(summary.highest)), mean \(Numbers.human(summary.mean))"
    }
    let found = classes.indices.filter { summary.predicted[$0] > 0 }.sorted {
      (summary.predicted[$1], $0) < (summary.predicted[$0], $1)
    }
    let list = found.prefix(5).map { "\(classes[$0]) \(summary.predicted[$0])" }.joined(separator: ", ")
    return "\(rows) predicted: \(list)\(found.count > 5 ? ", ..." : "")"
  }

  private var sections: [Section] {
    var sections = [
      Section(
        "data", [.facts([("file", NetworkFile.name(path)), ("rows", "\(summary.rows)")])]),
      Section("model", [.facts(file.facts)]),
    ]
    if let classes = file.model.target.classes, summary.rows > 0 {
      let rows = classes.indices.map { c in
        [
          Table.Cell.text(classes[c]), .count(summary.predicted[c]),
          .number(Double(summary.predicted[c]) / Double(summary.rows)),
        ]
      }
      sections.append(
        Section(
          "predictions",
          [.table(Table(columns: [.text("class"), .number("rows"), .number("share")], rows: rows))]))
    }
    return sections
  }

  private var next: String? {
    path == "-" ? nil : "statcli mlp predict \(shellQuoted(file.path)) \(shellQuoted(path)) -o predictions.csv"
  }

  private var json: JSON {
    let gaps = summary.gaps.json(file.model)
    var members: [(String, JSON)] = [
      ("schema", "statcli.mlp.predict/1"), ("command", .string(command)), ("version", .string(Version.number)),
      ("model", file.json),
      (
        "data",
        ["file": .string(path), "rows": .integer(summary.rows), "missing": gaps.missing, "unknown": gaps.unknown]
      ),
    ]
    if let classes = file.model.target.classes {
      members.append(
        ("predictions", .object(zip(classes, summary.predicted).map { ($0, .integer($1)) })))
    } else {
      members.append(
        (
          "predictions",
          [
            "lowest": .finite(summary.lowest), "highest": .finite(summary.highest),
            "mean": summary.rows == 0 ? nil : .finite(summary.mean),
          ]
        ))
    }
    members.append(("warnings", JSON(summary.gaps.warnings(file.model))))
    return .object(members)
  }
}
