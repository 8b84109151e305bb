// The test of Henze and Zirkler: the weighted distance of the empirical characteristic function from the normal one.
import CKernels
import MatDeriv

extension Normality {
  /// Henze and Zirkler's test.
  ///
  /// With `beta = ((2 d + 1) n / 4)^(1 / (d + 4)) / sqrt 2` and D the squared Mahalanobis distances, divisor n:
  /// `HZ = 1/n sum_ij exp(-beta^2 D_ij / 2) - 2 (1 + beta^2)^(-d/2) sum_i exp(-beta^2 D_i / (2 (1 + beta^2)))
  /// + n (1 + 2 beta^2)^(-d/2)`; log-normal with the mean and variance of HZ under normality.
  ///
  /// **Cost**: n^2 (2 d + 20) / 2 operations: a second for some 30,000 rows.
  /// **Source**: N. Henze, B. Zirkler, A class of invariant consistent tests for multivariate normality, Commun. Stat. Theory
  /// Methods 19 (1990), eq. 2.1, 2.4 and section 4.
  public func henzeZirkler() -> TestResult {
    let (n, d) = (Double(rows), Double(dimension))
    let beta2 = 0.5 * Double.pow((2 * d + 1) * n / 4, 2 / (d + 4))
    let z = standardized.whitened()
    let squares = z.squaredRowLengths
    let pairs = pairSum(z, squares, beta2)
    let single = squares.reduce(0) { $0 + Double.exp(-beta2 * $1 / (2 * (1 + beta2))) }
    let statistic =
      pairs / n - 2 * Double.pow(1 + beta2, -d / 2) * single + n * Double.pow(1 + 2 * beta2, -d / 2)
    let (mean, variance) = Self.henzeZirklerMoments(beta2, d)
    // log-normal with these moments: its logarithm has the variance log(1 + variance / mean^2)
    let spread = Double.log(onePlus: variance / (mean * mean))
    return .logNormal(
      "henzeZirkler", statistic, logMean: Double.log(mean) - spread / 2, logDeviation: spread.squareRoot())
  }

  /// `sum_ij exp(-beta^2 |z_i - z_j|^2 / 2)`, block by block of the pairs.
  private func pairSum(_ z: Matrix<Double>, _ squares: [Double], _ beta2: Double) -> Double {
    let run = 256
    let blocks = (rows + run - 1) / run
    // One block of rows against all rows before it: the sums are added in the order of the blocks.
    let sum = sumByBlocks(rows: blocks, of: 1, threads: threads) { block -> Double in
      let start = block.lowerBound * run
      var sum = 0.0
      z.forEachGramBlock(rowsFrom: start, upTo: min(start + run, rows)) { gram, range, others in
        for j in others {
          let column = gram + (j - others.lowerBound) * range.count
          for i in range {
            let k = i - range.lowerBound
            column[k] = -0.5 * beta2 * (squares[i] + squares[j] - 2 * column[k])
          }
        }
        let count = range.count * others.count
        sk_exp_f64(gram, gram, count)
        let part = UnsafeBufferPointer(start: gram, count: count).reduce(0, +)
        sum += others.lowerBound == range.lowerBound ? part : 2 * part
      }
      return sum
    }
    return sum ?? 0
  }

  /// Mean and variance of the statistic under normality.
  private static func henzeZirklerMoments(_ beta2: Double, _ d: Double) -> (mean: Double, variance: Double) {
    let beta4 = beta2 * beta2
    let a = 1 + 2 * beta2
    let w = (1 + beta2) * (1 + 3 * beta2)
    let mean = 1 - Double.pow(a, -d / 2) * (1 + d * beta2 / a + d * (d + 2) * beta4 / (2 * a * a))
    let variance =
      2 * Double.pow(1 + 4 * beta2, -d / 2)
      + 2 * Double.pow(a, -d) * (1 + 2 * d * beta4 / (a * a) + 3 * d * (d + 2) * beta4 * beta4 / (4 * a * a * a * a))
      - 4 * Double.pow(w, -d / 2)
      * (1 + 3 * d * beta4 / (2 * w) + d * (d + 2) * beta4 * beta4 / (2 * w * w))
    return (mean, variance)
  }
}

extension Matrix<Double> {
  /// Squared lengths of the rows.
  var squaredRowLengths: [Double] {
    var squares = [Double](repeating: 0, count: rows)
    withUnsafeBufferPointer { z in
      squares.withUnsafeMutableBufferPointer { squares in
        for j in 0..<columns {
          let column = z.baseAddress! + j * rows
          for i in 0..<rows { squares[i] += column[i] * column[i] }
        }
      }
    }
    return squares
  }
}
