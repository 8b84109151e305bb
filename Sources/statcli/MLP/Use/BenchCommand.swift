// `statcli mlp bench`: how fast a network is trained here, and what limits it.
import ArgumentParser
import JSONText
import MLP
import MatDeriv

struct BenchCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "How fast a network is trained on this machine, and what limits it.",
    discussion: """
      Examples:
        statcli mlp bench --shape 64-100-10 --batch 32,128
        statcli mlp bench species.mlp --batch 32 --json

      Epochs on rows of random numbers in single precision, by one thread and by all; beside them the speed of \
      products of 1024 x 1024 matrices in the same run. Flops are those of the products of a step. The parts of a \
      step are timed each alone: its products at the speed of large ones, what the plan takes beyond that, the \
      update of the parameters, the gathering of rows.
      """)

  @Argument(help: ArgumentHelp("A model whose network is measured.", valueName: "model.mlp"))
  var model: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A network of relu layers in place of a model (default: 784-128-10).", valueName: "sizes"))
  var shape: NetworkShape?

  @Option(name: .long, help: ArgumentHelp("Samples of a step, several (default: 32,128,512).", valueName: "list"))
  var batch: CountList?

  @Option(
    name: .long, help: ArgumentHelp("The method that is measured (default: adam).", valueName: "name"))
  var optimizer: Optimizer = .adam

  @Option(name: .long, help: ArgumentHelp("Threads (default: one per processor).", valueName: "n"))
  var threads: Count?

  @OptionGroup(title: "Result") var output: OutputFlags

  func validate() throws {
    if model != nil, shape != nil { throw ValidationError("a model and --shape exclude each other") }
    if let threads, !(1...1024).contains(threads.value) {
      throw ValidationError("--threads is a number from 1 to 1024, not \(threads.value)")
    }
    if optimizer == .lbfgs {
      throw ValidationError("--optimizer lbfgs takes all rows at once: it has no steps to time")
    }
  }

  func execute() throws(Failure) -> ExitStatus {
    let publisher = Publisher(output)
    let destination = try publisher.claim()
    let network =
      try model.map { (path) throws(Failure) in try NetworkFile(path).model.network } ?? (shape ?? .usual).network
    let all = threads?.value ?? Version.processors
    let runs = (batch?.values ?? [32, 128, 512]).flatMap { batch in
      (all > 1 ? [1, all] : [1]).map { TrainingBenchmark(network, batch: batch, threads: $0, optimizer: optimizer) }
    }
    return try publisher.publish(report(network, runs, command: Typed.command), to: destination)
  }

  private func report(_ network: Network, _ runs: [TrainingBenchmark], command: String) -> Report {
    let best = runs.max { $0.samplesPerSecond < $1.samplesPerSecond }!
    let giga = { (flops: Double) in Numbers.human(flops / 1e9, digits: 3) }
    let percent = { (share: Double) in Numbers.human(100 * share, digits: 2) + " %" }
    let verdict =
      "\(network.shape): up to \(Numbers.human(best.samplesPerSecond.rounded(), digits: 3)) samples a second, "
      + "\(giga(best.flopsPerSecond)) GFLOP/s, \(percent(best.flopsPerSecond / best.product)) of large products"
    let table = Table(
      columns: [
        .number("batch"), .number("threads"), .number("samples/s"), .number("GFLOP/s"), .number("sgemm"),
        .number("share"), .number("step us"), .number("products"), .number("passes"), .number("update"),
        .number("gathering"), .text("limit"),
      ],
      rows: runs.map { run in
        let rounded = { (value: Double) in Table.Cell.text(Numbers.human(value, digits: 3)) }
        return [
          .count(run.batch), .count(run.threads), rounded(run.samplesPerSecond), rounded(run.flopsPerSecond / 1e9),
          rounded(run.product / 1e9), .text(percent(run.flopsPerSecond / run.product)), rounded(run.step * 1e6),
          rounded(min(run.products, run.plan) * 1e6), rounded(run.passes * 1e6), rounded(run.update * 1e6),
          rounded(run.gathering * 1e6),
          .text(run.limit),
        ]
      })
    return Report(
      verdict: verdict,
      sections: [
        Section(
          "network",
          [
            .facts([
              ("shape", network.shape), ("parameters", "\(network.parameterCount)"),
              ("flops", "\(Numbers.human(network.trainingFlops)) a sample and step, products alone"),
              ("BLAS", LinearAlgebra.libraryDescription),
            ])
          ]),
        Section("speed", note: "parts of a step in microseconds, each timed alone", [.table(table)]),
      ], records: { table },
      json: {
        [
          "schema": "statcli.mlp.bench/1", "command": .string(command), "version": .string(Version.number),
          "shape": .string(network.shape), "parameters": .integer(network.parameterCount),
          "flopsPerSample": .number(network.trainingFlops), "library": .string(LinearAlgebra.libraryDescription),
          "runs": .array(
            runs.map { run in
              [
                "batch": .integer(run.batch), "threads": .integer(run.threads),
                "samplesPerSecond": .finite(run.samplesPerSecond), "flopsPerSecond": .finite(run.flopsPerSecond),
                "sgemmFlopsPerSecond": .finite(run.product), "secondsPerStep": .finite(run.step),
                "secondsOfPlan": .finite(run.plan), "secondsOfProductsAtSgemmSpeed": .finite(run.products),
                "secondsOfUpdate": .finite(run.update), "secondsOfGathering": .finite(run.gathering),
                "limit": .string(run.limit),
              ]
            }),
        ]
      })
  }
}

/// `784-128-10`.
struct NetworkShape: ExpressibleByArgument {
  let sizes: [Int]

  static let usual = NetworkShape(argument: "784-128-10")!

  init?(argument: String) {
    let sizes = argument.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard sizes.count >= 2, sizes.allSatisfy({ (1...1_000_000).contains($0) }) else { return nil }
    self.sizes = sizes
  }

  var network: Network {
    let outputs = sizes[sizes.count - 1]
    return Network(
      inputs: sizes[0], hidden: sizes.dropFirst().dropLast().map { Layer($0) }, outputs: outputs,
      loss: outputs == 1 ? .meanSquaredError : .crossEntropy)
  }
}

/// Counts between commas: `32,128,512`.
struct CountList: ExpressibleByArgument {
  let values: [Int]

  init?(argument: String) {
    let counts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Count(argument: String($0))?.value ?? 0
    }
    guard !counts.isEmpty, counts.allSatisfy({ (1...1_000_000).contains($0) }) else { return nil }
    values = counts
  }
}
