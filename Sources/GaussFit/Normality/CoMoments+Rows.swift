// The pass over rows: each block is taken about its own mean and in its own units, so that neither a trend nor an outlier
// elsewhere costs it digits. Third and fourth sums are cross products of the columns and of their pairwise products, at the
// speed of a matrix product.
import CKernels
import CLinearAlgebra
import MatDeriv

extension CoMoments {
  /// Up to this many columns fourth sums cost less than they give; above, ``Normality`` goes over the rows twice.
  public static let maximumColumns = 20

  /// The co-moments of the rows of a matrix.
  ///
  /// **Shapes**: n x d, one observation a row; d names; traps otherwise. **Domain**: finite entries.
  /// **Cost**: n d^4 / 4 operations in one pass; the same bits for any number of threads.
  public init(rows x: Matrix<Double>, columns: [String], threads: Int = 1) {
    require(x.columns == columns.count, "\(columns.count) column names for a matrix of \(x.rows) x \(x.columns)")
    _ = LinearAlgebra.threads  // one BLAS thread: blocks are spread over threads here
    let sums = sumByBlocks(rows: x.rows, of: 8192, threads: threads) { block -> CoMoments in
      x.withUnsafeBufferPointer { values in
        CoMoments(
          values.baseAddress! + block.lowerBound, stride: x.rows, rows: block.count, columns: columns)
      }
    }
    self = sums ?? CoMoments(columns: columns)
  }

  /// The co-moments of one block; column c begins at `x + c * stride`.
  init(_ x: UnsafePointer<Double>, stride: Int, rows: Int, columns: [String]) {
    let d = columns.count
    let pairs = d * (d + 1) / 2
    let monomials = d + pairs
    var centre = [Double](repeating: 0, count: d)
    var scale = centre
    for j in 0..<d {
      let values = UnsafeBufferPointer(start: x + j * stride, count: rows)
      (centre[j], scale[j]) = Self.centreAndScale(values)
    }
    let inverse = scale.map { $0 > 0 ? 1 / $0 : 0 }
    var gram = [Double](repeating: 0, count: monomials * monomials)
    var first = [Double](repeating: 0, count: d)
    let group = Int(ck_row_group)
    // Runs of rows whose monomials stay in the second-level cache; columns must not all meet in the same sets.
    let run = 256
    let room = run + group
    withTemporary(monomials * room) { out in
      for start in Swift.stride(from: 0, to: rows, by: run) {
        let count = min(run, rows - start)
        ck_monomials(x + start, stride, count, d, centre, inverse, out, room)
        for j in 0..<d { for i in 0..<count { first[j] += out[i + j * room] } }
        let padded = (count + group - 1) / group * group
        if monomials < Accumulator.blasColumns {
          ck_add_scatter(out, out, room, padded, monomials, &gram)
        } else {
          cblas_dsyrk(
            CblasColMajor, CblasLower, CblasTrans, Int32(monomials), Int32(padded), 1, out, Int32(room), 1, &gram,
            Int32(monomials))
        }
      }
    }
    self.init(
      columns: columns, rows: rows, centre: centre, offset: zip(first, scale).map { $0 / Double(rows) * $1 },
      scale: scale, second: Self.second(gram, d), third: Self.third(gram, d), fourth: Self.fourth(gram, d))
    recentre(by: first.map { $0 / Double(rows) }, firstSums: first)
  }

  /// The mean of some values, and the power of two at the root of their mean squared deviation.
  private static func centreAndScale(_ values: UnsafeBufferPointer<Double>) -> (Double, Double) {
    let n = Double(values.count)
    let origin = values.first ?? 0
    let centre = origin + values.reduce(0) { $0 + ($1 - origin) } / n
    // By the largest deviation first, so that squares neither overflow nor vanish.
    let largest = values.reduce(0) { max($0, abs($1 - centre)) }
    guard largest > 0, largest.isFinite else { return (centre, 0) }
    let square = values.reduce(0) { sum, x in
      let y = (x - centre) / largest
      return sum + y * y
    }
    let deviation = max(largest * (square / n).squareRoot(), .leastNormalMagnitude)
    return (centre, Double(sign: .plus, exponent: deviation.exponent, significand: 1))
  }

  // The cross products of [columns, pairs] hold all sums: columns by columns, pairs by columns, pairs by pairs.

  private static func second(_ gram: [Double], _ d: Int) -> [Double] {
    let size = d + d * (d + 1) / 2
    return (0..<d).flatMap { b in (b..<d).map { a in gram[a + b * size] } }
  }

  private static func third(_ gram: [Double], _ d: Int) -> [Double] {
    let size = d + d * (d + 1) / 2
    return (0..<d).flatMap { c in gram[(d + c * size)..<((c + 1) * size)] }
  }

  private static func fourth(_ gram: [Double], _ d: Int) -> [Double] {
    let size = d + d * (d + 1) / 2
    return (d..<size).flatMap { q in gram[(d + q * size)..<((q + 1) * size)] }
  }
}
