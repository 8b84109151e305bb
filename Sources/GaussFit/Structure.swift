// The forms that a covariance may be required to have. All that distinguishes one from another stands in this file:
// its closed-form estimate, its parameters, the standard errors of its entries and the degrees of freedom of a variance.
import MatDeriv

/// A family of covariance matrices with a closed-form maximum-likelihood estimate.
///
/// The raw values are the words of the command line and of reports.
public enum Structure: String, Sendable, CaseIterable {
  /// Any positive definite matrix.
  case full
  /// Independent columns, each with its own variance.
  case diagonal = "diag"
  /// Independent columns of one variance.
  case spherical
  /// One variance and one correlation: `s^2 ((1 - r) I + r 1 1')`.
  case compoundSymmetry = "cs"
}

extension Structure {
  /// Free parameters of the covariance of `dimension` columns.
  public func covarianceParameters(dimension d: Int) -> Int {
    switch self {
    case .full: d * (d + 1) / 2
    case .diagonal: d
    case .spherical: 1
    case .compoundSymmetry: min(d, 2)
    }
  }

  /// The maximum-likelihood estimate in this family from the covariance of the sample, divisor n.
  ///
  /// For each family the trace of `inv(estimate) * sample` is d.
  func estimate(from sample: Matrix<Double>) -> Matrix<Double> {
    let d = sample.rows
    switch self {
    case .full: return sample
    case .diagonal: return .diagonal(sample.diagonal)
    case .spherical: return .diagonal(Array(repeating: sample.trace / Double(d), count: d))
    case .compoundSymmetry:
      guard d > 1 else { return sample }
      // The mean of the variances and the mean of the covariances: sufficient, since the family is the span of I and 1 1'.
      let variance = sample.trace / Double(d)
      var sum = 0.0
      for j in 0..<d { for i in (j + 1)..<max(d, j + 1) { sum += sample[i, j] } }
      let covariance = sum / (Double(d) * Double(d - 1) / 2)
      return Matrix(rows: d, columns: d) { $0 == $1 ? variance : covariance }
    }
  }

  /// Standard errors of the entries of the estimate, from the expected information of this family at the estimate.
  ///
  /// Entries that the family fixes have the standard error 0.
  /// **Source**: T. W. Anderson, An introduction to multivariate statistical analysis, 3rd ed. (2003), theorem 3.4.4:
  /// `n cov(s_ij, s_kl) = s_ik s_jl + s_il s_jk`; the others follow by averaging it over the family's equal entries.
  func standardErrors(of covariance: Matrix<Double>, sampleSize n: Double) -> Matrix<Double> {
    let d = covariance.rows
    let sd = covariance.diagonal.map { $0.squareRoot() }
    switch self {
    case .full:
      return Matrix(rows: d, columns: d) { i, j in
        // sqrt(s_ii s_jj + s_ij^2), by standard deviations and correlation so that nothing overflows
        let r = sd[i] > 0 && sd[j] > 0 ? covariance[i, j] / sd[i] / sd[j] : 0
        return sd[i] * sd[j] * ((1 + r * r) / n).squareRoot()
      }
    case .diagonal:
      return .diagonal(covariance.diagonal.map { $0 * (2 / n).squareRoot() })
    case .spherical:
      return .diagonal(covariance.diagonal.map { $0 * (2 / (n * Double(d))).squareRoot() })
    case .compoundSymmetry:
      let (within, between) = Self.eigenvalues(ofCompoundSymmetric: covariance)
      // The two eigenvalues are independent: var within = 2 within^2 / (n (d - 1)), var between = 2 between^2 / n.
      let m = Double(d - 1)
      let variance = Double.hypot(m.squareRoot() * within, between) * (2 / n).squareRoot() / Double(d)
      let off = d == 1 ? 0 : Double.hypot(within / m.squareRoot(), between) * (2 / n).squareRoot() / Double(d)
      return Matrix(rows: d, columns: d) { $0 == $1 ? variance : off }
    }
  }

  /// Degrees of freedom of the estimate of one variance, when `degrees` is that of a single column.
  ///
  /// For compound symmetry, whose variance is a sum of two chi-squares, Satterthwaite's approximation.
  func varianceDegrees(of covariance: Matrix<Double>, columnDegrees degrees: Double) -> Double {
    switch self {
    case .full, .diagonal: return degrees
    case .spherical: return degrees * Double(covariance.rows)
    case .compoundSymmetry:
      let (within, between) = Self.eigenvalues(ofCompoundSymmetric: covariance)
      let m = Double(covariance.rows - 1)
      // (m w + b)^2 / (m w^2 + b^2), by ratios so that nothing overflows; either may be 0 before a ridge is added
      let largest = max(abs(within), abs(between))
      guard largest > 0 else { return degrees }
      let (w, b) = (within / largest, between / largest)
      return degrees * (m * w + b) * (m * w + b) / (m * w * w + b * b)
    }
  }

  /// The eigenvalues of `s^2 ((1 - r) I + r 1 1')`: `s^2 (1 - r)`, d - 1 times, and `s^2 (1 + (d - 1) r)`, once.
  static func eigenvalues(ofCompoundSymmetric matrix: Matrix<Double>) -> (within: Double, between: Double) {
    let d = matrix.rows
    guard d > 1 else { return (0, matrix[0, 0]) }
    return (matrix[0, 0] - matrix[1, 0], matrix[0, 0] + Double(d - 1) * matrix[1, 0])
  }
}
