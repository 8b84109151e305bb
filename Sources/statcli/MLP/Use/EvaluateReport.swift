// The page and the JSON of `statcli mlp evaluate`.
import JSONText
import MLP

struct EvaluateReport {
  let file: NetworkFile
  let path: String
  let target: String
  let figures: EvaluateFigures
  let level: Double
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
  private var percent: String { "\(Numbers.human(100 * level)) %" }
  private var isNegative: Bool {
    guard let required, let classes else { return false }
    return classes.accuracy < required
  }

  private var verdict: String {
    let file = NetworkFile.name(path)
    if let classes {
      let (low, high) = classes.accuracyInterval(level: level)
      let needed = required.map {
        isNegative
          ? ", below the required \(Numbers.human(100 * $0)) %" : ", at least the required \(Numbers.human(100 * $0)) %"
      }
      return "Accuracy \(Numbers.human(100 * classes.accuracy, digits: 4)) % of "
        + "\(Numbers.counted(classes.rows, "row")) of \(file) "
        + "(\(percent) interval \(Numbers.human(100 * low, digits: 4)) to \(Numbers.human(100 * high, digits: 4)) %)"
        + (needed ?? "")
    }
    let numbers = figures.evaluation.numbers!
    return "Root mean squared error \(Numbers.human(numbers.rmse)) of \"\(target)\" over "
      + "\(Numbers.counted(numbers.rows, "row")) of \(file)"
      + (numbers.r2.map { ", R2 \(Numbers.human($0))" } ?? "")
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
        reasons.append("\(foreignRows) of classes that the model does not know: "
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
    var sections = [
      Section(
        "data",
        [
          .facts([
            ("file", NetworkFile.name(path)), ("rows", "\(rowsRead) read, \(figures.judged) judged"),
            ("truth", "\"\(target)\""),
          ])
        ]), Section("model", [.facts(file.facts)]),
    ]
    if let classes {
      sections.append(Section("figures", [.facts(classFacts(classes))]))
      sections += EvaluationSections.sections(classes)
    } else if let numbers = figures.evaluation.numbers {
      sections.append(
        Section(
          "figures",
          [
            .facts([
              ("root mean squared error", Numbers.human(numbers.rmse)),
              ("mean absolute error", Numbers.human(numbers.mae)),
              ("R2", numbers.r2.map { Numbers.human($0) } ?? "all values are equal"),
            ])
          ]))
    }
    return sections
  }

  private func classFacts(_ classes: ClassFigures) -> [(String, String)] {
    let (low, high) = classes.accuracyInterval(level: level)
    var facts = [
      (
        "accuracy",
        "\(Numbers.human(classes.accuracy)), \(classes.right) of \(classes.rows); "
          + "\(percent) interval \(Numbers.human(low)) to \(Numbers.human(high)) (Wilson)"
      ),
      ("log-loss", Numbers.human(classes.logLoss)), ("Brier score", Numbers.human(classes.brier)),
    ]
    let error = "\(Numbers.human(classes.calibrationError))"
    if let before = figures.uncalibrated?.classes {
      facts.append(
        (
          "calibration error",
          "\(error) at temperature \(Numbers.human(file.model.temperature, digits: 4)), "
            + "\(Numbers.human(before.calibrationError)) without"
        ))
    } else {
      facts.append(("calibration error", error))
    }
    return facts
  }

  /// One record per figure.
  private var records: Table {
    var rows: [[Table.Cell]] = []
    func add(_ name: String, _ value: Double?, _ group: String? = nil) {
      rows.append([.text(name), group.map { .text($0) } ?? .blank, value.map { .number($0) } ?? .blank])
    }
    add("rows", Double(figures.judged))
    if let classes {
      let (low, high) = classes.accuracyInterval(level: level)
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
      ), ("rows", .integer(figures.judged)),
    ]
    if let classes {
      members += EvaluationSections.json(classes, level: level)
      members.append(
        (
          "calibrationErrorUncalibrated",
          figures.uncalibrated?.classes.map { .finite($0.calibrationError) } ?? .finite(classes.calibrationError)
        ))
      if let required {
        members.append(("required", ["accuracy": .number(required), "holds": .bool(!isNegative)]))
      }
    } else if let numbers = figures.evaluation.numbers {
      members += [
        ("rmse", .finite(numbers.rmse)), ("mae", .finite(numbers.mae)), ("r2", numbers.r2.map(JSON.finite) ?? nil),
      ]
    }
    members.append(("warnings", JSON(warnings)))
    return .object(members)
  }
}
