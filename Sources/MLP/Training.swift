// A training from a table to a model: what is decided by default, and the networks of an ensemble one after the other.
import MatDeriv

/// What is to be trained and how.
public struct Training: Sendable {
  /// The layers between inputs and outputs.
  public var hidden: [Layer] = [Layer(100)]
  /// What is minimised; nil for cross-entropy of classes, squared error of numbers.
  public var loss: Loss?
  /// What the last layer applies, for losses that compare it with the targets; nil for sigmoid of classes, identity of numbers.
  public var outputActivation: Activation?
  public var scaling: Scaling = .automatic
  /// The share of rows that judge, where no split is given; 0 for none.
  public var validation = 0.1
  /// Networks that are trained from different weights; their outputs are averaged.
  public var ensemble = 1
  /// Whether probabilities are calibrated on the rows of validation.
  public var calibrates = true
  public var options = TrainingOptions()

  public init(hidden: [Layer] = [Layer(100)], options: TrainingOptions = TrainingOptions()) {
    self.hidden = hidden
    self.options = options
  }
}

/// A model and what became of its training.
public struct TrainingOutcome: Sendable {
  public let model: Model
  /// The rows that trained and those that judged.
  public let split: Split
  /// Why training ended; of an ensemble, the last network's.
  public let ending: TrainingEnding
  /// Columns with one value in all rows of training.
  public let constantColumns: [String]
  /// Columns of numbers or categories with missing cells, and how many.
  public let incompleteColumns: [(name: String, missing: Int)]
  /// How columns were scaled.
  public let scaling: Scaling
  /// The rows of validation, judged by the model with its temperature; nil without.
  public let evaluation: Evaluation?
  /// Expected calibration error of the same rows before the temperature; nil for numbers.
  public let calibrationErrorBefore: Double?
}

extension Training {
  /// A network for a table, as it is before training, with what reads the table.
  ///
  /// **Throws**: `noRows`, `oneClass`, `allMissing`, `noInputs`, `lossOfTarget`, `setting`.
  func prepared(_ table: Table, _ split: Split) throws(MLPError) -> (network: Network, fit: EncoderFit, target: Target)
  {
    guard table.rows > 0, !split.training.isEmpty else { throw .noRows }
    let isOfClasses: Bool
    var outputs = 1
    switch table.targets {
    case .classes(let column, let labels, let names):
      isOfClasses = true
      guard names.count > 1 else { throw .oneClass(names.first ?? "", column: column) }
      var counts = [Int](repeating: 0, count: names.count)
      for row in split.training { counts[Int(labels[Int(row)])] += 1 }
      if let absent = counts.firstIndex(of: 0) {
        throw .rareClass(names[absent], rows: labels.count { Int($0) == absent })
      }
      outputs = names.count
    case .numbers: isOfClasses = false
    }
    let loss = self.loss ?? .standard(ofClasses: isOfClasses)
    if loss.isOfClasses != isOfClasses, loss != .squaredError {
      throw .lossOfTarget(loss: loss.description, target: isOfClasses ? "classes" : "numbers")
    }
    if loss == .binaryCrossEntropy, outputs == 2 { outputs = 1 }
    if loss == .poisson, case .numbers(let column, let values) = table.targets,
      let k = values.firstIndex(where: { $0 < 0 })
    {
      throw .setting("the loss poisson is of counts; column \"\(column)\" has \(values[k])")
    }
    if let smoothing = options.labelSmoothing, smoothing > 0, !isOfClasses {
      throw .setting("label smoothing is of classes; the target is a number")
    }
    try table.requireFinite(split.training)
    try table.requireFinite(split.validation)
    let fit = try EncoderFit(table, rows: split.training, scaling: scaling)
    let target = Target(table.targets, rows: split.training, loss: loss)
    let network = Network(
      inputs: fit.encoder.width, hidden: hidden, outputs: outputs,
      outputActivation: outputActivation ?? (isOfClasses && loss == .squaredError ? .sigmoid : .identity), loss: loss)
    if options.shift > 0 {
      let side = Int(Double(network.inputs).squareRoot().rounded())
      guard side * side == network.inputs, fit.encoder.numbers == network.inputs else {
        throw .setting(
          "shifts are of square images; \(network.inputs) inputs are no square of numbers")
      }
      guard fit.scaling != .columns else {
        throw .setting("shifts are of images whose pixels share one scale; these columns are standardized one by one")
      }
    }
    if options.usedOptimizer == .lbfgs {
      let odd = hidden.contains { $0.dropout > 0 || $0.normalization == .batch }
      guard !odd, options.shift == 0, options.l1 == 0 else {
        throw .setting(
          "L-BFGS takes all rows at once, as they are: no dropout, batch normalization, shifts or l1 penalty")
      }
    }
    return (network, fit, target)
  }

