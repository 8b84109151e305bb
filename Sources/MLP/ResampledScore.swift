// The mean of scores of folds with an interval that knows that folds share their rows.
import CKernels

/// The mean of scores that were found by training and judging on parts of one table.
public struct ResampledScore: Sendable {
  /// One score for each fold of each repetition.
  public let scores: [Double]
  /// Rows that judge over rows that train.
  public let testShare: Double

  /// **Domain**: at least two scores.
  public init(_ scores: [Double], testShare: Double) {
    precondition(scores.count >= 2, "an interval needs two scores; there is \(scores.count)")
    self.scores = scores
    self.testShare = testShare
  }

  public var mean: Double { scores.reduce(0, +) / Double(scores.count) }

  /// The root of s^2*(1/J + n_test/n_train), with s^2 the variance of J scores, divisor J - 1.
  ///
  /// **Source**: Nadeau, Bengio, Inference for the generalization error, Machine Learning 52 (2003) 239, section 3.
  public var standardError: Double {
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(scores.count - 1) * (1 / Double(scores.count) + testShare)).squareRoot()
  }

  /// The interval by Student's t with J - 1 degrees of freedom.
  public func interval(level: Double = 0.95) -> (low: Double, high: Double) {
    let half = ck_student_t_quantile(Double(scores.count - 1), 0.5 + level / 2) * standardError
    return (mean - half, mean + half)
  }
}
