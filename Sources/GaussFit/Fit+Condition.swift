// How ill-conditioned the fitted covariance is, as given and after scaling: the first depends on the units of the columns,
// the second is what limits the digits of the log-likelihood.
import Dispatch
import MatDeriv
import Tabular

/// Condition numbers in the 2-norm: the largest eigenvalue over the smallest.
public struct Condition: Sendable, Equatable {
  /// Of the covariance. Infinite if it exceeds the range of a double, as units 1e200 apart can make it.
  public let raw: Double
  /// Of the correlation matrix.
  public let scaled: Double
}

extension Fit {
  /// Condition numbers of the fitted covariance and of its correlation matrix.
  ///
  /// The smallest eigenvalue is taken from the inverse through the scaled factor, so that it is right to about as many
  /// digits as the scaled condition leaves, even where the raw one exceeds 1e16.
  ///
  /// **Cost**: d^2 for each step of the iteration, at most d steps and mostly far fewer; nothing when asked again.
  public var condition: Condition { keptCondition.value(computeCondition) }

  private func computeCondition() -> Condition {
    let factor = estimate.factor
    let sd = standardDeviation
    let correlation = self.correlation
    let (smallest, largest) = (sd.min()!, sd.max()!)
    // With weights at most 1 nothing over- or underflows, whatever the units.
    @Sendable func largestOfProduct(_ weights: [Double]) -> Double {
      largestEigenvalue(order: dimension) { x in
        zip(correlation * zip(x, weights).map { $0 * $1 }, weights).map { $0 * $1 }
      }
    }
    @Sendable func largestOfInverse(_ weights: [Double]) -> Double {
      largestEigenvalue(order: dimension) { x in
        zip(factor.factor.solve(zip(x, weights).map { $0 * $1 }), weights).map { $0 * $1 }
      }
    }
    let ratio = largest / smallest
    // S over its largest variance, and inv(S) times its smallest; then the same for the correlation matrix. These four
    // have nothing in common, and each is a chain of products with one vector: they run side by side.
    let extremes: [@Sendable () -> Double] = [
      { largestOfProduct(sd.map { $0 / largest }) },
      { largestOfInverse(factor.scale.map { smallest / $0 }) },
      { largestOfProduct(sd.map { _ in 1 }) },
      { largestOfInverse(zip(sd, factor.scale).map { $0 / $1 }) },
    ]
    let values = Lock([0.0, 0, 0, 0])
    let work: @Sendable (Int) -> Void = { k in
      let value = extremes[k]()
      values.withLock { $0[k] = value }
    }
    if dimension < 100 {
      extremes.indices.forEach(work)
    } else {
      DispatchQueue.concurrentPerform(iterations: extremes.count, execute: work)
    }
    let found = values.withLock { $0 }
    return Condition(raw: max(found[0] * found[1] * ratio * ratio, 1), scaled: max(found[2] * found[3], 1))
  }
}
