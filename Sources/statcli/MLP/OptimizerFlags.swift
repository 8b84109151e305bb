// The flags that say how a network is trained: method, rate, batches, length, penalties.
import ArgumentParser
import MLP

struct OptimizerFlags: ParsableArguments {
  /// What holds where nothing is said, for the texts of help.
  private static let usual = TrainingOptions()

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Settings to begin with; a flag that is given wins: textbook (sigmoid, squared error, plain gradient descent, constant rate), image (one scale for all pixels, random shifts by a pixel, cosine), tabular (three layers of 256, coslog4, label smoothing).",
      valueName: "name"))
  var preset: Preset = .standard

  @Option(
    name: .long,
    help: ArgumentHelp(
      "sgd, momentum, nesterov, rmsprop, adam, adamw, or lbfgs, which takes all rows at once (default: lbfgs of fewer than \(Training.fewRows) rows, else adam).",
      valueName: "name"))
  var optimizer: Optimizer?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Learning rate (default: sgd 0.1, momentum and nesterov 0.01, rmsprop and Adam 0.001).", valueName: "rate"))
  var lr: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Of momentum and nesterov (default: \(usual.momentum)).", valueName: "factor"))
  var momentum: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Decay of Adam's first moment (default: \(usual.beta1)).", valueName: "factor"))
  var beta1: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Decay of the second moment (default: \(usual.usedBeta2) of Adam, 0.99 of rmsprop).", valueName: "factor"))
  var beta2: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "What adamw takes off each weight in a step, times the rate (default: \(usual.weightDecay)).", valueName: "value")
  )
  var weightDecay: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Penalty l2/2*sum(W.^2) on the mean loss of a row, whatever the batch (default: 0.01 with lbfgs, else 0).",
      valueName: "value"))
  var l2: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Penalty l1*sum(abs(W)) in the same way (default: 0).", valueName: "value"))
  var l1: Real?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("Scale gradients that are longer to this norm (default: never).", valueName: "norm"))
  var clipNorm: Real?

  @Option(
    name: .long,
    help: ArgumentHelp("How the rate changes (default: \(usual.schedule.rawValue)).", valueName: "name"))
  var schedule: Schedule?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Share of all steps in which the rate grows from zero: 5% or 0.05 (default: 0).", valueName: "share"))
  var warmup: Share?

  @Option(name: .long, help: ArgumentHelp("Rows of a step (default: \(usual.batch)).", valueName: "rows"))
  var batch: Count?

  @Option(
    name: .long, help: ArgumentHelp("Passes over the rows, at most (default: \(usual.epochs)).", valueName: "n"))
  var epochs: Count?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp("End after this time: 90, 60s, 5m, 2h (default: no limit).", valueName: "time"))
  var time: Seconds?

  @Option(
    name: .long, help: ArgumentHelp("Seed of the random numbers (default: \(usual.seed)).", valueName: "number"))
  var seed: Count?

  @Option(name: .long, help: ArgumentHelp("Precision (default: \(usual.precision.rawValue)).", valueName: "name"))
  var precision: Precision?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "balanced: classes count alike, however many rows they have (default: \(usual.classWeights.rawValue)).",
      valueName: "way"))
  var classWeight: TrainingOptions.ClassWeights?

  @Option(
    name: .long, parsing: .unconditional,
    help: ArgumentHelp(
      "Share of a class's one that is spread over all classes (default: \(Training().resolved(ofClasses: true, rows: .max).options.labelSmoothing ?? 0) in cross-entropy but by lbfgs, else 0).",
      valueName: "share"))
  var labelSmoothing: Real?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "shift:N: shift square images by up to N pixels at random in each epoch; none (default: none).",
      valueName: "way"))
  var augment: Augmentation?

  @Option(
    name: .long,
    help: ArgumentHelp("Train so many networks from different weights and average them (default: 1).", valueName: "n"))
  var ensemble: Count?

  @Option(
    name: .customLong("scale"),
    help: ArgumentHelp(
      "How numbers are standardized: columns, common (one mean and variance for all), none; auto takes common where columns share one scale, such as pixels (default: \(Training().scaling.rawValue)).",
      valueName: "way"))
  var scaling: Scaling?

  func validate() throws {
    let positive = [("--lr", lr), ("--clip-norm", clipNorm)]
    for case (let flag, let value?) in positive where !(value.value > 0) {
      throw ValidationError("\(flag) is positive; it is \(Numbers.exact(value.value))")
    }
    let notNegative = [("--weight-decay", weightDecay), ("--l1", l1), ("--l2", l2)]
    for case (let flag, let value?) in notNegative where value.value < 0 {
      throw ValidationError("\(flag) is not negative; it is \(Numbers.exact(value.value))")
    }
    let shares = [
      ("--momentum", momentum), ("--beta1", beta1), ("--beta2", beta2), ("--label-smoothing", labelSmoothing),
    ]
    for case (let flag, let value?) in shares where !(0..<1).contains(value.value) {
      throw ValidationError("\(flag) lies from 0 to below 1; it is \(Numbers.exact(value.value))")
    }
    for case (let flag, let value?) in [("--batch", batch), ("--epochs", epochs), ("--ensemble", ensemble)]
    where value.value < 1 {
      throw ValidationError("\(flag) is at least 1; it is \(value.value)")
    }
  }

  /// **Throws**: status 64 if a flag has no meaning for the optimizer.
  func check(_ used: Optimizer) throws(Failure) {
    let meanings: [(flag: String, isGiven: Bool, of: [Optimizer])] = [
      ("--momentum", momentum != nil, [.momentum, .nesterov]), ("--beta1", beta1 != nil, [.adam, .adamw]),
      ("--beta2", beta2 != nil, [.adam, .adamw, .rmsprop]), ("--weight-decay", weightDecay != nil, [.adamw]),
      ("--lr", lr != nil, Optimizer.allCases.filter { $0 != .lbfgs }),
      ("--batch", batch != nil, Optimizer.allCases.filter { $0 != .lbfgs }),
      ("--schedule", schedule != nil, Optimizer.allCases.filter { $0 != .lbfgs }),
      ("--warmup", warmup != nil, Optimizer.allCases.filter { $0 != .lbfgs }),
      ("--clip-norm", clipNorm != nil, Optimizer.allCases.filter { $0 != .lbfgs }),
    ]
    for meaning in meanings where meaning.isGiven && !meaning.of.contains(used) {
      throw Failure(
        .usage, "\(meaning.flag) has no meaning for the optimizer \(used.rawValue)",
        mend: "--optimizer \(meaning.of[0].rawValue)")
    }
  }

  /// Writes what is given over the options.
  func apply(to training: inout Training) {
    if let ensemble { training.ensemble = ensemble.value }
    if let scaling { training.scaling = scaling }
    // A rate of a preset belongs to its optimizer.
    if let optimizer, optimizer != training.options.optimizer {
      training.options.optimizer = optimizer
      training.options.rate = nil
    }
    if let lr { training.options.rate = lr.value }
    if let momentum { training.options.momentum = momentum.value }
    if let beta1 { training.options.beta1 = beta1.value }
    if let beta2 { training.options.beta2 = beta2.value }
    if let weightDecay { training.options.weightDecay = weightDecay.value }
    if let l2 { training.options.l2 = l2.value }
    if let l1 { training.options.l1 = l1.value }
    if let clipNorm { training.options.clipNorm = clipNorm.value }
    if let schedule { training.options.schedule = schedule }
    if let warmup { training.options.warmup = warmup.value }
    if let batch { training.options.batch = batch.value }
    if let epochs { training.options.epochs = epochs.value }
    if let time { training.options.time = time.value }
    if let seed { training.options.seed = UInt64(seed.value) }
    if let precision { training.options.precision = precision }
    if let classWeight { training.options.classWeights = classWeight }
    if let labelSmoothing { training.options.labelSmoothing = labelSmoothing.value }
    if let augment { training.options.shift = augment.shift }
    // Who sets what methods of first order have wants one of them.
    let isOfFirstOrder =
      [lr, momentum, beta1, beta2, weightDecay, clipNorm].contains { $0 != nil } || schedule != nil || warmup != nil
      || batch != nil
    if training.options.optimizer == nil && isOfFirstOrder { training.options.optimizer = .adam }
  }
}

