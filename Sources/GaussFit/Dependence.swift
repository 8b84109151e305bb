// Which columns depend on which: elimination in the order of the columns on the correlation scale, each residual
// held against what rounding could have made of a zero. Slow and thorough: it runs where a fit fails or has no full rank.
import MatDeriv

/// The independent columns of a sample and how the others follow from them.
struct Dependence: Sendable {
  /// A column that is a linear combination of the independent ones before it.
  struct Combination: Sendable {
    let column: Int
    /// One coefficient, in the units of the data, for each of the independent columns before it.
    let coefficients: [Double]
    /// Variance of the residual over the variance of the column that rounding explains.
    let bound: Double
  }

  /// Indices of the independent columns, ascending; their number is the rank.
  private(set) var independent: [Int] = []
  private(set) var dependent: [Combination] = []

  /// How far the residual of each independent column lies above its bound, as a ratio.
  private var margins: [Double] = []

  /// Examines the columns `candidates` of a sample, none of them constant; `suspect` counts as dependent in any case.
  init(of sample: SampleCovariance, among candidates: [Int], suspecting suspect: Int? = nil) {
    let sd = sample.standardDeviation
    let noise = sample.noise
    let unit = sample.roundingUnit
    let capacity = min(candidates.count, max(sample.rankBound, 0))
    var rows: [[Double]] = []  // rows of L, each up to its diagonal
    for j in candidates {
      // l = inv(L) r, r the correlations with the independent columns; the residual variance is 1 - l'l.
      var l = independent.map { k in sample.matrix[j, k] / sd[j] / sd[k] }
      for (k, row) in rows.enumerated() { l[k] = (l[k] - dot(row, l, k)) / row[k] }
      let residual = 1 - dot(l, l, l.count)
      // beta = inv(L') l: the regression on the independent columns
      var beta = l
      for k in stride(from: beta.count - 1, through: 0, by: -1) {
        beta[k] /= rows[k][k]
        let value = beta[k]
        rows[k].withUnsafeBufferPointer { row in
          beta.withUnsafeMutableBufferPointer { beta in
            for m in 0..<k { beta[m] -= row[m] * value }
          }
        }
      }
      let reach = zip(beta, independent).reduce(noise[j]) { $0 + abs($1.0) * noise[$1.1] }
      // Twice the bound of the fast test, so that what that one refuses is found here.
      let bound = 2 * unit * reach * reach
      if residual > bound && independent.count < capacity && j != suspect {
        l.append(residual.squareRoot())
        rows.append(l)
        independent.append(j)
        margins.append(residual / bound)
      } else {
        let coefficients = zip(beta, independent).map { $0 * sd[j] / sd[$1] }
        dependent.append(Combination(column: j, coefficients: coefficients, bound: max(bound, residual)))
      }
    }
  }

  var rank: Int { independent.count }

  /// The independent column that is closest to being dependent.
  var mostDependent: Int? { margins.indices.min { margins[$0] < margins[$1] }.map { independent[$0] } }
}

private func dot(_ a: [Double], _ b: [Double], _ count: Int) -> Double {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      var sum = 0.0
      for k in 0..<count { sum += a[k] * b[k] }
      return sum
    }
  }
}

extension SampleCovariance {
  /// Rank of the correlation matrix, as far as rounding allows to tell.
  var rank: Int {
    let constant = constantColumns
    if constant.isEmpty, rankBound == dimension, let factor = ScaledFactor(matrix),
      factor.isMeaningful(unit: roundingUnit, uncertainty: zip(noise, standardDeviation).map(*))
    {
      return dimension
    }
    return Dependence(of: self, among: without(constant)).rank
  }

  /// Variance of `sum_k v_k x_k` over the sum of the squares of `|v_k| sd_k`'s total, which is what rounding scales with.
  func relativeVariance(of v: [(column: Int, coefficient: Double)]) -> Double {
    let total = v.reduce(0) { $0 + abs($1.coefficient) * standardDeviation[$1.column] * noise[$1.column] }
    var sum = 0.0
    for a in v {
      for b in v {
        sum +=
          (a.coefficient * standardDeviation[a.column] / total) * (b.coefficient * standardDeviation[b.column] / total)
          * (matrix[a.column, b.column] / standardDeviation[a.column] / standardDeviation[b.column])
      }
    }
    return sum
  }
}
