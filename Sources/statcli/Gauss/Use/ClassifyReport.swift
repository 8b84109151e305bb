// The page, the JSON and the warnings of `statcli gauss classify`.
import GaussFit
import JSONText

struct ClassifyReport {
  let model: Model
  let path: String
  /// The column of the true groups; nil where the data have none.
  let label: String?
  let priors: MixtureWeights
  let level: Double
  let confusion: Confusion
  /// The command as it was typed.
  let command: String

  var report: Report {
    Report(
      verdict: verdict, sections: sections, warnings: warnings, next: next,
      records: { Table(columns: [], rows: []) }, json: { json })
  }

  private var groups: [String] { model.groups }

  /// The rows of the confusion matrix: the groups of the model that the data have, then labels that the model does not have.
  private var labels: [(name: String, predicted: [Int])] {
    let known = groups.compactMap { name in confusion.labels.first { $0.name == name } }
    return known + foreign
  }

  private var foreign: [(name: String, predicted: [Int])] { confusion.labels.filter { !groups.contains($0.name) } }

  /// Rows whose label is a group of the model, and how many of them were told right.
  private var judged: (rows: Int, right: Int) {
    var (rows, right) = (0, 0)
    for (k, name) in groups.enumerated() {
      guard let label = confusion.labels.first(where: { $0.name == name }) else { continue }
      rows += label.predicted.reduce(0, +)
      right += label.predicted[k]
    }
    return (rows, right)
  }

  private var accuracy: (value: Double, interval: Interval)? {
    let (rows, right) = judged
    return rows == 0 ? nil : (Double(right) / Double(rows), Interval(successes: right, of: rows, level: level))
  }

  private var method: String {
    let first = model.file.distributions[0].covariance
    let isTied = model.file.distributions.allSatisfy { $0.covariance == first }
    return isTied ? "linear discriminant: one covariance" : "quadratic discriminant: a covariance for each group"
  }

  private var percent: String { "\(Numbers.human(100 * level)) %" }

  private var verdict: String {
    let rows = Numbers.counted(confusion.rows, "row")
    guard let accuracy else { return "\(rows) classified into \(Numbers.counted(groups.count, "group"))" }
    let (judged, right) = judged
    return "\(right) of \(Numbers.counted(judged, "row")) classified as labelled: accuracy "
      + "\(Numbers.human(accuracy.value, digits: 4)), \(percent) from \(Numbers.human(accuracy.interval.lower, digits: 4)) "
      + "to \(Numbers.human(accuracy.interval.upper, digits: 4))"
  }

  private var sections: [Section] {
    var data = [("file", path == "-" ? "standard input" : path), ("rows", "\(confusion.rows) read and classified")]
    if let label { data.append(("label", "\"\(label)\"")) }
    let weights = model.file.mixture(priors).weights
    let shares = zip(groups, weights).prefix(8).map { "\($0) \(Numbers.human($1, digits: 4))" }.joined(separator: ", ")
    var sections = [
      Section("data", [.facts(data)]),
      Section(
        "model",
        [.facts(model.facts + [("method", method), ("priors", shares + (groups.count > 8 ? ", ..." : ""))])]),
    ]
    let shown = labels
    if !shown.isEmpty {
      let rows = shown.map { label -> [Table.Cell] in
        let right = groups.firstIndex(of: label.name).map { label.predicted[$0] }
        let total = label.predicted.reduce(0, +)
        return [.text(label.name)] + label.predicted.map(Table.Cell.count) + [
          .count(total), right.map { .number(Double($0) / Double(total)) } ?? .blank,
        ]
      }
      sections.append(
        Section(
          "confusion", note: "a row for each label, a column for each predicted group",
          [
            .table(
              Table(
                columns: [.text("label")] + groups.map(Table.Column.number) + [.number("rows"), .number("right")],
                rows: rows))
          ]))
    } else {
      let rows = zip(groups, confusion.predicted).map { [Table.Cell.text($0), .count($1)] }
      sections.append(
        Section("predicted", [.table(Table(columns: [.text("group"), .number("rows")], rows: rows))]))
    }
    return sections
  }

  var warnings: [Warning] {
    var warnings: [Warning] = []
    if confusion.incomplete > 0 {
      let empty = confusion.empty > 0 ? "; priors alone for \(confusion.empty) without any" : ""
      warnings.append(
        Warning(
          code: "W014",
          text: "\(Numbers.counted(confusion.incomplete, "row")) with missing cells classified by the others" + empty))
    }
    let strange = foreign.reduce(0) { $0 + $1.predicted.reduce(0, +) }
    if strange > 0 || confusion.unlabelled > 0 {
      let reasons = [(strange, "of labels that the model does not have"), (confusion.unlabelled, "without a label")]
      let list = reasons.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      warnings.append(
        Warning(
          code: "W015",
          text: "\(Numbers.counted(strange + confusion.unlabelled, "row")) not counted in the accuracy: \(list)"))
    }
    return warnings
  }

  private var next: String? {
    path == "-" ? nil : "statcli gauss classify \(shellQuoted(model.path)) \(shellQuoted(path)) -o classes.csv"
  }

  private var json: JSON {
    let (rows, right) = judged
    return [
      "schema": "statcli.gauss.classify/1", "command": .string(command), "version": .string(Version.number),
      "model": model.json,
      "data": [
        "file": .string(path), "label": label.map(JSON.string) ?? nil, "rowsRead": .integer(confusion.rows),
        "rowsIncomplete": .integer(confusion.incomplete), "rowsUnlabelled": .integer(confusion.unlabelled),
      ],
      "priors": JSON(model.file.mixture(priors).weights),
      "groups": JSON(groups),
      "predicted": .array(confusion.predicted.map(JSON.integer)),
      "confusion": .array(
        labels.map { label in
          ["label": .string(label.name), "predicted": .array(label.predicted.map(JSON.integer))]
        }),
      "rows": .integer(rows), "right": .integer(right),
      "accuracy": accuracy.map { .number($0.value) } ?? nil,
      "accuracyInterval": accuracy.map {
        ["level": .number(level), "lower": .number($0.interval.lower), "upper": .number($0.interval.upper)]
      } ?? nil,
      "warnings": JSON(warnings),
    ]
  }
}
