// Structures without a closed form, as formulas: their texts, constants and first guesses.
import MatDeriv
import RealModule

extension CovarianceFormula {
  /// Each column its own variance, one correlation: `D ((1 - r) I + r 1 1') D`, with r above -1/(d - 1). Of one column its variance.
  public static func heterogeneousCompoundSymmetry(dimension d: Int) -> CovarianceFormula {
    guard d > 1 else { return variance }
    let least = -1 / Double(d - 1)
    return CovarianceFormula(
      "diag(exp(p))*((1 - r)*eye(d) + r*ones(d,d))*diag(exp(p)) where r = \(least) + \(1 - least)*sigmoid(z)",
      ["p: vector(d)", "z: scalar"], data: [:], scaling: .byColumn
    ) { s in
      let r = meanCorrelation(s)
      let share = min(max((r - least) / (1 - least), 0.01), 0.99)
      return [["p": logDeviations(s), "z": [[Double.log(share / (1 - share))]]]]
    }
  }

  /// One variance, correlations `r^|i-j|`. Of one column its variance.
  public static func autoregressive(dimension d: Int) -> CovarianceFormula {
    guard d > 1 else { return variance }
    return CovarianceFormula(
      "exp(2*v)*(1 - r^2)*inv(eye(d) + r^2*M - r*T) where r = tanh(z)", ["v: scalar", "z: scalar"] + neighbours,
      data: neighbourData(d), scaling: .common
    ) { s in
      [["v": [[0.5 * Double.log(s.trace / Double(s.rows))]], "z": [[lagOneAngle(s)]]]]
    }
  }

  /// Each column its own variance, correlations `r^|i-j|`. Of one column its variance.
  public static func heterogeneousAutoregressive(dimension d: Int) -> CovarianceFormula {
    guard d > 1 else { return variance }
    return CovarianceFormula(
      "(1 - r^2)*diag(exp(p))*inv(eye(d) + r^2*M - r*T)*diag(exp(p)) where r = tanh(z)",
      ["p: vector(d)", "z: scalar"] + neighbours, data: neighbourData(d), scaling: .byColumn
    ) { s in [["p": logDeviations(s), "z": [[lagOneAngle(s)]]]] }
  }

  /// One variance for all columns.
  private static var variance: CovarianceFormula {
    CovarianceFormula("exp(2*v)*eye(d)", ["v: scalar"], data: [:], scaling: .common) { s in
      [["v": [[0.5 * Double.log(s.trace / Double(s.rows))]]]]
    }
  }

  /// One covariance for each distance of columns.
  public static func toeplitz(dimension d: Int) -> CovarianceFormula {
    CovarianceFormula("toeplitz(t)", ["t: vector(d)"], data: [:], scaling: .common) { s in
      // The means along the diagonals; and without what stands beside the diagonal, which is always definite.
      let means = (0..<d).map { lag in (0..<(d - lag)).reduce(0) { $0 + s[$1 + lag, $1] } / Double(d - lag) }
      return [["t": Matrix(column: means)], ["t": Matrix(column: means.enumerated().map { $0 == 0 ? $1 : 0 })]]
    }
  }

  /// Free up to `width` places from the diagonal, zero beyond.
  public static func banded(_ width: Int, dimension d: Int) -> CovarianceFormula {
    patterned(Matrix(rows: d, columns: d) { abs($0 - $1) <= width ? 1 : 0 })
  }

  /// Free within each block of columns, zero between blocks; the block of each column by its number.
  public static func blocks(_ block: [Int]) -> CovarianceFormula {
    let d = block.count
    var formula = patterned(Matrix(rows: d, columns: d) { block[$0] == block[$1] ? 1 : 0 })
    formula.blocks = Set(block).sorted().map { number in block.indices.filter { block[$0] == number } }
    return formula
  }

  /// Free where the pattern is not zero, and on the diagonal.
  ///
  /// **Shapes**: square and symmetric; the lower triangle is read.
  public static func zeros(_ pattern: Matrix<Double>) -> CovarianceFormula {
    patterned(
      Matrix(rows: pattern.rows, columns: pattern.rows) { i, j in
        i == j || pattern[max(i, j), min(i, j)] != 0 ? 1 : 0
      })
  }

  /// Entries that are free where the pattern has a one.
  ///
  /// **Source**: T. W. Anderson, Asymptotically efficient estimation of covariance matrices with linear structure, Ann. Stat. 1 (1973).
  private static func patterned(_ pattern: Matrix<Double>) -> CovarianceFormula {
    let d = pattern.rows
    var formula = CovarianceFormula(
      "M.*S", ["M: symmetric(d)", "S: symmetric(d)"], data: ["M": pattern], scaling: .byColumn
    ) { s in
      // The sample's own entries; and without what stands beside the diagonal, which is always definite.
      let own = Matrix<Double>(rows: d, columns: d) { i, j in pattern[i, j] * s[max(i, j), min(i, j)] }
      return [["S": own], ["S": .diagonal(s.diagonal)]]
    }
    formula.patterns = ["S": pattern]
    return formula
  }

