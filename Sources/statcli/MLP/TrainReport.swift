// The page, the records and the JSON of `statcli mlp train`.
import JSONText
import MLP

struct TrainReport {
  let question: TrainQuestion
  let outcome: TrainingOutcome
  /// The model as it was saved.
  let model: MLP.Model
  /// The history of each network.
  let members: [TrainingWatch.Member]
  let cross: CrossTraining?
  /// The file of the model, `-` for standard output, and its size.
  let file: String
  let bytes: Int

  /// All of it, where nothing was printed while training went on.
  var whole: Report {
    let first = [question.section] + (cross.map { [CrossTrainingReport(question: question, cross: $0).section] } ?? [])
    return report(first + [history] + sections(style: nil), question.warnings + lateWarnings)
  }

  /// What stands behind the table that was printed on the way.
  func tail(style: Style) -> Report { report(sections(style: style), lateWarnings) }

  private func report(_ sections: [Section], _ warnings: [Warning]) -> Report {
    var report = Report(
      verdict: verdict, sections: sections, warnings: warnings, next: next, records: { records }, json: { json })
    if case .diverged = outcome.ending { report.isNegative = true }
    return report
  }

  private var verdict: String {
    if let evaluation = outcome.evaluation { return evaluation.verdict }
    let last = members.last?.epochs.last
    return "Trained for \(Numbers.counted(last?.epoch ?? 0, "epoch")) to a loss of "
      + "\(EpochTable.loss(last?.loss ?? .nan)) on \(Numbers.counted(question.split.training.count, "row")); no rows judge it"
  }

  // MARK: Sections

  private func sections(style: Style?) -> [Section] {
    var facts = [("stopped", stopped)]
    if let evaluation = outcome.evaluation {
      facts += evaluation.facts
      if let before = outcome.calibrationErrorBefore, let after = evaluation.classes?.calibrationError {
        let change =
          model.temperature == 1
          ? ""
          : "; before temperature \(Numbers.human(model.temperature, digits: 4)) it was \(Numbers.percent(before, 2))"
        facts.append(("calibration", "expected error \(Numbers.percent(after, 2))\(change)"))
      }
    }
    if let curve = style.flatMap(curve) { facts.append(curve) }
    let note =
      outcome.evaluation == nil
      ? nil : "rows for validation, which chose the epoch; for figures of rows that chose nothing: --cv 5"
    return [Section("report", note: note, [.facts(facts)])] + (outcome.evaluation?.sections ?? []) + [saved]
  }

  /// Why training ended, and whose weights are kept.
  private var stopped: String {
    let record = model.record
    guard let best = record.bestEpoch, members.count < 2 else {
      let epochs = members.map { String($0.bestEpoch ?? 0) }.joined(separator: ", ")
      return "\(record.ending); weights of epochs \(epochs) kept"
    }
    if question.split.validation.isEmpty { return "\(record.ending); weights of the last epoch, \(best)" }
    let isLast = best == record.epochs.last?.epoch
    return "\(record.ending); weights of epoch \(best) \(isLast ? "kept" : "restored")"
  }

  /// The loss that was watched, as blocks.
  private func curve(_ style: Style) -> (String, String)? {
    guard let epochs = members.last?.epochs, epochs.count >= 3 else { return nil }
    let isJudged = !question.split.validation.isEmpty
    let values = isJudged ? epochs.compactMap(\.validationLoss) : epochs.map(\.loss)
    guard let first = values.first, let lowest = values.min() else { return nil }
    return (
      isJudged ? "val loss" : "loss",
      "\(Curve.text(values, width: 48, style: style))  from \(EpochTable.loss(first)) down to \(EpochTable.loss(lowest))"
    )
  }

  private var fingerprints: [String] { model.members.map(\.fingerprint) }

  private var saved: Section {
    let name = file == "-" ? "standard output" : file
    return Section(
      "saved",
      [
        .facts([
          ("model", "\(name), \(bytes) bytes"),
          ("weights", fingerprints.prefix(3).joined(separator: ", ") + (fingerprints.count > 3 ? ", ..." : "")),
        ])
      ])
  }

  private var history: Section {
    Section("epochs", [.table(Table(columns: historyColumns, rows: historyRows).brief)])
  }

  private var next: String? {
    file == "-" ? nil : "statcli mlp predict \(shellQuoted(file)) new.csv"
  }

  // MARK: Records

  private var historyColumns: [Table.Column] {
    (members.count > 1 ? [.number("network")] : [])
      + [.number("epoch"), .number("loss"), .number("validationLoss"), .number("validationScore"), .number("lr")]
  }

