// Mardia's measures of rows in memory: whitened first, so that no digits are lost to nearly dependent columns.
// Skewness is a sum of squared third moments, or for many columns and few rows a sum of cubed inner products.
import CLinearAlgebra
import MatDeriv

extension Normality {
  /// Mardia's skewness and kurtosis.
  ///
  /// `b1 = sum_abc m_abc^2` with the third moments `m_abc = 1/n sum z_a z_b z_c`, which is the mean of cubed inner products
  /// multiplied out. **Cost**: n d^3 / 3 or n^2 d operations, whichever is less.
  public func mardia() -> Mardia {
    let viaRows = Double(rows) < Double(dimension * dimension) / 3
    let (b1, b2) = viaRows ? measuresByInnerProducts() : measuresByThirdMoments()
    return Mardia(b1: b1, b2: b2, rows: rows, dimension: dimension)
  }

  /// By the third moments of the whitened columns.
  func measuresByThirdMoments() -> (b1: Double, b2: Double) {
    let (n, d, run) = (rows, dimension, 256)
    let groups = ColumnGroup.covering(d)
    // Sums of third products, one matrix for each group, then the sum of squared squared lengths.
    let size = groups.reduce(1) { $0 + $1.width * $1.depth }
    let widest = groups.map(\.width).max() ?? 0
    // The number of blocks is bounded, since each holds d^3 / 6 sums.
    let blockRows = max(8192, (n / 16 + run) / run * run)
    let sums = sumByBlocks(rows: n, of: blockRows, threads: threads) { block -> [Double] in
      var sums = [Double](repeating: 0, count: size)
      withTemporary(run * (2 * d + widest)) { room in
        let (z, products) = (room + run * d, room + 2 * run * d)
        for start in stride(from: block.lowerBound, to: block.upperBound, by: run) {
          let range = start..<min(start + run, block.upperBound)
          standardized.whitened(range, scratch: room, into: z)
          sums.withUnsafeMutableBufferPointer { sums in
            sums[size - 1] += squaredSquares(z, rows: range.count, columns: d)
            var place = sums.baseAddress!
            for group in groups {
              group.addThirdProducts(z, rows: range.count, columns: d, products: products, to: place)
              place += group.width * group.depth
            }
          }
        }
      }
      return sums
    }
    guard let sums else { return (0, 0) }
    var b1 = 0.0
    var place = 0
    for group in groups {
      b1 += group.sumOfSquares(Array(sums[place..<(place + group.width * group.depth)]), columns: d)
      place += group.width * group.depth
    }
    return (b1 / Double(n) / Double(n), sums[size - 1] / Double(n))
  }

  /// By the inner products of all pairs of rows.
  func measuresByInnerProducts() -> (b1: Double, b2: Double) {
    let z = standardized.whitened()
    let run = 256
    // One block of rows against all rows before it: the sums are added in the order of the blocks.
    let sums = sumByBlocks(
      rows: (rows + run - 1) / run, of: 1, threads: threads
    ) { block -> [Double] in
      let start = block.lowerBound * run
      var (cubes, squares) = (0.0, 0.0)
      z.forEachGramBlock(rowsFrom: start, upTo: min(start + run, rows)) { gram, range, others in
        var sum = 0.0
        for k in 0..<(range.count * others.count) { sum += gram[k] * gram[k] * gram[k] }
        let isDiagonal = others.lowerBound == range.lowerBound
        cubes += isDiagonal ? sum : 2 * sum
        guard isDiagonal else { return }
        for i in range.indices.map({ $0 - range.lowerBound }) {
          let square = gram[i + i * range.count]
          squares += square * square
        }
      }
      return [cubes, squares]
    }
    let n = Double(rows)
    return sums.map { ($0[0] / n / n, $0[1] / n) } ?? (0, 0)
  }
}

/// `sum_i (z_i' z_i)^2`.
private func squaredSquares(_ z: UnsafePointer<Double>, rows: Int, columns: Int) -> Double {
  var total = 0.0
  for i in 0..<rows {
    var square = 0.0
    for j in 0..<columns { square += z[i + j * rows] * z[i + j * rows] }
    total += square * square
  }
  return total
}

/// Some consecutive columns b, whose products with all columns a >= b are multiplied by the columns c <= b at once.
private struct ColumnGroup: Sendable {
  let columns: Range<Int>
  /// Number of pairs (a, b) with a >= b.
  let width: Int

  /// Number of columns c <= b for the last b.
  var depth: Int { columns.upperBound }

  /// Groups with products enough that dgemm runs at its speed, few enough that they stay in the cache.
  static func covering(_ d: Int) -> [ColumnGroup] {
    var groups: [ColumnGroup] = []
    var (first, width) = (0, 0)
    for b in 0..<d {
      width += d - b
      if width >= 128 || b == d - 1 {
        groups.append(ColumnGroup(columns: first..<(b + 1), width: width))
        (first, width) = (b + 1, 0)
      }
    }
    return groups
  }

  /// Adds the sums of z_a z_b z_c: pairs (a, b) by columns c.
  func addThirdProducts(
    _ z: UnsafePointer<Double>, rows m: Int, columns d: Int, products: UnsafeMutablePointer<Double>,
    to sums: UnsafeMutablePointer<Double>
  ) {
    var to = products
    for b in columns {
      for a in b..<d {
        let (left, right) = (z + a * m, z + b * m)
        for i in 0..<m { to[i] = left[i] * right[i] }
        to += m
      }
    }
    cblas_dgemm(
      CblasColMajor, CblasTrans, CblasNoTrans, Int32(width), Int32(depth), Int32(m), 1, products, Int32(m), z, Int32(m),
      1, sums, Int32(width))
  }

  /// The sum of squares over all orders of a >= b >= c.
  func sumOfSquares(_ sums: [Double], columns d: Int) -> Double {
    var total = 0.0
    var pair = 0
    for b in columns {
      for a in b..<d {
        for c in 0...b {
          let orders = a == b && b == c ? 1.0 : a == b || b == c ? 3.0 : 6.0
          let sum = sums[pair + c * width]
          total += orders * sum * sum
        }
        pair += 1
      }
    }
    return total
  }
}
