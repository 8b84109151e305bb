// What the tests want of co-moments: third and fourth moments of a linear map of the columns, got from the sums alone.
import MatDeriv

extension CoMoments {
  /// The covariance, divisor n, factored; in the units of the data.
  private func factored() throws(GaussFitError) -> ScaledFactor {
    try TestedSample(moments, for: "mardia").factor
  }

  /// Mardia's skewness and kurtosis, from the whitened sums.
  ///
  /// **Throws**: `noRows`, `singular`, `overflow`. **Cost**: some d^4 operations.
  public func mardia() throws(GaussFitError) -> Mardia {
    let factor = try factored()
    let d = dimension
    // z = W y with W = inv(L) times the ratio of the units of sums and factor
    let w = Matrix<Double>(rows: d, columns: d) { factor.inverseLower[$0, $1] * (scale[$1] / factor.scale[$1]) }
    let n = Double(rows)
    let b1 = mapThird(by: w).reduce(0) { sum, slice in sum + slice.columnMajor.reduce(0) { $0 + $1 * $1 } }
    let b2 = traceOfFourth(mappedBy: w)
    return Mardia(b1: b1 / n / n, b2: b2 / n, rows: rows, dimension: d)
  }

  /// Sums of z_a z_b z_c of z = W y: for each c the d x d matrix over a and b.
  private func mapThird(by w: Matrix<Double>) -> [Matrix<Double>] {
    let d = dimension
    // Both columns of the pair first, then the third one.
    let halves = (0..<d).map { k in
      let slice = Matrix<Double>(rows: d, columns: d) { third[pair($0, $1) + k * pairs] }
      return w * slice * w.transposed
    }
    return (0..<d).map { c in
      (0..<d).reduce(Matrix(rows: d, columns: d, repeating: 0)) { $0 + w[c, $1] * halves[$1] }
    }
  }

  /// `sum_ab sum z_a^2 z_b^2` of z = W y.
  private func traceOfFourth(mappedBy w: Matrix<Double>) -> Double {
    let d = dimension
    // t_kl = tr(W S_kl W') of the slices S_kl = (s_ijkl), then tr(W T W')
    var traces = Matrix<Double>(rows: d, columns: d, repeating: 0)
    for l in 0..<d {
      for k in l..<d {
        let q = pair(k, l)
        let slice = Matrix<Double>(rows: d, columns: d) { i, j in
          let p = pair(i, j)
          return fourth[max(p, q) + min(p, q) * pairs]
        }
        let trace = (w * slice * w.transposed).trace
        traces[k, l] = trace
        traces[l, k] = trace
      }
    }
    return (w * traces * w.transposed).trace
  }

  /// `sum_i |x_i - mean|^4` in the units of `unit`, one for all columns: what Ledoit and Wolf's intensity needs.
  func sumOfFourthPowers(unit: Double) -> Double {
    let f = scale.map { ($0 / unit) * ($0 / unit) }
    var sum = 0.0
    for b in 0..<dimension {
      for a in 0..<dimension {
        let (p, q) = (pair(a, a), pair(b, b))
        sum += f[a] * f[b] * fourth[max(p, q) + min(p, q) * pairs]
      }
    }
    return sum
  }
}
