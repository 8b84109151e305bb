// Ledoit and Wolf's intensity: it needs fourth powers, so it sees the rows once more, or takes co-moments.
import MatDeriv

extension Shrinkage {
  /// Ledoit and Wolf's estimate of rows in memory.
  ///
  /// `s = b / c`, at most 1, with `c = sum_ij (s_ij - m delta_ij)^2` and
  /// `b = 1/n^2 sum_k sum_ij (x_ki x_kj - s_ij)^2 = 1/n (1/n sum_k |x_k|^4 - sum_ij s_ij^2)`, x_k the deviations from the mean;
  /// 0 where c vanishes.
  ///
  /// **Shapes**: n x d; d names; traps otherwise. **Domain**: finite entries.
  /// **Throws**: `noRows`, `overflow`, `singular` where every column is constant. **Cost**: n d (d + 3) + d^3.
  /// **Source**: O. Ledoit, M. Wolf, A well-conditioned estimator for large-dimensional covariance matrices, J. Multivar. Anal. 88
  /// (2004), lemmas 3.2 to 3.5.
  public init(ledoitWolf rows: Matrix<Double>, columns: [String], threads: Int = 1) throws(GaussFitError) {
    let moments = Moments(rows: rows, columns: columns, threads: threads)
    try self.init(.ledoitWolf, moments) { sphere in
      sphere.ledoitWolf(
        fourthPowers: moments.fourthPowers(rows, unit: sphere.unit, threads: threads), rows: moments.rows)
    }
  }

  /// The same from co-moments, without the rows.
  public init(ledoitWolf coMoments: CoMoments) throws(GaussFitError) {
    try self.init(.ledoitWolf, coMoments.moments) { sphere in
      sphere.ledoitWolf(fourthPowers: coMoments.sumOfFourthPowers(unit: sphere.unit), rows: coMoments.rows)
    }
  }
}

extension Sphere {
  /// b / c from `sum_k |x_k|^4`, in units.
  fileprivate func ledoitWolf(fourthPowers: Double, rows: Int) -> Double {
    let n = Double(rows)
    let b = max((fourthPowers / n - squares) / n, 0)
    return distance > 0 ? min(b / distance, 1) : 0
  }
}

extension Moments {
  /// `sum_k |x_k - mean|^4` of the rows that these are the moments of, in a unit of length.
  fileprivate func fourthPowers(_ x: Matrix<Double>, unit: Double, threads: Int) -> Double {
    let (n, run) = (x.rows, 512)
    let high = shift.map(\.high)
    let low = zip(shift, meanDeviation).map { $0.low + $1 }
    let sum = sumByBlocks(rows: n, of: 16384, threads: threads) { block -> Double in
      var squares = [Double](repeating: 0, count: run)
      return x.withUnsafeBufferPointer { x in
        var total = 0.0
        for start in stride(from: block.lowerBound, to: block.upperBound, by: run) {
          let count = min(run, block.upperBound - start)
          for i in 0..<count { squares[i] = 0 }
          for j in 0..<columns.count {
            for i in 0..<count {
              let y = ((x[start + i + j * n] - high[j]) - low[j]) / unit
              squares[i] += y * y
            }
          }
          for i in 0..<count { total += squares[i] * squares[i] }
        }
        return total
      }
    }
    return sum ?? 0
  }
}
