// The page, the records and the JSON of `statcli mlp train --cv`.
import JSONText
import MLP

struct CrossTrainingReport {
  let question: TrainQuestion
  let cross: CrossTraining

  /// Folds of which all lines are shown.
  private static let tableRows = 50

  var report: Report {
    Report(
      verdict: verdict, sections: [dataSection, section], warnings: question.warnings,
      next: "\(question.command) -o \(shellQuoted(ModelFile.name(for: question.data.files[0]) ?? "model.mlp"))",
      records: { Table(columns: columns, rows: rows) }, json: { json })
  }

  private var isOfClasses: Bool { question.isOfClasses }
  private var scoreName: String { isOfClasses ? "accuracy" : "R2" }

  /// A score as it is printed.
  private func text(_ score: Double) -> String { isOfClasses ? Numbers.percent(score, 2) : Numbers.fixed(score, 4) }

  private var verdict: String {
    let folds = cross.repetitions == 1 ? "\(cross.folds) folds" : "\(cross.repetitions) times \(cross.folds) folds"
    let name = isOfClasses ? "Accuracy" : "R2"
    guard let summary = cross.summary else { return "\(name) is not defined in each of \(folds): values are equal" }
    let interval = summary.interval()
    return "\(name) \(text(summary.mean)) in \(folds) (95 % interval \(text(interval.low)) to \(text(interval.high)))"
  }

  private var dataSection: Section {
    guard case .facts(let facts) = question.section.blocks[0] else { return question.section }
    let ending =
      question.training.validation > 0
      ? "; of the rest \(Numbers.percent(question.training.validation, 0)) end the training" : ""
    return Section(
      "training",
      [
        .facts(
          facts.map { name, value in
            name == "split" ? (name, "\(cross.folds) folds\(ending), seed \(question.options.seed)") : (name, value)
          })
      ])
  }

  /// The folds and what they amount to.
  var section: Section {
    var blocks: [Block] = [.table(Table(columns: columns, rows: Array(rows.prefix(CrossTrainingReport.tableRows))).brief)]
    if let summary = cross.summary {
      let interval = summary.interval()
      blocks.append(
        .text(
          "mean \(text(summary.mean)), 95 % interval \(text(interval.low)) to \(text(interval.high)): Student's t, the variance of "
            + "the folds times 1/\(cross.scores.count) + 1/\(cross.folds - 1), since folds share rows (Nadeau and Bengio 2003)"
        ))
    }
    return Section("cross-validation", blocks)
  }

  private var columns: [Table.Column] {
    [.number("repetition"), .number("fold"), .number("rows"), .number("epochs"), .number(scoreName)]
      + (isOfClasses ? [.number("logLoss")] : [.number("rmse"), .number("mae")])
  }

  private var rows: [[Table.Cell]] {
    cross.scores.map { fold in
      let head: [Table.Cell] = [
        .count(fold.repetition), .count(fold.fold), .count(fold.rows), .count(fold.epochs),
        fold.score.map { .number($0) } ?? .blank,
      ]
      if let classes = fold.evaluation.classes { return head + [.number(classes.logLoss)] }
      guard let numbers = fold.evaluation.numbers else { return head }
      return head + [.number(numbers.rmse), .number(numbers.mae)]
    }
  }

  /// What the folds came to, as a member of a document.
  var result: JSON {
    let folds = cross.scores.map { fold in
      JSON.object(
        [
          ("repetition", .integer(fold.repetition)), ("fold", .integer(fold.fold)), ("epochs", .integer(fold.epochs)),
        ] + fold.evaluation.members.filter { !["confusion", "perClass", "classes"].contains($0.0) })
    }
    let interval = cross.summary?.interval()
    return [
      "folds": .integer(cross.folds), "repetitions": .integer(cross.repetitions), "score": .string(scoreName),
      "mean": cross.summary.map { .finite($0.mean) } ?? nil,
      "standardError": cross.summary.map { .finite($0.standardError) } ?? nil,
      "interval": interval.map { JSON([$0.low, $0.high]) } ?? nil, "scores": .array(folds),
    ]
  }

  private var json: JSON {
    .object(
      [("schema", "statcli.mlp.cv/1"), ("command", .string(question.command)), ("version", .string(Version.number))]
        + question.members.filter { $0.0 != "split" }
        + [("crossValidation", result), ("warnings", JSON(question.warnings))])
  }
}

extension Table {
  /// The table with four digits of each number, for a page.
  var brief: Table {
    Table(
      columns: columns,
      rows: rows.map { row in
        row.map { cell in
          if case .number(let value) = cell { return .text(Numbers.human(value, digits: 4)) }
          return cell
        }
      })
  }
}