  /// Weights of rows: given ones times those of their classes, scaled to a mean of one over the rows of training.
  func rowWeights(_ table: Table, _ split: Split) -> [Float]? {
    guard table.weights != nil || options.classWeights == .balanced else { return nil }
    var weights = table.weights ?? [Double](repeating: 1, count: table.rows)
    if options.classWeights == .balanced, case .classes(_, let labels, let names) = table.targets {
      var totals = [Double](repeating: 0, count: names.count)
      for row in split.training { totals[Int(labels[Int(row)])] += weights[Int(row)] }
      for row in weights.indices { weights[row] /= max(totals[Int(labels[row])], .leastNormalMagnitude) }
    }
    let mean = split.training.reduce(0) { $0 + weights[Int($1)] } / Double(split.training.count)
    return weights.map { Float($0 / mean) }
  }

  /// The rows that train and those that judge, where none are given.
  public func split(_ table: Table) -> Split {
    validation > 0 && table.rows >= 10 ? Split(table, validation: validation, seed: options.seed) : Split(all: table)
  }

  /// Below so many rows L-BFGS is the default: on 150 flowers, batches of 32 with Adam are too few steps in a hundred epochs (7 % wrong against
  /// 4 %); on 1,797 digits Adam is better (1.2 % against 1.7 %).
  public static let fewRows = 500

  /// The same with what is left open filled in, for a table.
  ///
  /// Smoothing is chosen on validation rows: of scanned digits, it took the share that is read wrong from 3.2 % to 2.2 % (16 x 16) and from
  /// 2.2 % to 1.2 % (8 x 8).
  public func resolved(for table: Table) -> Training {
    let isOfClasses = if case .classes = table.targets { true } else { false }
    return resolved(ofClasses: isOfClasses, rows: table.rows)
  }

  /// The same for so many rows of classes or numbers.
  public func resolved(ofClasses isOfClasses: Bool, rows: Int) -> Training {
    var training = self
    let loss = self.loss ?? .standard(ofClasses: isOfClasses)
    training.loss = loss
    let isFixed = options.shift == 0 && options.l1 == 0
    let isPlain = hidden.allSatisfy { $0.dropout == 0 && $0.normalization != .batch }
    let optimizer = options.optimizer ?? (rows < Training.fewRows && isFixed && isPlain ? .lbfgs : .adam)
    training.options.optimizer = optimizer
    if optimizer == .lbfgs { training.options.precision = .double }
    training.options.l2 = options.l2 ?? (optimizer == .lbfgs ? 0.01 : 0)
    training.options.labelSmoothing =
      options.labelSmoothing ?? (loss == .crossEntropy && optimizer != .lbfgs ? 0.1 : 0)
    return training
  }

  /// Whether threads gain more in a step than they lose by waiting for each other. Results are the same either way.
  func isWorthThreads(_ network: Network) -> Bool {
    let samples = options.usedOptimizer == .lbfgs ? 1024 : options.batch
    let largest = (1...network.depth).map { network.sizes(of: $0).inputs * network.sizes(of: $0).outputs }.max()!
    return options.threads > 1 && network.trainingFlops * Double(samples) >= 1.2e7 && largest >= 1 << 14
  }

  /// Trains.
  ///
  /// - Parameters:
  ///   - split: the rows that train and those that judge; nil for a share chosen by the seed.
  ///   - checkpoints: where training is kept on its way, and taken up.
  ///   - report: told of every batch and epoch; training ends behind the batch at which it says so, with the best weights.
  /// **Throws**: what is wrong with table, settings or files of checkpoints.
  public func run(
    on table: Table, split given: Split? = nil, checkpoints: CheckpointStore? = nil,
    report: @escaping (TrainingEvent) -> TrainingAnswer = { _ in .goOn }
  ) throws(MLPError) -> TrainingOutcome {
    try resolved(for: table).train(on: table, given, checkpoints, report)
  }

