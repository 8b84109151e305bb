// Sampling: row i of a sample is a function of seed and i alone, so that it has the same bits for any number of threads,
// on any platform, and however many rows are drawn before it.
import MatDeriv
import RandomStreams

extension Gaussian {
  /// Draws rows of a sample; row i is `mean + L z_i` with z_i from block (pair of columns, row i) of ``Philox``.
  ///
  /// **Shapes**: n x d. **Cost**: n d^2 / 2 and n d normal numbers by inversion, about 10 ns each.
  /// - Parameter firstRow: number of the first row, so that a sample may be drawn by parts.
  public func sample(rows n: Int, seed: UInt64, firstRow: Int = 0) -> Matrix<Double> {
    require(n >= 0 && firstRow >= 0, "a sample of \(n) rows from row \(firstRow) on does not exist")
    return sample(numbers: Array(firstRow..<(firstRow + n)), seed: seed)
  }

  /// The rows of a sample that have these numbers.
  func sample(numbers: [Int], seed: UInt64) -> Matrix<Double> {
    let (n, d) = (numbers.count, dimension)
    let generator = Philox(seed: seed)
    var sample = Matrix<Double>(rows: n, columns: d, repeating: 0)
    sample.withUnsafeMutableBufferPointer { x in
      for i in 0..<n {
        let row = UInt64(numbers[i])
        let (low, high) = (UInt32(truncatingIfNeeded: row), UInt32(truncatingIfNeeded: row >> 32))
        for pair in stride(from: 0, to: d, by: 2) {
          let (u, v) = Philox.uniforms(generator.block((UInt32(pair / 2), 0, low, high)))
          x[i + pair * n] = NormalInversion.quantile(u)
          if pair + 1 < d { x[i + (pair + 1) * n] = NormalInversion.quantile(v) }
        }
      }
      // x = mu + L z in place, last column first; plain products and sums in a fixed order, so that the bits are portable.
      // Blocks of rows stay in the cache.
      lower.withUnsafeBufferPointer { l in
        for start in stride(from: 0, to: n, by: 64) {
          let count = min(64, n - start)
          for j in stride(from: d - 1, through: 0, by: -1) {
            let column = UnsafeMutableBufferPointer(rebasing: x[(start + j * n)..<(start + j * n + count)])
            for i in 0..<count { column[i] *= l[j + j * d] }
            for k in stride(from: j - 1, through: 0, by: -1) {
              let weight = l[j + k * d]
              let z = UnsafeMutableBufferPointer(rebasing: x[(start + k * n)..<(start + k * n + count)])
              for i in 0..<count { column[i] += weight * z[i] }
            }
            for i in 0..<count { column[i] += mean[j] }
          }
        }
      }
    }
    return sample
  }
}
