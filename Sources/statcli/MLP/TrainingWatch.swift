// Who watches a training: keeps the history of each network, prints the table, moves the progress line, writes the log, and passes Ctrl-C on.
import JSONText
import MLP

final class TrainingWatch {
  /// A network of the training.
  struct Member {
    var epochs: [TrainingRecord.Epoch] = []
    var bestEpoch: Int?
    /// Epochs in which loss or weights ceased to be finite, and the rates after.
    var recoveries: [(epoch: Int, rate: Double)] = []
  }

  private(set) var members: [Member] = []
  /// Why watching ended, where it was not the training.
  private(set) var failure: Failure?
  private var table: EpochTable?
  private let line: TrainingLine
  private let log: TrainingLog
  private let networks: Int

  /// - Parameter table: what is printed on standard output, if anything is.
  init(_ question: TrainQuestion, table: EpochTable?, log: TrainingLog, output: OutputFlags) {
    self.table = table
    self.log = log
    networks = question.training.ensemble
    line = TrainingLine(question.options, quiet: output.quiet, color: output.color)
  }

  func answer(_ event: TrainingEvent) -> TrainingAnswer {
    do throws(Failure) {
      switch event {
      case .batch where Interruption.isAsked: break
      case .batch(let epoch, let done, let loss): line.update(epoch: epoch, done: done, loss: loss)
      case .epoch(let epoch, let isBest): try add(epoch, isBest: isBest)
      case .recovered(let epoch, let rate):
        if members.last.map({ epoch == 1 && !$0.epochs.isEmpty }) ?? true { try begin() }
        members[members.count - 1].recoveries.append((epoch, rate))
        try log.write(
          "recovered", [("network", .integer(members.count)), ("epoch", .integer(epoch)), ("lr", .finite(rate))])
      }
    } catch {
      failure = error
      return .stop
    }
    return Interruption.isAsked ? .stop : .goOn
  }

  /// Prints what is left of the table.
  func finish() throws(Failure) {
    line.clear()
    if let failure { throw failure }
    try print(table?.rest() ?? [])
  }

  private func add(_ epoch: TrainingRecord.Epoch, isBest: Bool) throws(Failure) {
    // Epochs of the next network of an ensemble begin again.
    if members.last.map({ $0.epochs.last.map { $0.epoch >= epoch.epoch } ?? false }) ?? true { try begin() }
    members[members.count - 1].epochs.append(epoch)
    if isBest { members[members.count - 1].bestEpoch = epoch.epoch }
    line.clear()
    try print(table?.lines(epoch, isBest: isBest) ?? [])
    try log.write(
      "epoch",
      [("network", .integer(members.count))] + epoch.members
        + [("isBest", .bool(isBest)), ("seconds", .finite(epoch.seconds))])
  }

  private func begin() throws(Failure) {
    if !members.isEmpty { try print(table?.rest() ?? []) }
    members.append(Member())
    guard let table else { return }
    let title = networks > 1 ? ["  network \(members.count) of \(networks)"] : []
    try print((members.count == 1 || networks > 1 ? title : []) + [table.header])
  }

  private func print(_ lines: [String]) throws(Failure) {
    if !lines.isEmpty { try StandardOutput.write(lines.joined(separator: "\n") + "\n") }
  }
}
