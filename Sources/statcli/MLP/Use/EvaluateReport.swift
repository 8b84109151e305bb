// The page and the JSON of `statcli mlp evaluate`.
import JSONText
import MLP

struct EvaluateReport {
  let file: NetworkFile
  let path: String
  let target: String
  let figures: EvaluateFigures
  /// The accuracy below which the answer is "no".
  let required: Double?
  /// The command as it was typed.
  let command: String

  var report: Report {
    Report(
      verdict: verdict, isNegative: isNegative, sections: sections, warnings: warnings, next: next,
      records: { records }, json: { json })
  }

  private var classes: ClassFigures? { figures.evaluation.classes }
  private var isNegative: Bool {
    guard let required, let classes else { return false }
    return classes.accuracy < required
  }

  private var verdict: String {
    let needed = required.map { "; \(isNegative ? "less than" : "at least") the required \(Numbers.percent($0, 2))" }
    return figures.evaluation.verdict + (needed ?? "")
  }

  private var foreignRows: Int { figures.foreign.reduce(0) { $0 + $1.rows } }
  private var rowsRead: Int { figures.judged + figures.withoutTruth + foreignRows }

  private var warnings: [Warning] {
    var warnings = figures.gaps.warnings(file.model)
    if figures.withoutTruth + foreignRows > 0 {
      var reasons: [String] = []
      if figures.withoutTruth > 0 { reasons.append("\(figures.withoutTruth) without a value of \"\(target)\"") }
      if foreignRows > 0 {
        let names = figures.foreign.map { "\"\($0.label)\" (\($0.rows))" }
        let rest = names.count > 5 ? " and \(names.count - 5) more" : ""
        reasons.append(
          "\(foreignRows) of classes that the model does not know: "
            + names.prefix(5).joined(separator: ", ") + rest)
      }
      warnings.append(
        Warning(
          code: "W413",
          text: "\(Numbers.counted(figures.withoutTruth + foreignRows, "row")) not judged: "
            + reasons.joined(separator: "; ")))
    }
    return warnings
  }

  private var next: String? {
    path == "-" ? nil : "statcli mlp predict \(shellQuoted(file.path)) \(shellQuoted(path)) -o predictions.csv"
  }

  private var sections: [Section] {
    let sections = [
      Section(
        "data",
        [
          .facts([
            ("file", NetworkFile.name(path)), ("rows", "\(rowsRead) read, \(figures.judged) judged"),
            ("truth", "\"\(target)\""),
          ])
        ]), Section("model", [.facts(file.facts)]),
    ]
    return sections + [Section("figures", [.facts(figures.evaluation.facts + calibration)])]
      + figures.evaluation.sections
  }

  private var calibration: [(String, String)] {
    guard let classes else { return [] }
    let error = Numbers.human(classes.calibrationError, digits: 4)
    guard let before = figures.uncalibrated?.classes else { return [("calibration error", error)] }
    return [
      (
        "calibration error",
        "\(error) at temperature \(Numbers.human(file.model.temperature, digits: 4)), "
          + "\(Numbers.human(before.calibrationError, digits: 4)) without"
      )
    ]
  }

  /// One record per figure.
  private var records: Table {
    var rows: [[Table.Cell]] = []
    func add(_ name: String, _ value: Double?, _ group: String? = nil) {
      rows.append([.text(name), group.map { .text($0) } ?? .blank, value.map { .number($0) } ?? .blank])
    }
    add("rows", Double(figures.judged))
    if let classes {
      let (low, high) = classes.accuracyInterval()
      add("accuracy", classes.accuracy)
      add("accuracyLow", low)
      add("accuracyHigh", high)
      add("logLoss", classes.logLoss)
      add("brier", classes.brier)
      add("calibrationError", classes.calibrationError)
      for c in classes.perClass {
        add("precision", c.precision, c.name)
        add("recall", c.recall, c.name)
        add("f1", c.f1, c.name)
        add("n", Double(c.rows), c.name)
      }
    } else if let numbers = figures.evaluation.numbers {
      add("rmse", numbers.rmse)
      add("mae", numbers.mae)
      add("r2", numbers.r2)
    }
    return Table(columns: [.text("figure"), .text("class"), .number("value")], rows: rows)
  }

  private var json: JSON {
    let gaps = figures.gaps.json(file.model)
    var members: [(String, JSON)] = [
      ("schema", "statcli.mlp.evaluate/1"), ("command", .string(command)), ("version", .string(Version.number)),
      ("model", file.json),
      (
        "data",
        [
          "file": .string(path), "target": .string(target), "rowsRead": .integer(rowsRead),
          "rowsWithoutTarget": .integer(figures.withoutTruth),
          "rowsOfUnknownClasses": .object(figures.foreign.map { ($0.label, .integer($0.rows)) }),
          "missing": gaps.missing, "unknown": gaps.unknown,
        ]
      ),
    ]
    members += figures.evaluation.members
    if let classes {
      let pairs = classes.worstPairs(5).map { pair -> JSON in
        ["class": .string(pair.truth), "predicted": .string(pair.predicted), "rows": .integer(pair.rows)]
      }
      let before = figures.uncalibrated?.classes ?? classes
      members += [
        ("calibrationErrorUncalibrated", .finite(before.calibrationError)), ("worstPairs", .array(pairs)),
      ]
      if let required { members.append(("required", ["accuracy": .number(required), "holds": .bool(!isNegative)])) }
    }
    members.append(("warnings", JSON(warnings)))
    return .object(members)
  }
}
