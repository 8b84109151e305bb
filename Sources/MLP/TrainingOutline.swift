// What a training will do, before it begins: the network that follows from the table, how its columns are read, what it takes.
import MatDeriv

/// A training as it stands before its first step.
public struct TrainingOutline: Sendable {
  public let network: Network
  /// How columns are scaled: never `automatic`.
  public let scaling: Scaling
  /// Columns with one value in all rows of training.
  public let constantColumns: [String]
  /// Columns with missing cells, and how many.
  public let incompleteColumns: [(name: String, missing: Int)]
  /// Bytes of parameters, gradient, memory of the optimizer, activations of a batch, and of the table.
  public let bytes: Int
  /// Floating-point operations of the products of an epoch.
  public let flops: Double
}

extension Training {
  /// What the training of a table will be.
  ///
  /// **Throws**: what ``run(on:split:checkpoints:report:)`` throws before its first step. **Cost**: two passes over the table.
  public func outline(_ table: Table, split: Split) throws(MLPError) -> TrainingOutline {
    let (network, fit, _) = try prepared(table, split)
    let isFullBatch = options.usedOptimizer == .lbfgs
    let size = options.precision == .double || isFullBatch ? 8 : 4
    let neurons = network.inputs + network.hidden.reduce(0) { $0 + 2 * $1.width } + 3 * network.outputs
    let batch = isFullBatch ? split.training.count : min(options.batch, split.training.count)
    // Parameters, gradient, those of the best epoch, and what the method remembers; L-BFGS ten pairs of vectors.
    let vectors =
      switch options.usedOptimizer {
      case .sgd: 3
      case .momentum, .nesterov, .rmsprop: 4
      case .adam, .adamw: 5
      case .lbfgs: 23
      }
    return TrainingOutline(
      network: network, scaling: fit.scaling, constantColumns: fit.constant, incompleteColumns: fit.incomplete,
      bytes: size * (vectors * network.parameterCount + neurons * batch) + 4 * table.rows * table.columns.count,
      flops: network.trainingFlops * Double(split.training.count))
  }
}
