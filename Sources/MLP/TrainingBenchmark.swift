// How fast a network is trained on this machine, beside the speed of a large product: what of a step is products, passes, update, gathering.
import MatDeriv

/// Measured times of training in single precision on rows of random numbers.
public struct TrainingBenchmark: Sendable {
  public let network: Network
  public let batch: Int
  public let threads: Int
  /// Seconds of a step: all of it, and its parts each run alone.
  public let step: Double
  /// Loss and gradients.
  public let plan: Double
  /// The rule over all parameters.
  public let update: Double
  /// Gathering and encoding of rows.
  public let gathering: Double
  /// Products of 1024 x 1024 matrices, one for each thread at once, in flops a second.
  public let product: Double

  /// Samples that are trained on in a second.
  public var samplesPerSecond: Double { Double(batch) / step }
  /// Flops a second, those of products alone counted.
  public var flopsPerSecond: Double { network.trainingFlops * samplesPerSecond }
  /// Seconds of a step that its products would take at the speed of large ones.
  public var products: Double { network.trainingFlops * Double(batch) / product }
  /// What of the plan is more than that: passes over activations, products of small matrices.
  public var passes: Double { max(0, plan - products) }

  /// What takes most of a step.
  public var limit: String {
    let parts = [
      ("products", min(products, plan)), ("passes and small products", passes), ("update", update),
      ("gathering", gathering),
    ]
    return parts.max { $0.1 < $1.1 }!.0
  }

  /// Measures for about `seconds`, a quarter of it for each part.
  ///
  /// **Domain**: at least one sample in a batch.
  public init(_ network: Network, batch: Int, threads: Int, optimizer: Optimizer = .adam, seconds: Double = 1) {
    precondition(batch >= 1 && threads >= 1, "a step has samples and threads; these were \(batch) and \(threads)")
    self.network = network
    self.batch = batch
    self.threads = threads
    let table = TrainingBenchmark.table(network, rows: max(4 * batch, min(4096, (1 << 22) / network.inputs)))
    let split = Split(all: table)
    var options = TrainingOptions()
    options.batch = batch
    options.optimizer = optimizer
    options.threads = threads
    let team = threads > 1 ? ThreadTeam(count: threads) : nil
    let flushed = Subnormals.flush(team)
    defer {
      Subnormals.restore(flushed)
      team?.end()
    }
    let encoder = Encoder((0..<network.inputs).map { .number(name: "x\($0)", centre: 0.5, factor: 2, fill: 0.5) })
    let target = Target(table.targets, rows: split.training, loss: network.loss)
    let samples = Samples<Float>(table, encoder, target, outputs: network.outputs)
    let trainer = Trainer<Float>(network, samples, split, options, team: team)
    let whole = trainer.batches
    trainer.fill(trainer.full, first: 0)
    step =
      TrainingBenchmark.time(seconds / 4) {
        _ = trainer.runEpoch()
        trainer.position.batch = 0
      } / Double(whole)
    plan = TrainingBenchmark.time(seconds / 4) { trainer.run(trainer.full) }
    update = TrainingBenchmark.time(seconds / 4) { trainer.update() }
    gathering = TrainingBenchmark.time(seconds / 4) { trainer.fill(trainer.full, first: 0) }
    product = TrainingBenchmark.productSpeed(threads: threads, team)
  }

  /// Flops a second of products of 1024 x 1024 matrices, one for each thread at once.
  static func productSpeed(threads: Int, _ team: ThreadTeam?) -> Double {
    let n = 1024
    let a = Matrix<Float>(rows: n, columns: n) { i, j in Float((i * 7 + j * 3) % 11) / 11 }
    let seconds = time(0.25) {
      guard let team else {
        _ = a * a
        return
      }
      team.run { _ in _ = a * a }
    }
    return 2 * Double(n * n * n) * Double(threads) / seconds
  }

  /// The shortest time of a call, of as many as go into `seconds`, at least three.
  private static func time(_ seconds: Double, _ body: () -> Void) -> Double {
    let clock = ContinuousClock()
    body()
    let start = clock.now
    var shortest = Double.infinity
    var calls = 0
    while calls < 3 || start.duration(to: clock.now) / .seconds(1) < seconds {
      shortest = min(shortest, clock.measure(body) / .seconds(1))
      calls += 1
    }
    return shortest
  }

  private static func table(_ network: Network, rows: Int) -> Table {
    var generator = SeededGenerator(seed: 1)
    let numbers = (0..<rows).map { _ in (0..<network.inputs).map { _ in Double.random(in: 0..<1, using: &generator) } }
    let names = (0..<network.inputs).map { "x\($0)" }
    if network.loss.isOfClasses {
      let classes = max(2, network.outputs)
      return Table(columns: names, rows: numbers, labels: (0..<rows).map { String($0 % classes) })
    }
    return Table(columns: names, rows: numbers, values: numbers.map { $0[0] })
  }
}
