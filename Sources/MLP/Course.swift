// The course of a training: epoch after epoch until something ends it, the best weights kept on every way out, divergence undone.
import MatDeriv

/// What is told while a network is trained.
public enum TrainingEvent: Sendable {
  /// A batch is over: the epoch that is going on from 1, and the share of it that is done.
  case batch(epoch: Int, done: Double, loss: Double)
  /// An epoch is over; whether it is the best so far.
  case epoch(TrainingRecord.Epoch, isBest: Bool)
  /// Loss or weights ceased to be finite: the epoch is undone and goes on at this rate.
  case recovered(epoch: Int, rate: Double)
}

/// Whether training is to go on.
public enum TrainingAnswer: Sendable { case goOn, stop }

/// Why a training ended.
public enum TrainingEnding: Sendable, Equatable {
  /// All epochs are over.
  case epochs
  /// The monitor has not become better for so many epochs.
  case patience(Int)
  case time
  /// Whoever watches said so.
  case stopped
  /// Loss or weights were not finite again and again, down to this rate.
  case diverged(rate: Double)
  /// The gradient, or what a step brings, is as good as zero.
  case converged
  /// No step leads on, for this reason.
  case halted(String)

  /// A sentence without a full stop.
  public func text(monitor: Monitor) -> String {
    switch self {
    case .epochs: "all epochs done"
    case .patience(let epochs): "no better \(monitor.rawValue) for \(epochs) epochs"
    case .time: "time is up"
    case .stopped: "interrupted"
    case .diverged(let rate): "the loss diverged again and again, down to a rate of \(rate)"
    case .converged: "converged"
    case .halted(let reason): reason
    }
  }
}

/// Trains one network of first order to its end.
final class Course<Element: Scalar> {
  let trainer: Trainer<Element>
  private let options: TrainingOptions
  private let report: (TrainingEvent) -> TrainingAnswer
  /// Called behind every epoch, and where training ends.
  private let keep: ((Trainer<Element>, _ isLast: Bool) throws(MLPError) -> Void)?
  private let deadline: ContinuousClock.Instant?
  private let clock = ContinuousClock()

  /// Attempts at a lower rate before training is given up.
  private static var recoveries: Int { 8 }

  init(
    _ trainer: Trainer<Element>, deadline: ContinuousClock.Instant? = nil,
    report: @escaping (TrainingEvent) -> TrainingAnswer,
    keep: ((Trainer<Element>, _ isLast: Bool) throws(MLPError) -> Void)? = nil
  ) {
    self.trainer = trainer
    self.deadline = deadline
    options = trainer.options
    self.report = report
    self.keep = keep
  }

  func run() throws(MLPError) -> TrainingEnding {
    let ending = try train()
    try keep?(trainer, true)
    return ending
  }

  private func train() throws(MLPError) -> TrainingEnding {
    let monitor = trainer.isJudged ? options.monitor : .trainingLoss
    var ending = TrainingEnding.epochs
    var safe = trainer.snapshot
    while trainer.position.epoch < options.epochs {
      // Training that is taken up may have come to its end already.
      if let patience = options.patience, trainer.isJudged, trainer.position.waited >= patience {
        return .patience(patience)
      }
      let begin = clock.now
      var answer = TrainingAnswer.goOn
      let isOver = trainer.runEpoch {
        let done = Double(self.trainer.position.batch) / Double(self.trainer.batches)
        answer = self.report(
          .batch(epoch: self.trainer.position.epoch + 1, done: done, loss: self.trainer.runningLoss))
        if self.isOutOfTime { return true }
        return answer == .stop
      }
      guard isOver else { return answer == .stop ? .stopped : .time }
      guard !trainer.hasDiverged else {
        trainer.restore(safe)
        trainer.position.recoveries += 1
        trainer.position.rateFactor /= 2
        let rate = options.usedRate * trainer.position.rateFactor
        if trainer.position.recoveries > Course.recoveries { return .diverged(rate: rate) }
        if report(.recovered(epoch: trainer.position.epoch + 1, rate: rate)) == .stop { return .stopped }
        safe = trainer.snapshot
        continue
      }
      let verdict = trainer.judgement()
      let epoch = TrainingRecord.Epoch(
        epoch: trainer.position.epoch + 1, loss: trainer.epochLoss, validationLoss: verdict?.loss,
        validationScore: verdict?.score, rate: trainer.rate, seconds: begin.duration(to: clock.now) / .seconds(1))
      let isBest = trainer.finish(epoch, monitor: monitor)
      try keep?(trainer, false)
      safe = trainer.snapshot
      if report(.epoch(epoch, isBest: isBest)) == .stop {
        ending = .stopped
        break
      }
      if isOutOfTime {
        ending = .time
        break
      }
    }
    if ending == .epochs, let patience = options.patience, trainer.isJudged, trainer.position.waited >= patience {
      return .patience(patience)
    }
    return ending
  }

  private var isOutOfTime: Bool { deadline.map { clock.now >= $0 } ?? false }
}

extension Trainer {
  /// State to go back to.
  struct Snapshot {
    let parameters: [Element]
    let memory: [Element]
    let steps: Int
    let position: Position
  }

  var snapshot: Snapshot {
    Snapshot(parameters: parameters.values, memory: Array(state.memory), steps: state.steps, position: position)
  }

  /// Goes back to the beginning of an epoch, but for the rate and what was counted.
  func restore(_ snapshot: Snapshot) {
    restore(
      parameters: snapshot.parameters, best: best.values, memory: snapshot.memory, steps: snapshot.steps)
    let (factor, recoveries) = (position.rateFactor, position.recoveries)
    position = snapshot.position
    (position.rateFactor, position.recoveries) = (factor, recoveries)
  }

  /// The mean loss of the samples of this epoch so far.
  var runningLoss: Double {
    position.lossSum / Double(min(position.batch * min(options.batch, samplesPerEpoch), samplesPerEpoch))
  }

  /// Enters an epoch into the record; whether it is the best so far, in which case its parameters are kept.
  ///
  /// Without rows for validation the last epoch counts as the best.
  func finish(_ epoch: TrainingRecord.Epoch, monitor: Monitor) -> Bool {
    epochs.append(epoch)
    position.epoch += 1
    position.batch = 0
    let value = monitor.cost(epoch)
    let isFirst = position.bestEpoch == nil || !isJudged
    let isBest = !value.isNaN && (isFirst || position.bestValue - value > options.minDelta)
    if isBest {
      position.bestEpoch = position.epoch
      position.bestValue = value
      position.waited = 0
      position.plateau = 0
      best.copy(from: parameters)
    } else {
      position.waited += 1
      position.plateau += 1
      if options.schedule == .plateau, position.plateau == 5 {
        position.rateFactor /= 2
        position.plateau = 0
      }
    }
    return isBest
  }
}
