// Training by methods of first order: batches through one plan, a pass of the rule over the parameters, epoch after epoch. All state is in a few
// arrays and counters, so that it can be kept and taken up again to the bit.
import CKernels
import MatDeriv

/// One network in training.
final class Trainer<Element: Scalar>: @unchecked Sendable {
  // Used by one thread at a time; the team's threads work on parts that it cuts.
  let network: Network
  let options: TrainingOptions
  let layout: ParameterLayout
  let parameters: AlignedArray<Element>
  let gradient: AlignedArray<Element>
  /// The parameters of the best epoch.
  let best: AlignedArray<Element>
  private(set) var state: UpdateState<Element>
  private var rule: any UpdateRule
  private let filler: BatchFiller<Element>
  let full: CompiledNetwork<Element>
  /// The batch of what is left at the end of an epoch.
  private let last: CompiledNetwork<Element>?
  private let training: [Int32]
  private var order: [Int32]
  private let scratch: [AlignedArray<Element>]
  private let statistics: BatchStatistics<Element>
  private let population: Population<Element>?
  private let judge: Judge<Element>?
  private let team: ThreadTeam?

  /// Where training stands.
  struct Position: Sendable, Equatable {
    /// Epochs that are over, and batches of the one that is going on.
    var epoch = 0
    var batch = 0
    /// The sum of losses of the samples of these batches.
    var lossSum = 0.0
    /// The loss of the first batch, before the first step.
    var startLoss = 0.0
    /// The factor of the rate after it was halved, by divergence or on a plateau.
    var rateFactor = 1.0
    var bestEpoch: Int?
    var bestValue = Double.nan
    /// Epochs since the best.
    var waited = 0
    var plateau = 0
    var recoveries = 0
  }
  var position = Position()
  var epochs: [TrainingRecord.Epoch] = []

  /// - Parameters:
  ///   - samples: encoded as the network wants them.
  ///   - member: the network of an ensemble, from 0.
  ///   - team: threads that share each step; results do not depend on their number.
  init(
    _ network: Network, _ samples: Samples<Element>, _ split: Split, _ options: TrainingOptions, member: Int = 0,
    team: ThreadTeam? = nil
  ) {
    self.network = network
    self.options = options
    self.team = team
    training = split.training
    order = split.training
    let draws = Draws(seed: options.seed, member: member)
    layout = ParameterLayout(network)
    parameters = AlignedArray(count: layout.count)
    gradient = AlignedArray(count: layout.count)
    best = AlignedArray(count: layout.count)
    rule = options.rule
    state = rule.makeState(count: layout.count, of: Element.self)
    layout.write(network.initialParameters(options.initializer, draws), to: parameters.start)
    best.copy(from: parameters)
    let side = options.shift > 0 ? Int(Double(network.inputs).squareRoot().rounded()) : 0
    filler = BatchFiller(
      samples: samples, network: network, options: options, draws: draws, side: side,
      background: side == 0 ? 0 : Element(samples.background ?? 0))
    let batch = min(options.batch, training.count)
    let kind = FormulaKind.loss(weighted: samples.weights != nil, penalized: false)
    full = CompiledNetwork(network, kind, batch: batch)
    let rest = training.count % batch
    last = rest == 0 ? nil : CompiledNetwork(network, kind, batch: rest)
    scratch = (0..<(team?.count ?? 1)).map { _ in AlignedArray(count: network.inputs) }
    statistics = BatchStatistics(network)
    for plan in [full, last] {
      plan?.bind(layout, parameters: parameters.start)
      plan?.bind(layout, gradient: gradient.start)
    }
    population =
      statistics.isEmpty
      ? nil : Population(network, samples, rows: training, layout, parameters: parameters, statistics: statistics)
    judge =
      split.validation.isEmpty
      ? nil
      : Judge(
        network, samples, rows: split.validation, layout, parameters: parameters, statistics: statistics)
  }

  /// Batches of an epoch.
  var batches: Int { (training.count + full.batch - 1) / full.batch }
  /// Samples of an epoch.
  var samplesPerEpoch: Int { training.count }
  var isJudged: Bool { judge != nil }

  // MARK: One epoch

  /// Trains until the end of the epoch, or until `isStopped` says so behind a batch.
  ///
  /// - Returns: whether the epoch is over.
  func runEpoch(isStopped: () -> Bool = { false }) -> Bool {
    if position.batch == 0 { position.lossSum = 0 }
    order = training
    filler.draws.shuffle(&order, epoch: position.epoch + 1, .order)
    let size = full.batch
    while position.batch < batches {
      let first = position.batch * size
      let batch = first + size <= training.count ? full : last!
      step(batch, first: first)
      if state.steps == 1 { position.startLoss = Double(batch.loss) }
      position.lossSum += Double(batch.loss) * Double(batch.batch)
      position.batch += 1
      if position.batch < batches, isStopped() { return false }
    }
    return true
  }

