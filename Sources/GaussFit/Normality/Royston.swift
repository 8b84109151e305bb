// Royston's test: the W statistics of the columns, combined with an allowance for their correlation.
import MatDeriv

/// Royston's H with the column statistics that it was made from.
public struct RoystonTest: Sendable, Equatable {
  /// W of each column: Shapiro and Francia's where the kurtosis exceeds 3, else Shapiro and Wilk's.
  public let columns: [ShapiroWilk]
  /// H by chi-square with the equivalent degrees of freedom.
  public let result: TestResult
}

extension Normality {
  /// Royston's test.
  ///
  /// `H = e / d sum_j (quantile(Phi(-z_j) / 2))^2` with z_j the standard normal number of column j; chi-square with
  /// `e = d / (1 + (d - 1) c)` degrees of freedom, c the mean over all pairs of `r^5 (1 - u (1 - r)^u / v)`, r their
  /// correlation, `u = 0.715`, `v = 0.21364 + 0.015124 (log n)^2 - 0.0018034 (log n)^3`.
  ///
  /// **Throws**: `testUndefined` outside of 4 to 5000 rows. **Cost**: n d log n.
  /// **Source**: J. P. Royston, Some techniques for assessing multivariate normality based on the Shapiro-Wilk W, Appl. Stat. 32
  /// (1983), section 3; the choice of W by the kurtosis as in the R package MVN.
  public func royston() throws(GaussFitError) -> RoystonTest {
    let name = "royston"
    guard ShapiroWilk.allowedRows.contains(rows) else {
      throw .testUndefined(name: name, reason: "its approximations are for 4 to 5000 rows; there are \(rows)")
    }
    let (n, d) = (Double(rows), Double(dimension))
    let columns = (0..<dimension).map { j in
      let values = standardized.rows.column(j)
      // Deviations, so that a large offset takes no digits from the fourth power.
      let deviations = values.map { ($0 - moments.shift[j].high) / standardized.factor.scale[j] }
      let kurtosis = deviations.withUnsafeBufferPointer { SkewnessKurtosis($0).kurtosis }
      return ShapiroWilk(values, weights: kurtosis > 3 ? .shapiroFrancia : .shapiroWilk)
    }
    let x = Double.log(n)
    let (u, v) = (0.715, 0.21364 + 0.015124 * x * x - 0.0018034 * x * x * x)
    let sd = covariance.diagonal.map { $0.squareRoot() }
    var sum = 0.0
    for j in 0..<dimension {
      for i in (j + 1)..<max(dimension, j + 1) {
        let r = min(max(covariance[i, j] / sd[i] / sd[j], -1), 1)
        sum += 2 * (r * r * r * r * r) * (1 - u * Double.pow(1 - r, u) / v)
      }
    }
    let mean = dimension > 1 ? sum / (d * (d - 1)) : 0
    let equivalent = d / (1 + (d - 1) * mean)
    let h = equivalent / d * columns.reduce(0) { $0 + Self.foldedSquare($1.z) }
    return RoystonTest(columns: columns, result: .chiSquare(name, h, df: equivalent))
  }

  /// The square of the normal quantile at half the upper tail of z: chi-square with one degree of freedom.
  private static func foldedSquare(_ z: Double) -> Double {
    let tail = StandardNormal().survival(z) / 2
    // Where the tail is below all doubles: quantile(p / 2)^2 = z^2 + 2 log 2 + O(1 / z^2)
    guard tail > 0 else { return z * z + 2 * Double.log(2) }
    let quantile = StandardNormal().quantile(min(tail, 0.5))
    return quantile * quantile
  }
}
