// A training from its first line on the terminal to the saved model and the report.
import JSONText
import MLP

struct TrainRun {
  let question: TrainQuestion
  let cross: CrossTraining?
  let model: ModelFile
  let checkpoints: CheckpointStore?
  let log: TrainingLog
  let output: OutputFlags
  /// The file of the report; nil for standard output.
  let reportFile: String?
  let clock: Stopwatch

  /// Whether lines go to standard output while training goes on: not where one document is asked for.
  private var streams: Bool { reportFile == nil && output.chosenFormat == .table }

  func execute(_ publisher: Publisher, _ destination: consuming Destination) throws(Failure) -> ExitStatus {
    try publisher.announce(question.warnings)
    Interruption.listen()
    // Whoever reads along may go away; the weights are saved all the same.
    System.setBrokenPipe(.tolerated)
    let terminal = Terminal(descriptor: 1, color: output.color)
    if streams {
      let sections =
        [question.section] + (cross.map { [CrossTrainingReport(question: question, cross: $0).section] } ?? [])
      try StandardOutput.write(Page(terminal: terminal).render(sections) + "\n")
    }
    let watch = TrainingWatch(
      question, table: streams ? EpochTable(question, terminal: terminal) : nil, log: log, output: output)
    try log.write("start", [("command", .string(question.command)), ("settings", question.training.settingsJSON)])
    let (table, split) = (question.data.table, question.split)
    let outcome = try perceptrons(at: question.data.name) { () throws(MLPError) in
      try question.training.run(on: table, split: split, checkpoints: checkpoints, report: watch.answer)
    }
    try requireWeights(outcome)
    var trained = outcome.model
    trained.record.command = question.command
    trained.record.version = Version.number
    // Times are in the log: the same training makes the same file.
    for i in trained.record.epochs.indices { trained.record.epochs[i].seconds = 0 }
    let saved = try model.write(trained)
    System.setBrokenPipe(.fatal)
    try watch.finish()
    if output.verbose { StandardError.write("statcli: trained after \(clock.text)\n") }
    try log.write(
      "end",
      [("ending", .string(trained.record.ending)), ("bestEpoch", trained.record.bestEpoch.map(JSON.integer) ?? .null)])
    // Epochs before a checkpoint were not watched.
    var members = watch.members.isEmpty ? [TrainingWatch.Member()] : watch.members
    members[0].epochs = outcome.model.record.epochs
    members[0].bestEpoch = outcome.model.record.bestEpoch
    let content = TrainReport(
      question: question, outcome: outcome, model: trained, members: members, cross: cross,
      file: saved.path ?? "-", bytes: saved.bytes)
    if streams { try StandardOutput.write("\n") }
    let status = try publisher.publish(
      streams ? content.tail(style: terminal.style) : content.whole, to: destination, announced: question.warnings)
    if let clash = saved.clash { throw clash }
    return Interruption.isAsked ? .interrupted : status
  }

  /// **Throws**: if there are no weights worth saving: no epoch came to its end.
  private func requireWeights(_ outcome: TrainingOutcome) throws(Failure) {
    guard outcome.model.record.bestEpoch == nil else { return }
    switch outcome.ending {
    case .stopped:
      throw Failure(.interrupted, "interrupted before the first epoch was over; nothing is saved")
    case .diverged:
      throw Failure(
        .answeredNo, "\(outcome.model.record.ending); nothing is saved",
        mend: "--lr \(question.lowerRate)", "--clip-norm 1", "--scale columns")
    default:
      throw Failure(
        .answeredNo, "\(outcome.model.record.ending) before the first epoch was over; nothing is saved",
        mend: "--time 5m (a longer time)")
    }
  }
}