extension Optimizer: ExpressibleByArgument {}
extension Schedule: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension Scaling: ExpressibleByArgument {}
extension TrainingOptions.ClassWeights: ExpressibleByArgument {}

/// `5%` or `0.05`.
struct Share: ExpressibleByArgument, Equatable {
  let value: Double

  init?(argument: String) {
    let isPercent = argument.hasSuffix("%")
    guard let number = Real(argument: isPercent ? String(argument.dropLast()) : argument) else { return nil }
    value = isPercent ? number.value / 100 : number.value
    guard (0...1).contains(value) else { return nil }
  }
}

/// `90`, `60s`, `5m` or `2h`, in seconds.
struct Seconds: ExpressibleByArgument, Equatable {
  let value: Double

  init?(argument: String) {
    let factors: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    let factor = argument.last.flatMap { factors[$0] }
    guard let number = Real(argument: factor == nil ? argument : String(argument.dropLast())), number.value > 0 else {
      return nil
    }
    value = number.value * (factor ?? 1)
  }
}

/// `shift:1` or `none`.
struct Augmentation: ExpressibleByArgument, Equatable {
  /// Pixels.
  let shift: Int

  init?(argument: String) {
    if argument == "none" {
      shift = 0
      return
    }
    guard argument.hasPrefix("shift:"), let pixels = Int(argument.dropFirst("shift:".count)), (0...16).contains(pixels)
    else { return nil }
    shift = pixels
  }
}
