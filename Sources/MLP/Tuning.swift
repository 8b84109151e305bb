// Settings by successive halving: many are trained for a few epochs, the better third for three times as many, and so on to one.
import MatDeriv
import RealModule
import Tabular

/// A search for the settings of a training.
public struct Tuning: Sendable {
  /// One training with some settings.
  public struct Trial: Sendable {
    /// The settings' number from 1; the first are the defaults.
    public let number: Int
    public let training: Training
    /// Epochs that it was allowed.
    public let epochs: Int
    /// The smallest loss on the rows of validation, and accuracy or R2 there; infinite where training diverged.
    public let loss: Double
    public let score: Double?
    public let seconds: Double
    /// The network, of the last round only.
    public let model: Model?
  }

  /// Trainings of one length, best first.
  public struct Round: Sendable {
    public let epochs: Int
    public let trials: [Trial]
  }

  /// The share of settings that goes on is one over this.
  public static let factor = 3

  /// The rounds, from many short trainings to one long.
  public let rounds: [Round]

  /// The settings that are left.
  public var best: Trial { rounds[rounds.count - 1].trials[0] }

  /// Searches.
  ///
  /// - Parameters:
  ///   - base: all that is not searched; its epochs are those of the last round.
  ///   - count: settings of the first round.
  ///   - threads: trainings at a time; results do not depend on their number.
  ///   - report: told of every training that is over; at `stop` all trainings end, and the search with them.
  /// **Throws**: what is wrong with the table; `setting` without rows of validation.
  /// **Source**: Jamieson, Talwalkar, AISTATS 2016, algorithm 1.
  public init(
    _ base: Training, on table: Table, count: Int = 27, threads: Int = 1,
    report: @escaping @Sendable (Trial) -> TrainingAnswer = { _ in .goOn }
  ) throws(MLPError) {
    precondition(count >= 1, "a search has settings to try; these were \(count)")
    let split = base.split(table)
    guard !split.validation.isEmpty else {
      throw .setting("settings are compared by their loss on rows of validation, and there are none")
    }
    _ = try base.prepared(table, split)
    var left = (0..<count).map { (number: $0 + 1, training: base.sampled($0)) }
    var lengths = [base.options.epochs]
    var survivors = count
    while survivors > 1 {
      survivors = (survivors + Tuning.factor - 1) / Tuning.factor
      lengths.append(max(1, lengths[lengths.count - 1] / Tuning.factor))
    }
    var rounds: [Round] = []
    for (k, epochs) in lengths.reversed().enumerated() {
      let candidates = left
      let isLast = k == lengths.count - 1
      let results = Lock<(trials: [Trial], failure: MLPError?, isStopped: Bool)>(([], nil, false))
      OrderedDelivery<Result<Trial, MLPError>>.run(
        count: candidates.count, threads: threads,
        make: { i in
          Result { () throws(MLPError) in
            try Tuning.trial(
              candidates[i].number, candidates[i].training, epochs, table, split, keepsModel: isLast
            ) { results.withLock { $0.isStopped } }
          }
        },
        to: { result in
          switch result {
          case .success(let trial):
            let answer = report(trial)
            results.withLock {
              $0.trials.append(trial)
              if answer == .stop { $0.isStopped = true }
            }
            return .goOn
          case .failure(let error):
            results.withLock { $0.failure = error }
            return .stop
          }
        })
      let (trials, failure, isStopped) = results.withLock { $0 }
      if let failure { throw failure }
      let sorted = trials.sorted { ($0.loss, $0.number) < ($1.loss, $1.number) }
      rounds.append(Round(epochs: epochs, trials: sorted))
      if isStopped { break }
      left = sorted.prefix((sorted.count + Tuning.factor - 1) / Tuning.factor).map { ($0.number, $0.training) }
    }
    self.rounds = rounds
  }

  private static func trial(
    _ number: Int, _ training: Training, _ epochs: Int, _ table: Table, _ split: Split, keepsModel: Bool,
    isStopped: @escaping () -> Bool
  ) throws(MLPError) -> Trial {
    var training = training
    training.options.epochs = epochs
    let clock = ContinuousClock()
    let start = clock.now
    let model = try training.run(on: table, split: split) { _ in isStopped() ? .stop : .goOn }.model
    let judged = model.record.epochs.filter { $0.validationLoss?.isFinite == true }
    let best = judged.min { $0.validationLoss! < $1.validationLoss! }
    return Trial(
      number: number, training: training, epochs: epochs, loss: best?.validationLoss ?? .infinity,
      score: best?.validationScore, seconds: start.duration(to: clock.now) / .seconds(1),
      model: keepsModel ? model : nil)
  }
}

extension Training {
  /// The settings of this number: the first are these themselves, others are drawn by seed and number.
  func sampled(_ number: Int) -> Training {
    guard number > 0 else { return self }
    var generator = SeededGenerator(seed: options.seed &+ UInt64(number) &* 0x9E37_79B9_7F4A_7C15)
    var drawn = self
    if drawn.options.optimizer == nil { drawn.options.optimizer = .adam }
    let width = [32, 64, 128, 256].randomElement(using: &generator)!
    let depth = [1, 1, 2, 3].randomElement(using: &generator)!
    let activation = [Activation.relu, .tanh, .silu, .gelu].randomElement(using: &generator)!
    let dropout = [0, 0, 0.1, 0.25].randomElement(using: &generator)!
    drawn.hidden = Array(repeating: Layer(width, activation, dropout: dropout), count: depth)
    drawn.options.rate = Training.logarithmic(3e-4, 2e-2, &generator)
    drawn.options.l2 = Bool.random(using: &generator) ? 0 : Training.logarithmic(1e-6, 1e-2, &generator)
    drawn.options.batch = [16, 32, 64, 128].randomElement(using: &generator)!
    return drawn
  }

  /// A number between two, uniform in its logarithm, with two significant digits: what is printed is what was used.
  private static func logarithmic(_ low: Double, _ high: Double, _ generator: inout SeededGenerator) -> Double {
    let drawn = Double.exp(Double.random(in: Double.log(low)...Double.log(high), using: &generator))
    let exponent = Int(Double.log10(drawn).rounded(.down)) - 1
    return Double("\(Int((drawn / Double.pow(10, exponent)).rounded()))e\(exponent)")!
  }
}
