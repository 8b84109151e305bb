// Between a trainer and its file: every array and counter that the next step depends on, so that training taken up goes on to the same bits.
import JSONText
import MatDeriv

/// Keeps one network's training in a file, and takes it up.
struct CheckpointKeeper<Element: Scalar> {
  private let store: CheckpointStore
  private let path: String
  /// What must be the same for a training to be taken up: network, settings, rows.
  private let identity: String

  init(_ store: CheckpointStore, member: Int, _ training: Training, _ network: Network, _ table: Table, _ split: Split)
  {
    self.store = store
    path = store.path(ofMember: member)
    // More epochs, more patience or more time are the same training, longer.
    let free: Set = ["epochs", "patience", "time", "minDelta"]
    var settings = training.options.settings.filter { !free.contains($0.name) }
    // A rate that falls with the share of all steps depends on their number.
    if ![.constant, .plateau].contains(training.options.schedule) || training.options.warmup > 0 {
      settings.append(("epochs", .integer(training.options.epochs)))
    }
    let layers = network.hidden.map {
      "\($0.width):\($0.activation.rawValue):\($0.normalization.rawValue):\($0.dropout)"
    }
    identity =
      JSON.object([
        ("network", .string("\(network.inputs) \(layers.joined(separator: " ")) \(network.outputs) \(network.loss)")),
        ("outputActivation", .string(network.outputActivation.rawValue)),
        ("settings", .object(settings.map { ($0.name, $0.value) })), ("member", .integer(member)),
        ("scaling", .string(training.scaling.rawValue)), ("rows", .string(table.fingerprint)),
        ("split", .string(Self.hash(split))),
      ]).text(indented: false)
  }

  private static func hash(_ split: Split) -> String {
    var hash = Fingerprint()
    split.training.withUnsafeBytes { hash.add($0) }
    split.validation.withUnsafeBytes { hash.add($0) }
    return hash.text
  }

  /// Writes the file where it is due: behind every so many epochs, and where training ends.
  func keep(_ trainer: Trainer<Element>, isLast: Bool) throws(MLPError) {
    let position = trainer.position
    guard isLast || position.epoch.isMultiple(of: store.every) else { return }
    let counters: JSON = .object([
      ("epoch", .integer(position.epoch)), ("batch", .integer(position.batch)),
      ("steps", .integer(trainer.state.steps)),
      ("bestEpoch", position.bestEpoch.map(JSON.integer) ?? .null), ("waited", .integer(position.waited)),
      ("plateau", .integer(position.plateau)), ("recoveries", .integer(position.recoveries)),
    ])
    let checkpoint = Checkpoint(
      arrays: trainer.arrays.map { ($0.name, .of($0.values)) }
        + [
          ("numbers", .double([position.lossSum, position.startLoss, position.rateFactor, position.bestValue])),
          ("epochs", .double(trainer.epochs.flatMap(Self.numbers))),
        ],
      metadata: [("training", identity), ("position", counters.text(indented: false))])
    try checkpoint.write(to: path)
  }

  /// Puts a trainer where the file was written; does nothing where training is not taken up, or there is no file.
  ///
  /// **Throws**: `file` if it is of another training.
  func resume(_ trainer: Trainer<Element>) throws(MLPError) {
    guard store.resumes, AtomicFile.exists(path) else { return }
    let checkpoint = try Checkpoint(contentsOf: path)
    guard checkpoint[text: "training"] == identity else {
      throw .file(path, "it is of another training: other rows, layers or settings")
    }
    guard let position = checkpoint[text: "position"].flatMap({ try? JSON(parsing: Array($0.utf8)) }),
      let epoch = position["epoch"]?.integerValue, let batch = position["batch"]?.integerValue,
      let steps = position["steps"]?.integerValue, let waited = position["waited"]?.integerValue,
      let plateau = position["plateau"]?.integerValue, let recoveries = position["recoveries"]?.integerValue,
      let numbers: [Double] = checkpoint["numbers"]?.of(), numbers.count == 4,
      let epochs: [Double] = checkpoint["epochs"]?.of(), epochs.count == 6 * epoch,
      let parameters: [Element] = checkpoint["parameters"]?.of(), let best: [Element] = checkpoint["best"]?.of(),
      let memory: [Element] = checkpoint["memory"]?.of(), parameters.count == trainer.layout.count,
      best.count == trainer.layout.count, memory.count == trainer.state.memory.count,
      epoch >= 0, 0..<trainer.batches ~= batch
    else { throw .file(path, "it lacks a part of the training that it is to hold") }
    trainer.restore(parameters: parameters, best: best, memory: memory, steps: steps)
    trainer.position = Trainer.Position(
      epoch: epoch, batch: batch, lossSum: numbers[0], startLoss: numbers[1], rateFactor: numbers[2],
      bestEpoch: position["bestEpoch"]?.integerValue, bestValue: numbers[3], waited: waited, plateau: plateau,
      recoveries: recoveries)
    trainer.epochs = (0..<epoch).map { Self.epoch(Array(epochs[6 * $0..<6 * ($0 + 1)])) }
  }

  private static func numbers(_ epoch: TrainingRecord.Epoch) -> [Double] {
    [
      Double(epoch.epoch), epoch.loss, epoch.validationLoss ?? .nan, epoch.validationScore ?? .nan, epoch.rate,
      epoch.seconds,
    ]
  }

  private static func epoch(_ numbers: [Double]) -> TrainingRecord.Epoch {
    let optional = { (x: Double) in x.isNaN ? nil : x }
    return TrainingRecord.Epoch(
      epoch: Int(numbers[0]), loss: numbers[1], validationLoss: optional(numbers[2]),
      validationScore: optional(numbers[3]), rate: numbers[4], seconds: numbers[5])
  }
}

extension Safetensors.Values {
  /// Values of either precision.
  static func of<Element: Scalar>(_ values: [Element]) -> Safetensors.Values {
    if let doubles = values as? [Double] { .double(doubles) } else { .single(values as! [Float]) }
  }

  /// The values, if they are of this precision.
  func of<Element: Scalar>() -> [Element]? {
    switch self {
    case .double(let values): values as? [Element]
    case .single(let values): values as? [Element]
    default: nil
    }
  }
}
