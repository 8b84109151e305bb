// Structures without a closed form, as formulas: their texts, constants and first guesses.
import MatDeriv
import RealModule

extension CovarianceFormula {
  /// Each column its own variance, one correlation: `D ((1 - r) I + r 1 1') D`, with r above -1/(d - 1).
  public static func heterogeneousCompoundSymmetry(dimension d: Int) -> CovarianceFormula {
    let least = d > 1 ? -1 / Double(d - 1) : -1
    return CovarianceFormula(
      "diag(exp(p))*((1 - r)*eye(d) + r*ones(d,d))*diag(exp(p)) where r = \(least) + \(1 - least)*sigmoid(z)",
      ["p: vector(d)", "z: scalar"], data: [:], scaling: .byColumn
    ) { s in
      let r = meanCorrelation(s)
      let share = min(max((r - least) / (1 - least), 0.01), 0.99)
      return [["p": logDeviations(s), "z": [[Double.log(share / (1 - share))]]]]
    }
  }

  /// One variance, correlations `r^|i-j|`.
  public static func autoregressive(dimension d: Int) -> CovarianceFormula {
    CovarianceFormula(
      "exp(2*v)*(\(lagSum(d))) where r = tanh(z)", ["v: scalar", "z: scalar"] + lagDeclarations(d), data: lags(d),
      scaling: .common
    ) { s in
      [["v": [[0.5 * Double.log(s.trace / Double(s.rows))]], "z": [[lagOneAngle(s)]]]]
    }
  }

  /// Each column its own variance, correlations `r^|i-j|`.
  public static func heterogeneousAutoregressive(dimension d: Int) -> CovarianceFormula {
    CovarianceFormula(
      "diag(exp(p))*(\(lagSum(d)))*diag(exp(p)) where r = tanh(z)", ["p: vector(d)", "z: scalar"] + lagDeclarations(d),
      data: lags(d), scaling: .byColumn
    ) { s in [["p": logDeviations(s), "z": [[lagOneAngle(s)]]]] }
  }

  /// A covariance whose entries are equal where `pattern` is equal, and zero where it is negative: `unvec(A*t)`.
  ///
  /// **Source**: T. W. Anderson, Asymptotically efficient estimation of covariance matrices with linear structure, Ann. Stat. 1 (1973).
  static func linear(
    dimension d: Int, scaling: Scaling, pattern: (_ row: Int, _ column: Int) -> Int
  ) -> CovarianceFormula {
    var numbers: [Int] = []
    for j in 0..<d { for i in j..<d { numbers.append(pattern(i, j)) } }
    let kinds = Array(Set(numbers.filter { $0 >= 0 })).sorted()
    let place = Dictionary(uniqueKeysWithValues: kinds.enumerated().map { ($1, $0) })
    var a = Matrix<Double>(rows: d * d, columns: kinds.count, repeating: 0)
    for j in 0..<d {
      for i in 0..<d { if let q = place[pattern(max(i, j), min(i, j))] { a[i + j * d, q] = 1 } }
    }
    let places = a
    return CovarianceFormula(
      "unvec(A*t, d, d)", ["A: matrix(d*d,q)", "t: vector(q)"], data: ["A": a], scaling: scaling
    ) { s in
      // The mean of the entries that are one parameter; and without what stands beside the diagonal, which is always definite.
      func start(_ keepsOff: Bool) -> [String: Matrix<Double>] {
        var t = Matrix<Double>(rows: places.columns, columns: 1, repeating: 0)
        for q in 0..<places.columns {
          var (sum, count) = (0.0, 0.0)
          for j in 0..<d {
            for i in 0..<d where places[i + j * d, q] != 0 {
              sum += i == j || keepsOff ? s[max(i, j), min(i, j)] : 0
              count += 1
            }
          }
          t[q, 0] = sum / count
        }
        return ["t": t]
      }
      return [start(true), start(false)]
    }
  }

  /// One covariance for each distance of columns.
  public static func toeplitz(dimension d: Int) -> CovarianceFormula {
    linear(dimension: d, scaling: .common) { i, j in i - j }
  }

  /// Free up to `width` places from the diagonal, zero beyond.
  public static func banded(_ width: Int, dimension d: Int) -> CovarianceFormula {
    linear(dimension: d, scaling: .byColumn) { i, j in i - j <= width ? i + j * d : -1 }
  }

  /// Free within each block of columns, zero between blocks.
  public static func blocks(_ block: [Int]) -> CovarianceFormula {
    let d = block.count
    return linear(dimension: d, scaling: .byColumn) { i, j in block[i] == block[j] ? i + j * d : -1 }
  }

  /// Free where the pattern is not zero.
  public static func zeros(_ pattern: Matrix<Double>) -> CovarianceFormula {
    let d = pattern.rows
    return linear(dimension: d, scaling: .byColumn) { i, j in i == j || pattern[i, j] != 0 ? i + j * d : -1 }
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
    // The free entries of B, by columns.
    var entries: [Int] = []
    for j in 0..<k { for i in j..<d { entries.append(i + j * d) } }
    var a = Matrix<Double>(rows: d * k, columns: entries.count, repeating: 0)
    for (q, entry) in entries.enumerated() { a[entry, q] = 1 }
    let free = entries
    return CovarianceFormula(
      "B*B' + \(specific) where B = unvec(A*t, d, \(k))", ["A: matrix(d*\(k),q)", "t: vector(q)", declaration],
      data: ["A": a], scaling: scaling
    ) { s in
      // Principal axes shrunk to several communalities, rotated to the triangular form.
      guard let eigen = try? SymmetricEigen(s) else { return [] }
      return [1.0, 0.7, 0.4].map { share in
        let axes = Matrix<Double>(rows: d, columns: k) { i, j in
          let rank = d - 1 - j
          return (share * max(eigen.values[rank], 0)).squareRoot() * eigen.vectors[i, rank]
        }
        let triangular = lowerTrapezoid(axes)
        let loadings = Matrix(column: free.map { triangular.columnMajor[$0] })
        return ["t": loadings, "p": variances(s, triangular)]
      }
    }
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

  /// `eye(d) + r*T1 + r^2*T2 + ...`
  private static func lagSum(_ d: Int) -> String {
    (["eye(d)"] + (1..<max(d, 1)).map { $0 == 1 ? "r*T1" : "r^\($0)*T\($0)" }).joined(separator: " + ")
  }

  private static func lagDeclarations(_ d: Int) -> [String] { (1..<max(d, 1)).map { "T\($0): symmetric(d)" } }

  /// Ones at distance k from the diagonal.
  private static func lags(_ d: Int) -> [String: Matrix<Double>] {
    var result: [String: Matrix<Double>] = [:]
    for k in 1..<max(d, 1) { result["T\(k)"] = Matrix(rows: d, columns: d) { abs($0 - $1) == k ? 1 : 0 } }
    return result
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