  private var historyRows: [[Table.Cell]] {
    members.enumerated().flatMap { number, member in
      member.epochs.map { epoch in
        (members.count > 1 ? [.count(number + 1)] : []) + [
          .count(epoch.epoch), .number(epoch.loss), epoch.validationLoss.map { .number($0) } ?? .blank,
          epoch.validationScore.map { .number($0) } ?? .blank, .number(epoch.rate),
        ]
      }
    }
  }

  private var records: Table { Table(columns: historyColumns, rows: historyRows) }

  // MARK: JSON

  private var json: JSON {
    let training = members.map { member -> JSON in
      [
        "bestEpoch": member.bestEpoch.map(JSON.integer) ?? nil,
        "epochs": .array(member.epochs.map { .object($0.members) }),
        "recoveries": .array(
          member.recoveries.map { ["epoch": .integer($0.epoch), "lr": .finite($0.rate)] as JSON }),
      ]
    }
    var evaluation: JSON = nil
    if let judged = outcome.evaluation {
      evaluation = .object(
        judged.members + [("calibrationErrorBefore", outcome.calibrationErrorBefore.map(JSON.finite) ?? .null)])
    }
    return .object(
      [("schema", "statcli.mlp.train/1"), ("command", .string(question.command)), ("version", .string(Version.number))]
        + question.members
        + [
          ("crossValidation", cross.map { CrossTrainingReport(question: question, cross: $0).result } ?? .null),
          ("networks", .array(training)), ("ending", .string(model.record.ending)),
          ("temperature", .finite(model.temperature)), ("evaluation", evaluation),
          (
            "model",
            [
              "file": file == "-" ? nil : .string(file), "bytes": .integer(bytes), "weights": JSON(fingerprints),
              "data": .string(model.record.fingerprint),
            ]
          ),
          ("warnings", JSON(question.warnings + lateWarnings)),
        ])
  }

  // MARK: Warnings

  /// What training brought to light.
  private var lateWarnings: [Warning] {
    let recoveries = members.flatMap(\.recoveries)
    guard let last = recoveries.last else { return [] }
    return [
      Warning(
        code: "W406",
        text:
          "the loss diverged \(recoveries.count == 1 ? "once" : "\(recoveries.count) times"), the last time in epoch "
          + "\(last.epoch): the epoch was undone and went on at half the rate, \(Numbers.human(last.rate))",
        mend: "--lr \(Numbers.human(last.rate))"
      ).completed(question.command)
    ]
  }
}

extension TrainQuestion {
  /// Members of a document: data, split, network, settings, machine.
  var members: [(String, JSON)] {
    let columns = data.table.columns
    let network = outline.network
    let counted = classes.map { ["name": .string($0.name), "n": .integer($0.rows)] as JSON }
    let layers = network.hidden.map { layer -> JSON in
      ["width": .integer(layer.width), "activation": .string(layer.activation.rawValue)]
    }
    return [
      (
        "data",
        [
          "files": JSON(data.files), "validationFile": data.validationFile.map(JSON.string) ?? nil,
          "rowsRead": .integer(data.rowsRead), "rowsUsed": .integer(data.table.rows),
          "rowsWithoutTarget": .integer(data.table.rowsWithoutTarget),
          "target": .string(data.names[data.columns.columns.target]),
          "task": isOfClasses ? "classification" : "regression", "classes": isOfClasses ? .array(counted) : nil,
          "numbers": JSON(columns.filter { $0.values == nil }.map(\.name)),
          "categories": JSON(columns.filter { $0.values != nil }.map(\.name)),
          "missing": .object(columns.filter { $0.missing > 0 }.map { ($0.name, .integer($0.missing)) }),
          "ignored": .array(data.ignored.map { ["name": .string($0.name), "reason": .string($0.reason)] as JSON }),
        ]
      ),
      (
        "split",
        [
          "training": .integer(split.training.count), "validation": .integer(split.validation.count),
          "chosen": .string(splitPhrase),
        ]
      ),
      (
        "network",
        [
          "shape": .string(network.shape), "inputs": .integer(network.inputs), "hidden": .array(layers),
          "outputs": .integer(network.outputs), "outputActivation": .string(network.outputActivation.rawValue),
          "loss": .string(network.loss.description), "parameters": .integer(network.parameterCount),
          "scaling": .string(outline.scaling.rawValue),
        ]
      ), ("preset", .string(preset.rawValue)), ("settings", training.settingsJSON),
      ("machine", ["threads": .integer(options.threads), "library": .string(Machine.library)]),
    ]
  }
}
