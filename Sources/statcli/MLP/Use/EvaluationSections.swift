// Figures of classes on a page and in a document: what evaluations have in common, wherever their rows come from.
import JSONText
import MLP

enum EvaluationSections {
  /// Classes up to which the whole confusion matrix is shown.
  private static let mostColumns = 20

  /// By class, confusion, worst pairs.
  static func sections(_ figures: ClassFigures) -> [Section] {
    let number = { (value: Double?) in value.map { Table.Cell.number($0) } ?? .blank }
    let perClass = figures.perClass.map { c in
      [Table.Cell.text(c.name), number(c.precision), number(c.recall), number(c.f1), .count(c.rows)]
    }
    var sections = [
      Section(
        "classes",
        [
          .table(
            Table(
              columns: [.text("class"), .number("precision"), .number("recall"), .number("f1"), .number("n")],
              rows: perClass))
        ])
    ]
    if figures.names.count <= mostColumns {
      let rows = figures.names.indices.map { i in
        [Table.Cell.text(figures.names[i])] + figures.confusion[i].map { .count($0) }
      }
      sections.append(
        Section(
          "confusion", note: "rows: true class, columns: predicted class",
          [.table(Table(columns: [.text("")] + figures.names.map { .number($0) }, rows: rows))]))
    }
    let pairs = figures.worstPairs(5)
    if !pairs.isEmpty {
      sections.append(
        Section(
          "worst pairs",
          [
            .table(
              Table(
                columns: [.text("true"), .text("predicted"), .number("rows")],
                rows: pairs.map { [.text($0.truth), .text($0.predicted), .count($0.rows)] }))
          ]))
    }
    return sections
  }

  /// The members of a document.
  static func json(_ figures: ClassFigures, level: Double) -> [(String, JSON)] {
    let (low, high) = figures.accuracyInterval(level: level)
    return [
      ("classes", JSON(figures.names)), ("accuracy", .finite(figures.accuracy)),
      (
        "accuracyInterval",
        ["level": .number(level), "low": .finite(low), "high": .finite(high), "method": "wilson"]
      ), ("logLoss", .finite(figures.logLoss)), ("brier", .finite(figures.brier)),
      ("confusion", .array(figures.confusion.map { .array($0.map(JSON.integer)) })),
      (
        "perClass",
        .array(
          figures.perClass.map { c in
            [
              "class": .string(c.name), "precision": c.precision.map(JSON.finite) ?? nil,
              "recall": c.recall.map(JSON.finite) ?? nil, "f1": c.f1.map(JSON.finite) ?? nil, "n": .integer(c.rows),
            ]
          })
      ),
      (
        "worstPairs",
        .array(
          figures.worstPairs(5).map {
            ["class": .string($0.truth), "predicted": .string($0.predicted), "rows": .integer($0.rows)]
          })
      ), ("calibrationError", .finite(figures.calibrationError)),
    ]
  }
}
