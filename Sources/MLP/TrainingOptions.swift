// The settings of training, each with its default: what the command line sets, what a model keeps.
import JSONText
import MatDeriv
import RealModule

/// The method by which parameters move.
public enum Optimizer: String, Sendable, CaseIterable {
  case sgd, momentum, nesterov, rmsprop, adam, adamw
  /// All rows at once, in double precision.
  case lbfgs

  /// The step that is used where none is given.
  public var usualRate: Double {
    switch self {
    case .sgd: 0.1
    case .momentum, .nesterov: 0.01
    case .rmsprop, .adam, .adamw: 1e-3
    case .lbfgs: 1
    }
  }
}

/// How the rate changes in the course of training; each may follow a warm-up.
public enum Schedule: String, Sendable, CaseIterable {
  case constant
  /// From the full rate to zero along half a cosine.
  case cosine
  case linear
  /// A tenth after half of the steps, a hundredth after three quarters.
  case step
  /// To a hundredth, by equal factors.
  case exponential
  /// 1/(1 + 9t): to a tenth.
  case inverse
  /// (1 - cos(2 pi log2(1 + 15t)))/2: four cycles. **Source**: Holzmueller et al., NeurIPS 2024.
  case coslog4
  /// Half, whenever five epochs have brought no better validation loss.
  case plateau

  /// The factor of the rate after a share t of all steps, 0 <= t <= 1.
  func factor(_ t: Double) -> Double {
    switch self {
    case .constant, .plateau: 1
    case .cosine: 0.5 * (1 + Double.cos(.pi * t))
    case .linear: 1 - t
    case .step: t < 0.5 ? 1 : t < 0.75 ? 0.1 : 0.01
    case .exponential: Double.exp(-t * 4.605170185988092)
    case .inverse: 1 / (1 + 9 * t)
    case .coslog4: 0.5 * (1 - Double.cos(2 * .pi * Double.log2(1 + 15 * t)))
    }
  }
}

/// What decides which epoch is the best.
public enum Monitor: String, Sendable, CaseIterable {
  case validationLoss = "val_loss"
  /// Accuracy of classes, R2 of numbers.
  case validationScore = "val_score"
  case trainingLoss = "loss"

  /// What an epoch is worth, less being better.
  func cost(_ epoch: TrainingRecord.Epoch) -> Double {
    switch self {
    case .validationLoss: epoch.validationLoss ?? epoch.loss
    case .validationScore: epoch.validationScore.map { -$0 } ?? epoch.loss
    case .trainingLoss: epoch.loss
    }
  }
}

/// How a network is trained.
public struct TrainingOptions: Sendable, Equatable {
  /// Nil for L-BFGS of few rows, Adam of more.
  public var optimizer: Optimizer?
  /// The step; nil for the optimizer's usual one.
  public var rate: Double?
  public var momentum = 0.9
  /// The decay of Adam's first moment.
  public var beta1 = 0.9
  /// The decay of the second moment; nil for 0.999 of Adam and 0.99 of RMSprop, which does not correct for its start.
  public var beta2: Double?
  /// What AdamW takes off a weight at each step, times the rate.
  public var weightDecay = 0.01
  /// Penalties l2/2*sum(W.^2) + l1*sum(abs(W)) on the weights of all layers, added to the mean loss of a sample, whatever the batch.
  ///
  /// Nil for 0.01 with L-BFGS, 0 with others.
  public var l2: Double?
  public var l1 = 0.0
  /// The largest norm of a gradient; longer ones are scaled to it.
  public var clipNorm: Double?
  public var schedule: Schedule = .constant
  /// The share of all steps in which the rate grows from zero.
  public var warmup = 0.0
  /// Samples of a step.
  public var batch = 32
  public var epochs = 100
  /// Seconds after which the epoch is the last.
  public var time: Double?
  /// Epochs without a better value of the monitor after which training ends; nil for never.
  public var patience: Int? = 10
  /// By how much a value must be better to count.
  public var minDelta = 0.0
  public var monitor: Monitor = .validationLoss
  public var seed: UInt64 = 42
  public var threads = 1
  public var precision: Precision = .single
  public var initializer: Initializer = .automatic
  /// The share of a class's one that is spread over all classes, in cross-entropy; nil for a tenth of classes, nothing of numbers.
  public var labelSmoothing: Double?
  /// Whether classes count by the inverse of their share of rows.
  public var classWeights: ClassWeights = .equal
  /// Pixels by which square images are shifted at random; 0 for none.
  public var shift = 0

  /// How the rows of a class count.
  public enum ClassWeights: String, Sendable, CaseIterable {
    case equal, balanced
  }

  public init() {}

  /// The decay of the second moment that is used.
  public var usedBeta2: Double { beta2 ?? (optimizer == .rmsprop ? 0.99 : 0.999) }
  /// The optimizer, Adam where none was chosen.
  public var usedOptimizer: Optimizer { optimizer ?? .adam }
  /// The step that is used.
  public var usedRate: Double { rate ?? usedOptimizer.usualRate }

  /// The rule of a method of first order.
  var rule: any UpdateRule {
    let rate = usedRate
    switch usedOptimizer {
    case .sgd: return GradientDescent(rate: rate)
    case .momentum: return Momentum(rate: rate, momentum: momentum)
    case .nesterov: return Nesterov(rate: rate, momentum: momentum)
    case .rmsprop: return RMSprop(rate: rate, decay: usedBeta2)
    case .adam: return Adam(rate: rate, decays: (beta1, usedBeta2))
    case .adamw: return AdamW(rate: rate, decays: (beta1, usedBeta2), weightDecay: weightDecay)
    case .lbfgs: fatalError("L-BFGS is no rule of first order")
    }
  }

  /// The settings as a model keeps them.
  public var settings: [(name: String, value: JSON)] {
    [
      ("optimizer", (optimizer?.rawValue).map(JSON.string) ?? .null), ("lr", .number(usedRate)),
      ("momentum", .number(momentum)),
      ("beta1", .number(beta1)), ("beta2", .number(usedBeta2)), ("weightDecay", .number(weightDecay)),
      ("l2", l2.map(JSON.number) ?? .null), ("l1", .number(l1)), ("clipNorm", clipNorm.map(JSON.number) ?? .null),
      ("schedule", .string(schedule.rawValue)), ("warmup", .number(warmup)), ("batch", .integer(batch)),
      ("epochs", .integer(epochs)), ("time", time.map(JSON.number) ?? .null),
      ("patience", patience.map(JSON.integer) ?? .null), ("minDelta", .number(minDelta)),
      ("monitor", .string(monitor.rawValue)), ("seed", .string(String(seed))),
      ("precision", .string(precision.rawValue)), ("init", .string(initializer.name)),
      ("labelSmoothing", labelSmoothing.map(JSON.number) ?? .null), ("classWeights", .string(classWeights.rawValue)),
      ("shift", .integer(shift)),
    ]
  }
}
