// Training by L-BFGS: all rows in one plan in double precision, the loss with its penalty as a function of the flat vector.
import MatDeriv

/// Mean loss and gradient of all rows of training.
final class FullBatch: ObjectiveFunction {
  let layout: ParameterLayout
  /// Where the judge reads.
  let parameters: AlignedArray<Double>
  private let gradientVector: AlignedArray<Double>
  private let compiled: CompiledNetwork<Double>
  private let team: ThreadTeam?

  init(
    _ network: Network, _ samples: Samples<Double>, rows: [Int32], _ options: TrainingOptions, team: ThreadTeam?
  ) {
    self.team = team
    layout = ParameterLayout(network)
    parameters = AlignedArray(count: layout.count)
    gradientVector = AlignedArray(count: layout.count)
    compiled = CompiledNetwork(
      network, .loss(weighted: samples.weights != nil, penalized: (options.l2 ?? 0) > 0), batch: rows.count)
    compiled.bind(layout, parameters: parameters.start)
    compiled.bind(layout, gradient: gradientVector.start)
    if (options.l2 ?? 0) > 0 { compiled.workspace.input("c")[0] = options.l2 ?? 0 }
    let isOfClasses = network.loss.isOfClasses
    for (j, row) in rows.enumerated() {
      let w = samples.weights.map { Double($0[Int(row)]) } ?? 1
      samples.encode(Int(row), into: compiled.x + j * network.inputs)
      samples.writeTarget(
        Int(row), smoothing: options.labelSmoothing ?? 0, weight: isOfClasses ? w : 1,
        into: compiled.y! + j * network.outputs)
      compiled.w?[j] = w
    }
  }

  var count: Int { layout.count }

  func value(at x: [Double], gradient: inout [Double]) throws(ObjectiveError) -> Double {
    parameters.values = x
    compiled.run(team)
    for i in 0..<count { gradient[i] = gradientVector.start[i] }
    return compiled.loss
  }
}

/// Trains one network by L-BFGS to its end.
struct FullBatchCourse {
  let network: Network
  let samples: Samples<Double>
  let split: Split
  let options: TrainingOptions
  let member: Int
  let deadline: ContinuousClock.Instant?
  let team: ThreadTeam?

  /// The best parameters, the record, and why training ended.
  func run(
    _ report: @escaping (TrainingEvent) -> TrainingAnswer
  ) throws(MLPError) -> (parameters: Parameters, epochs: [TrainingRecord.Epoch], best: Int?, ending: TrainingEnding) {
    let objective = FullBatch(network, samples, rows: split.training, options, team: team)
    let layout = objective.layout
    let judge =
      split.validation.isEmpty
      ? nil
      : Judge(
        network, samples, rows: split.validation, layout, parameters: objective.parameters,
        statistics: BatchStatistics(network))
    layout.write(
      network.initialParameters(options.initializer, Draws(seed: options.seed, member: member)),
      to: objective.parameters.start)
    let monitor = judge == nil ? .trainingLoss : options.monitor
    var epochs: [TrainingRecord.Epoch] = []
    var best: (epoch: Int, value: Double, x: [Double])?
    var waited = 0
    var ending = TrainingEnding.epochs
    let clock = ContinuousClock()
    var last = clock.now
    // The iterate's own parameters are those of the last evaluation of the line search.
    let result: MinimizationResult
    do {
      result = try minimize(
        objective, from: objective.parameters.values, by: LBFGS(),
        until: StoppingRules(gradient: 1e-6, decrease: 1e-10, iterations: options.epochs)
      ) { progress in
        guard progress.iteration > 0 else { return .proceed }
        let verdict = judge?.verdict(team)
        let now = clock.now
        let epoch = TrainingRecord.Epoch(
          epoch: progress.iteration, loss: progress.value, validationLoss: verdict?.loss,
          validationScore: verdict?.score, rate: 1, seconds: last.duration(to: now) / .seconds(1))
        last = now
        epochs.append(epoch)
        let value = monitor.cost(epoch)
        let isBest = !value.isNaN && (judge == nil || best.map { $0.value - value > options.minDelta } ?? true)
        if isBest {
          best = (progress.iteration, value, objective.parameters.values)
          waited = 0
        } else {
          waited += 1
        }
        if report(.epoch(epoch, isBest: isBest)) == .stop {
          ending = .stopped
          return .cancel
        }
        if let patience = options.patience, judge != nil, waited >= patience {
          ending = .patience(patience)
          return .cancel
        }
        if let deadline, now >= deadline {
          ending = .time
          return .cancel
        }
        return .proceed
      }
    } catch { throw .setting("L-BFGS cannot begin: \(error)") }
    if result.reason != .cancelled, result.reason != .iterations {
      ending = result.converged ? .converged : .halted(result.reason.description)
    }
    if judge == nil { objective.parameters.values = result.x } else if let best { objective.parameters.values = best.x }
    return (
      layout.parameters(objective.parameters.start), epochs, judge == nil ? epochs.count : best?.epoch, ending
    )
  }
}