  /// `k` common factors and a variance of its own for each column: `B B' + diag(exp(p))`, B without what stands above its diagonal, since a
  /// rotation of the factors changes nothing.
  public static func factors(_ k: Int, dimension d: Int) -> CovarianceFormula {
    factorFormula(k, d, specific: "diag(exp(p))", "p: vector(d)", scaling: .byColumn) { s, loadings in
      Matrix(rows: d, columns: 1) { i, _ in
        let common = (0..<k).reduce(0) { $0 + loadings[i, $1] * loadings[i, $1] }
        return Double.log(max(s[i, i] - common, 0.05 * s[i, i]))
      }
    }
  }

  /// The same with one variance for all columns: probabilistic principal components.
  public static func principalComponents(_ k: Int, dimension d: Int) -> CovarianceFormula {
    factorFormula(k, d, specific: "exp(p)*eye(d)", "p: scalar", scaling: .common) { s, loadings in
      let common = loadings.columnMajor.reduce(0) { $0 + $1 * $1 }
      return [[Double.log(max((s.trace - common) / Double(d), 1e-3 * s.trace / Double(d)))]]
    }
  }

  private static func factorFormula(
    _ k: Int, _ d: Int, specific: String, _ declaration: String, scaling: Scaling,
    _ variances: @escaping @Sendable (Matrix<Double>, Matrix<Double>) -> Matrix<Double>
  ) -> CovarianceFormula {
    var formula = CovarianceFormula(
      "B*B' + \(specific)", ["B: matrix(d,\(k))", declaration], data: [:], scaling: scaling
    ) { s in
      guard let eigen = try? SymmetricEigen(s) else { return [] }
      // The closed form of principal components: what exceeds the mean of the small eigenvalues.
      // Besides, principal axes shrunk to several communalities.
      let noise = eigen.values[..<(d - k)].reduce(0, +) / Double(d - k)
      return [nil, 0.7, 0.4].map { (share: Double?) in
        let axes = Matrix<Double>(rows: d, columns: k) { i, j in
          let value = eigen.values[d - 1 - j]
          return max(share.map { $0 * value } ?? value - noise, 0).squareRoot() * eigen.vectors[i, d - 1 - j]
        }
        let triangular = lowerTrapezoid(axes)
        return ["B": triangular, "p": variances(s, triangular)]
      }
    }
    formula.patterns = ["B": Matrix(rows: d, columns: k) { $0 >= $1 ? 1 : 0 }]
    return formula
  }

  /// X Q with Q orthogonal, such that nothing stands above the diagonal.
  private static func lowerTrapezoid(_ x: Matrix<Double>) -> Matrix<Double> {
    let k = x.columns
    let head = Matrix<Double>(rows: k, columns: k) { i, j in x[j, i] }
    guard let qr = try? QR(head), let q = try? qr.q else { return x }
    let rotated = x * q
    return Matrix(rows: x.rows, columns: k) { i, j in j > i ? 0 : rotated[i, j] }
  }

  // MARK: Lags

  // The inverse of the correlations r^|i-j| is (I + r^2 M - r T) / (1 - r^2): M has ones on the diagonal but for both ends, T beside it.
  private static let neighbours = ["M: diagonal(d)", "T: symmetric(d)"]

  private static func neighbourData(_ d: Int) -> [String: Matrix<Double>] {
    [
      "M": Matrix(rows: d, columns: d) { $0 == $1 && $0 > 0 && $0 < d - 1 ? 1 : 0 },
      "T": Matrix(rows: d, columns: d) { abs($0 - $1) == 1 ? 1 : 0 },
    ]
  }

  /// The angle whose hyperbolic tangent is the mean correlation of neighbours.
  private static func lagOneAngle(_ s: Matrix<Double>) -> Double {
    let d = s.rows
    guard d > 1 else { return 0 }
    let sum = (1..<d).reduce(0.0) { $0 + s[$1, $1 - 1] / (s[$1, $1] * s[$1 - 1, $1 - 1]).squareRoot() }
    return Double.atanh(min(max(sum / Double(d - 1), -0.95), 0.95))
  }

  private static func logDeviations(_ s: Matrix<Double>) -> Matrix<Double> {
    Matrix(column: s.diagonal.map { 0.5 * Double.log($0) })
  }

  private static func meanCorrelation(_ s: Matrix<Double>) -> Double {
    let d = s.rows
    guard d > 1 else { return 0 }
    var sum = 0.0
    for j in 0..<d { for i in (j + 1)..<max(d, j + 1) { sum += s[i, j] / (s[i, i] * s[j, j]).squareRoot() } }
    return sum / (Double(d) * Double(d - 1) / 2)
  }
}
