// The omnibus test of Doornik and Hansen: skewness and kurtosis of the columns after they were made uncorrelated.
import MatDeriv

extension Normality {
  /// Doornik and Hansen's test.
  ///
  /// The columns are standardised and multiplied by the symmetric inverse root of their correlation matrix,
  /// `H inv(sqrt Lambda) H' inv(V) (x - mean)`; the skewness and the kurtosis of each are turned into standard normal numbers,
  /// whose squares add up to chi-square with 2 d degrees of freedom. (The factor H on the left is part of the paper's
  /// definition; programs that leave it out get other numbers.)
  ///
  /// **Throws**: `testUndefined` for fewer than 8 rows, and where the correlation matrix is singular up to rounding.
  /// **Cost**: 2 n d^2. **Source**: J. A. Doornik, H. Hansen, An omnibus test for univariate and multivariate normality, Oxf. Bull.
  /// Econ. Stat. 70 (2008), section 3.
  public func doornikHansen() throws(GaussFitError) -> TestResult {
    let name = "doornikHansen"
    guard rows >= 8 else { throw .testUndefined(name: name, reason: "it is for 8 rows and more; there are \(rows)") }
    let map = try standardized.symmetricWhitening(covariance, for: name)
    let statistic = columnShapes(mappedBy: map).reduce(0) { sum, shape in
      sum + shape.normalSkewness * shape.normalSkewness + shape.normalKurtosis * shape.normalKurtosis
    }
    return .chiSquare(name, statistic, df: Double(2 * dimension))
  }

  /// Skewness and kurtosis of the columns of `inv(D) (x - mean)` times a matrix, whose means are 0.
  private func columnShapes(mappedBy map: Matrix<Double>) -> [SkewnessKurtosis] {
    let (d, run) = (dimension, 512)
    // Second, third and fourth powers, column by column.
    let sums = sumByBlocks(rows: rows, of: 16384, threads: threads) { block -> [Double] in
      var sums = [Double](repeating: 0, count: 3 * d)
      withTemporary(2 * run * d) { room in
        let y = room + run * d
        for start in stride(from: block.lowerBound, to: block.upperBound, by: run) {
          let range = start..<min(start + run, block.upperBound)
          standardized.mapped(range, by: map, scratch: room, into: y)
          for j in 0..<d {
            var (s2, s3, s4) = (0.0, 0.0, 0.0)
            for i in 0..<range.count {
              let value = y[i + j * range.count]
              let square = value * value
              s2 += square
              s3 += square * value
              s4 += square * square
            }
            sums[3 * j] += s2
            sums[3 * j + 1] += s3
            sums[3 * j + 2] += s4
          }
        }
      }
      return sums
    }
    let n = Double(rows)
    return (0..<d).map { j in
      let (m2, m3, m4) = (sums![3 * j] / n, sums![3 * j + 1] / n, sums![3 * j + 2] / n)
      return SkewnessKurtosis(skewness: m3 / (m2 * m2.squareRoot()), kurtosis: m4 / (m2 * m2), n: n)
    }
  }
}
