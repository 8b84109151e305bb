// The figures of predictions beside the truth, as sections of a page and as JSON: after training, and of rows that are judged later.
import JSONText
import MLP

extension Evaluation {
  /// Classes of which a confusion matrix is shown.
  private static var matrixClasses: Int { 20 }
  /// Rows of a table about classes.
  private static var tableRows: Int { 40 }

  /// Accuracy or R2 in one sentence.
  var verdict: String {
    if let classes {
      let interval = classes.accuracyInterval()
      return "Accuracy \(Numbers.percent(classes.accuracy)) on \(Numbers.counted(classes.rows, "row")) (95 % interval "
        + "\(Numbers.fixed(100 * interval.low, 1)) to \(Numbers.percent(interval.high))), log-loss "
        + Numbers.human(classes.logLoss, digits: 4)
    }
    guard let numbers else { return "No rows were judged" }
    let r2 = numbers.r2.map { "R2 \(Numbers.human($0, digits: 4))" } ?? "All values are equal"
    return "\(r2) on \(Numbers.counted(numbers.rows, "row")): root mean squared error "
      + "\(Numbers.human(numbers.rmse, digits: 4)), mean absolute error \(Numbers.human(numbers.mae, digits: 4))"
  }

  /// The figures, one a line.
  var facts: [(String, String)] {
    if let classes {
      let interval = classes.accuracyInterval()
      return [
        (
          "accuracy",
          "\(Numbers.percent(classes.accuracy, 2)), \(classes.right) of \(classes.rows) rows; 95 % interval "
            + "\(Numbers.fixed(100 * interval.low, 2)) to \(Numbers.percent(interval.high, 2)) (Wilson)"
        ), ("log-loss", Numbers.human(classes.logLoss, digits: 4)),
        ("Brier score", Numbers.human(classes.brier, digits: 4)),
      ]
    }
    guard let numbers else { return [] }
    return [
      ("RMSE", Numbers.human(numbers.rmse)), ("MAE", Numbers.human(numbers.mae)),
      ("R2", numbers.r2.map { Numbers.human($0) } ?? "not defined: all values are equal"),
    ]
  }

  /// Tables of classes: figures of each, confusion matrix, worst pairs. None of numbers.
  var sections: [Section] {
    guard let classes else { return [] }
    var sections = [Section("classes", [.table(table(classes))])]
    if classes.names.count <= Evaluation.matrixClasses {
      sections.append(
        Section("confusion", note: "rows: truth; columns: prediction; blank: none", [.table(matrix(classes))]))
    }
    let worst = classes.worstPairs(5)
    if !worst.isEmpty {
      let rows = worst.map { [Table.Cell.text($0.truth), .text($0.predicted), .count($0.rows)] }
      sections.append(
        Section(
          "most confused",
          [.table(Table(columns: [.text("truth"), .text("prediction"), .number("rows")], rows: rows))]))
    }
    return sections
  }

  private func table(_ classes: ClassFigures) -> Table {
    let share = { (value: Double?) in value.map { Table.Cell.text(Numbers.fixed(100 * $0, 1)) } ?? .blank }
    let rows = classes.perClass.prefix(Evaluation.tableRows).map { figures -> [Table.Cell] in
      [.text(figures.name), .count(figures.rows), share(figures.precision), share(figures.recall), share(figures.f1)]
    }
    var table = Table(
      columns: [
        .text("class"), .number("rows"), .number("precision %"), .number("recall %"), .number("F1 %"),
      ], rows: Array(rows))
    if classes.names.count > rows.count {
      table.rows.append([.text("and \(classes.names.count - rows.count) more"), .blank, .blank, .blank, .blank])
    }
    return table
  }

  private func matrix(_ classes: ClassFigures) -> Table {
    Table(
      columns: [.text("")] + classes.names.map { .number($0) },
      rows: classes.names.indices.map { i in
        [.text(classes.names[i])]
          + classes.names.indices.map { j in
            let rows = classes.confusion[i][j]
            return i == j ? .muted(rows) : rows == 0 ? .blank : .count(rows)
          }
      })
  }

  /// Members of a document: the same names wherever figures are told.
  var members: [(String, JSON)] {
    if let classes {
      let interval = classes.accuracyInterval()
      let perClass = classes.perClass.map { figures -> JSON in
        [
          "class": .string(figures.name), "precision": figures.precision.map(JSON.finite) ?? nil,
          "recall": figures.recall.map(JSON.finite) ?? nil, "f1": figures.f1.map(JSON.finite) ?? nil,
          "n": .integer(figures.rows),
        ]
      }
      return [
        ("rows", .integer(classes.rows)), ("classes", JSON(classes.names)), ("accuracy", .finite(classes.accuracy)),
        ("accuracyInterval", JSON([interval.low, interval.high])), ("logLoss", .finite(classes.logLoss)),
        ("brier", .finite(classes.brier)), ("calibrationError", .finite(classes.calibrationError)),
        ("confusion", .array(classes.confusion.map { .array($0.map(JSON.integer)) })), ("perClass", .array(perClass)),
      ]
    }
    guard let numbers else { return [] }
    return [
      ("rows", .integer(numbers.rows)), ("rmse", .finite(numbers.rmse)), ("mae", .finite(numbers.mae)),
      ("r2", numbers.r2.map(JSON.finite) ?? .null),
    ]
  }
}
