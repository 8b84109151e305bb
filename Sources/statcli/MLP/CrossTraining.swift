// Cross-validation of a training: each fold is judged by a network that never saw it, neither to learn nor to end.
import MLP

/// One fold of one repetition.
struct FoldScore {
  let repetition: Int
  let fold: Int
  /// Rows that were judged.
  let rows: Int
  /// Rows that trained and ended training.
  let trainingRows: Int
  let evaluation: Evaluation
  let epochs: Int

  /// Accuracy of classes, R2 of numbers; nil where that is not defined.
  var score: Double? { evaluation.classes?.accuracy ?? evaluation.numbers?.r2 }
}

struct CrossTraining {
  let folds: Int
  let repetitions: Int
  let scores: [FoldScore]
  let summary: ResampledScore?

  init(_ question: TrainQuestion, folds: Int, repeats: Int, _ output: OutputFlags) throws(Failure) {
    self.folds = folds
    repetitions = repeats
    let table = question.data.table
    guard folds <= table.rows else {
      throw Failure(
        .badData, "\(Numbers.counted(table.rows, "row")) are too few for \(folds) folds", at: question.data.name,
        mend: "--cv \(max(2, table.rows))")
    }
    if let rare = question.classes.first(where: { $0.rows < 2 }) {
      throw Failure(
        .badData, "class \"\(rare.name)\" has one row only: the network that judges it would not know it",
        at: question.data.name, mend: "leave the row out, or train without --cv")
    }
    Interruption.listen()
    let line = TrainingLine(question.options, quiet: output.quiet, color: output.color)
    var scores: [FoldScore] = []
    for repetition in 0..<repeats {
      let parts = Split.folds(table, count: folds, seed: question.options.seed, repetition: repetition)
      for (number, part) in parts.enumerated() {
        let fold = scores.count + 1
        let score = try CrossTraining.score(question, part, repetition, number) { event in
          if case .batch(_, _, let loss) = event { line.update(fold: fold, of: folds * repeats, loss: loss) }
          return Interruption.isAsked ? .stop : .goOn
        }
        if Interruption.isAsked {
          line.clear()
          throw Failure(.interrupted, "interrupted in fold \(fold) of \(folds * repeats)")
        }
        scores.append(score)
      }
    }
    line.clear()
    self.scores = scores
    let values = scores.compactMap(\.score)
    summary =
      values.count == scores.count
      ? ResampledScore(values, testShare: 1 / Double(folds - 1)) : nil
  }

  /// Trains on all rows but those of a fold, of which some end the training, and judges the fold.
  private static func score(
    _ question: TrainQuestion, _ part: Split, _ repetition: Int, _ number: Int,
    report: @escaping (TrainingEvent) -> TrainingAnswer
  ) throws(Failure) -> FoldScore {
    let (table, training) = (question.data.table, question.training)
    let inner =
      training.validation > 0 && part.training.count >= 10
      ? Split(table, rows: part.training, validation: training.validation, seed: training.options.seed)
      : Split(training: part.training)
    let outcome = try perceptrons(at: question.data.name) { () throws(MLPError) in
      try training.run(on: table, split: inner, report: report)
    }
    if case .diverged = outcome.ending, outcome.model.record.bestEpoch == nil {
      throw Failure(
        .answeredNo, "fold \(number + 1): \(outcome.model.record.ending)",
        mend: "--lr \(question.lowerRate)")
    }
    return FoldScore(
      repetition: repetition + 1, fold: number + 1, rows: part.validation.count, trainingRows: part.training.count,
      evaluation: Evaluation(outcome.model, table, rows: part.validation), epochs: outcome.model.record.epochs.count)
  }
}