  private func step(_ batch: CompiledNetwork<Element>, first: Int) {
    fill(batch, first: first)
    run(batch)
    update()
  }

  /// Loss and gradients of a batch.
  func run(_ batch: CompiledNetwork<Element>) { batch.run(team) }

  /// Inputs, targets and masks of the samples that begin at `first` in the order of the epoch.
  func fill(_ batch: CompiledNetwork<Element>, first: Int) {
    let epoch = position.epoch + 1
    order.withUnsafeBufferPointer { order in
      let order = order.baseAddress!
      guard let team, batch.batch >= 16 * team.count else {
        filler.fill(
          batch, order, first: first, part: 0..<batch.batch, epoch: epoch, scratch: scratch[0].start)
        return
      }
      let (filler, scratch, count, size) = (filler, scratch, team.count, batch.batch)
      nonisolated(unsafe) let shared = (batch: batch, order: order, scratch: scratch)
      team.run { thread in
        let part = Trainer.part(thread, of: count, size)
        filler.fill(
          shared.batch, shared.order, first: first, part: part, epoch: epoch, scratch: shared.scratch[thread].start)
      }
    }
  }

  /// A pass of the rule over all parameters.
  func update() {
    let steps = Double(batches * options.epochs)
    let done = Double(state.steps)
    let warm = options.warmup * steps
    let rise = done < warm ? (done + 1) / warm : 1
    rule.rate = options.usedRate * position.rateFactor * options.schedule.factor(min(1, done / steps)) * rise
    var scale = 1.0
    if let limit = options.clipNorm {
      let norm = gradientNorm
      if norm > limit { scale = limit / norm }
    }
    let weights = layout.weights
    let penalized = GradientAdjustment(scale: scale, l2: options.l2 ?? 0, l1: options.l1)
    let plain = GradientAdjustment(scale: scale)
    state.steps += 1
    let decayFree = options.usedOptimizer == .adamw ? AdamW.withoutDecay(rule) : rule
    guard let team, layout.count >= 1 << 14 else {
      rule.update(parameters.start, gradient.start, state, weights, penalized)
      decayFree.update(parameters.start, gradient.start, state, weights.upperBound..<layout.count, plain)
      return
    }
    nonisolated(unsafe) let (state, x, g) = (state, parameters.start, gradient.start)
    let (rule, all, count) = (rule, layout.count, team.count)
    team.run { thread in
      // Cache lines are not shared.
      let part = Trainer.part(thread, of: count, weights.count, grain: 16)
      rule.update(x, g, state, part, penalized)
      if thread == 0 { decayFree.update(x, g, state, weights.upperBound..<all, plain) }
    }
  }

  /// The share of a thread.
  static func part(_ thread: Int, of threads: Int, _ count: Int, grain: Int = 1) -> Range<Int> {
    let share = ((count + threads - 1) / threads + grain - 1) / grain * grain
    let first = min(thread * share, count)
    return first..<min(first + share, count)
  }

  private var gradientNorm: Double {
    var sum = 0.0
    for i in 0..<layout.count { sum += Double(gradient.start[i]) * Double(gradient.start[i]) }
    return sum.squareRoot()
  }

  // MARK: Behind an epoch

  /// Loss and score on the rows of validation; nil without.
  func judgement() -> Verdict? {
    population?.measure(team)
    return judge?.verdict(team)
  }

  /// The loss of the epoch, for each sample.
  var epochLoss: Double { position.lossSum / Double(training.count) }

  /// Whether the loss is a hundred times what it was before the first step, or loss or parameters are no numbers any more.
  var hasDiverged: Bool {
    guard epochLoss.isFinite, epochLoss <= 100 * max(position.startLoss, 1) else { return true }
    for i in 0..<layout.count where !parameters.start[i].isFinite { return true }
    return false
  }

  /// The rate of the last step.
  var rate: Double { rule.rate }

  /// The parameters that the best epoch had, batch normalization folded into the layer before it.
  func bestParameters() -> (network: Network, parameters: Parameters) {
    parameters.copy(from: best)
    guard let population else { return (network, layout.parameters(best.start)) }
    population.measure(team)
    return network.folded(layout.parameters(best.start), statistics)
  }
}

extension AdamW {
  /// The same rule for parameters that do not decay.
  static func withoutDecay(_ rule: any UpdateRule) -> any UpdateRule {
    guard var adam = rule as? AdamW else { return rule }
    adam.weightDecay = 0
    return adam
  }
}

extension Trainer {
  /// What a checkpoint holds, in its order.
  var arrays: [(name: String, values: [Element])] {
    [("parameters", parameters.values), ("best", best.values), ("memory", Array(state.memory))]
  }

  /// Takes up training where these arrays were written.
  func restore(parameters values: [Element], best bestValues: [Element], memory: [Element], steps: Int) {
    parameters.values = values
    best.values = bestValues
    for i in memory.indices { state.memory[i] = memory[i] }
    state.steps = steps
  }
}
