// Squared Mahalanobis distances of the rows and the law they should follow: the numbers of a quantile-quantile plot.
import MatDeriv

/// The law that squared Mahalanobis distances of normal rows are compared with.
public enum DistanceLaw: String, Sendable {
  /// Chi-square with d degrees of freedom: of the true mean and covariance, and in the limit of the estimated ones.
  case chiSquare
  /// `(n - 1)^2 / n` times beta with d / 2 and (n - d - 1) / 2: exact for the estimated mean and covariance.
  case beta
}

/// One point of a quantile-quantile plot.
public struct DistanceQuantile: Sendable, Equatable {
  /// Index of the row, counted from 0.
  public let row: Int
  /// Its squared Mahalanobis distance, with the covariance of divisor n - 1.
  public let squaredDistance: Double
  /// The quantile of the law at the plotting position (rank - 1/2) / n.
  public let quantile: Double
}

extension Normality {
  /// The squared Mahalanobis distance of each row from the mean, with the covariance of divisor n - 1.
  ///
  /// **Cost**: 2 n d^2.
  public func squaredDistances() -> [Double] {
    let (n, d, run) = (rows, dimension, 512)
    let unbiased = Double(n - 1) / Double(n)
    var squares = [Double](repeating: 0, count: n)
    withTemporary(2 * run * d) { room in
      let z = room + run * d
      for start in stride(from: 0, to: n, by: run) {
        let range = start..<min(start + run, n)
        standardized.whitened(range, scratch: room, into: z)
        for j in 0..<d {
          for i in range {
            let value = z[i - start + j * range.count]
            squares[i] += value * value
          }
        }
        for i in range { squares[i] *= unbiased }
      }
    }
    return squares
  }

  /// The squared distances in ascending order, each beside the quantile that a normal sample would have there.
  ///
  /// **Throws**: `testUndefined` for the beta law unless n > d + 1. **Cost**: n log n, and n quantiles.
  /// **Source**: R. Gnanadesikan, J. R. Kettenring, Robust estimates, residuals, and outlier detection with multiresponse data,
  /// Biometrics 28 (1972).
  public func distanceQuantiles(_ law: DistanceLaw = .chiSquare) throws(GaussFitError) -> [DistanceQuantile] {
    let distribution = try DistanceDistribution(law, self)
    let distances = squaredDistances()
    let order = distances.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }
    return order.enumerated().map { rank, row in
      DistanceQuantile(
        row: row, squaredDistance: distances[row],
        quantile: distribution.quantile((Double(rank) + 0.5) / Double(rows)))
    }
  }
}

/// The law of squared distances, divisor n - 1, for a number of rows and columns.
enum DistanceDistribution: Sendable {
  case chiSquare(ChiSquare)
  case beta(Beta, scale: Double)

  init(_ law: DistanceLaw, _ sample: Normality) throws(GaussFitError) {
    let (n, d) = (Double(sample.rows), Double(sample.dimension))
    switch law {
    case .chiSquare: self = .chiSquare(ChiSquare(degreesOfFreedom: d))
    case .beta:
      guard n > d + 1 else {
        throw .testUndefined(name: "distances", reason: "all distances of \(sample.rows) rows are equal")
      }
      self = .beta(Beta(d / 2, (n - d - 1) / 2), scale: (n - 1) * ((n - 1) / n))
    }
  }

  func quantile(_ p: Double) -> Double {
    switch self {
    case .chiSquare(let law): law.quantile(p)
    case .beta(let law, let scale): scale * law.quantile(p)
    }
  }

  func survival(_ x: Double) -> Double {
    switch self {
    case .chiSquare(let law): law.survival(x)
    case .beta(let law, let scale): law.survival(x / scale)
    }
  }
}