  private func train(
    on table: Table, _ given: Split?, _ checkpoints: CheckpointStore?,
    _ report: @escaping (TrainingEvent) -> TrainingAnswer
  ) throws(MLPError) -> TrainingOutcome {
    let split = given ?? self.split(table)
    let (network, fit, target) = try prepared(table, split)
    let weights = rowWeights(table, split)
    let team = isWorthThreads(network) ? ThreadTeam(count: options.threads) : nil
    let flushed = Subnormals.flush(team)
    defer {
      Subnormals.restore(flushed)
      team?.end()
    }
    var results: [TrainedNetwork] = []
    let deadline = options.time.map { ContinuousClock.now.advanced(by: .seconds($0)) }
    for member in 0..<max(1, ensemble) {
      let result: TrainedNetwork
      if options.usedOptimizer == .lbfgs {
        let samples = Samples<Double>(table, fit.encoder, target, outputs: network.outputs, weights: weights)
        let course = FullBatchCourse(
          network: network, samples: samples, split: split, options: options, member: member, deadline: deadline,
          team: team)
        let run = try course.run(report)
        result = TrainedNetwork(
          network: network, parameters: run.parameters, epochs: run.epochs, best: run.best, ending: run.ending)
      } else if options.precision == .double {
        result = try train(
          Double.self, table, network, fit, target, weights, split, member, deadline, team, checkpoints, report)
      } else {
        result = try train(
          Float.self, table, network, fit, target, weights, split, member, deadline, team, checkpoints, report)
      }
      // A network that was stopped in its first epoch has learnt nothing that could be averaged.
      if result.best == nil, let last = results.last?.ending, last != .stopped {
        results[results.count - 1].ending = result.ending
        break
      }
      results.append(result)
      if result.ending == .stopped { break }
    }
    return outcome(results, table, split, fit, target)
  }

  private func train<Element: Scalar>(
    _: Element.Type, _ table: Table, _ network: Network, _ fit: EncoderFit, _ target: Target, _ weights: [Float]?,
    _ split: Split, _ member: Int, _ deadline: ContinuousClock.Instant?, _ team: ThreadTeam?,
    _ checkpoints: CheckpointStore?,
    _ report: @escaping (TrainingEvent) -> TrainingAnswer
  ) throws(MLPError) -> TrainedNetwork {
    let samples = Samples<Element>(table, fit.encoder, target, outputs: network.outputs, weights: weights)
    let trainer = Trainer<Element>(network, samples, split, options, member: member, team: team)
    let keeper = checkpoints.map { CheckpointKeeper<Element>($0, member: member, self, network, table, split) }
    try keeper?.resume(trainer)
    let course = Course(trainer, deadline: deadline, report: report) { (trainer, isLast) throws(MLPError) in
      try keeper?.keep(trainer, isLast: isLast)
    }
    let ending = try course.run()
    let final = trainer.bestParameters()
    return TrainedNetwork(
      network: final.network, parameters: final.parameters, epochs: trainer.epochs,
      best: trainer.position.bestEpoch, ending: ending)
  }

  private func outcome(
    _ results: [TrainedNetwork], _ table: Table, _ split: Split, _ fit: EncoderFit, _ target: Target
  ) -> TrainingOutcome {
    var record = TrainingRecord()
    record.epochs = results[0].epochs
    record.bestEpoch = results[0].best
    record.ending = results[results.count - 1].ending.text(monitor: options.monitor)
    record.library = LinearAlgebra.libraryDescription
    record.seed = options.seed
    record.rows = split.training.count
    record.validationRows = split.validation.count
    record.fingerprint = table.fingerprint
    record.settings = options.settings
    var model = Model(
      network: results[0].network, encoder: fit.encoder, target: target, members: results.map(\.parameters),
      precision: options.precision, record: record)
    var evaluation: Evaluation?
    var before: Double?
    if !split.validation.isEmpty {
      if target.classes != nil {
        let raw = Evaluation(model, table, rows: split.validation)
        before = raw.classes?.calibrationError
        if calibrates { model.temperature = Temperature.fitted(model, table, rows: split.validation) }
      }
      evaluation = Evaluation(model, table, rows: split.validation)
    }
    return TrainingOutcome(
      model: model, split: split, ending: results[results.count - 1].ending, constantColumns: fit.constant,
      incompleteColumns: fit.incomplete, scaling: fit.scaling, evaluation: evaluation,
      calibrationErrorBefore: before)
  }
}

/// One network at the end of its training.
struct TrainedNetwork {
  var network: Network
  var parameters: Parameters
  var epochs: [TrainingRecord.Epoch]
  var best: Int?
  var ending: TrainingEnding
}
