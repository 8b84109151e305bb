// The page, the records and the JSON of `statcli mlp tune`.
import JSONText
import MLP

struct TuneReport {
  let tuning: Tuning
  let data: MLPData
  /// Files and flags about data, as typed.
  let typed: [String]
  let flags: [String]
  /// The file of the network; nil where it is not saved.
  let saved: String?
  /// The command as it was typed.
  let command: String

  private var isOfClasses: Bool { data.columns.columns.isOfClasses }

  var report: Report {
    Report(
      verdict: verdict, sections: sections, warnings: data.warnings, next: typed.contains("-") ? nil : trainCommand,
      records: { self.table(self.all) }, json: { self.json })
  }

  private var all: [Tuning.Trial] { tuning.rounds.flatMap(\.trials) }

  private var verdict: String {
    let best = tuning.best
    let score = best.score.map {
      isOfClasses ? ", accuracy \(Numbers.percent($0, 2))" : ", R2 \(Numbers.human($0, digits: 4))"
    }
    let count = tuning.rounds[0].trials.count
    let which =
      best.number == 1
      ? "The defaults, settings 1 of \(count), are best" : "Settings \(best.number) of \(count) are best"
    return "\(which): validation loss "
      + "\(Numbers.human(best.loss, digits: 4))\(score ?? "") after at most \(best.epochs) epochs"
  }

  /// The command that trains with the best settings.
  var trainCommand: String {
    let training = tuning.best.training
    var words = ["statcli", "mlp", "train"] + typed.map { shellQuoted($0) } + flags
    words += ["--hidden", training.hidden.map { String($0.width) }.joined(separator: ",")]
    if let layer = training.hidden.first {
      words += ["--activation", layer.activation.rawValue]
      if layer.dropout > 0 { words += ["--dropout", Numbers.exact(layer.dropout)] }
    }
    // The defaults leave the method to the number of rows.
    if let optimizer = training.options.optimizer {
      words += ["--optimizer", optimizer.rawValue, "--lr", Numbers.exact(training.options.usedRate)]
      if let l2 = training.options.l2, l2 > 0 { words += ["--l2", Numbers.exact(l2)] }
      words += ["--batch", String(training.options.batch)]
    }
    return (words + ["--epochs", String(tuning.best.epochs)]).joined(separator: " ")
  }

  private var sections: [Section] {
    var facts = [
      ("data", "\(data.name), \(Numbers.counted(data.table.rows, "row"))"),
      ("rounds", tuning.rounds.map { "\($0.trials.count) x \($0.epochs) epochs" }.joined(separator: ", ")),
    ]
    if let saved { facts.append(("saved", saved)) }
    return [Section("search", [.facts(facts)])]
      + tuning.rounds.reversed().map { round in
        let shown = Array(round.trials.prefix(9))
        let rest = round.trials.count - shown.count
        return Section(
          Numbers.counted(round.epochs, "epoch"),
          [.table(table(shown))] + (rest > 0 ? [.text("and \(rest) more; all of them with --json")] : []))
      }
  }

  private func table(_ trials: [Tuning.Trial]) -> Table {
    Table(
      columns: [
        .number("settings"), .number("epochs"), .number("loss"), .number(isOfClasses ? "accuracy" : "R2"),
        .text("hidden"), .text("activation"), .number("dropout"), .number("lr"), .number("l2"), .number("batch"),
      ],
      rows: trials.map { trial in
        let (options, layer) = (trial.training.options, trial.training.hidden.first)
        return [
          .count(trial.number), .count(trial.epochs), trial.loss.isFinite ? .number(trial.loss) : .text("diverged"),
          trial.score.map { .number($0) } ?? .blank,
          .text(trial.training.hidden.map { String($0.width) }.joined(separator: ",")),
          .text(layer?.activation.rawValue ?? ""), .number(layer?.dropout ?? 0),
          options.optimizer == nil ? .blank : .number(options.usedRate), options.l2.map { .number($0) } ?? .blank,
          options.optimizer == nil ? .blank : .count(options.batch),
        ]
      })
  }

  private var json: JSON {
    [
      "schema": "statcli.mlp.tune/1", "command": .string(command), "version": .string(Version.number),
      "data": ["files": JSON(data.files), "rows": .integer(data.table.rows)],
      "best": .integer(tuning.best.number), "train": .string(trainCommand),
      "rounds": .array(
        tuning.rounds.map { round in
          [
            "epochs": .integer(round.epochs),
            "trials": .array(
              round.trials.map { trial in
                [
                  "number": .integer(trial.number), "loss": .finite(trial.loss),
                  "score": trial.score.map(JSON.finite) ?? nil, "seconds": .finite(trial.seconds),
                  "settings": trial.training.settingsJSON,
                ]
              }),
          ]
        }), "warnings": JSON(data.warnings),
    ]
  }
}
