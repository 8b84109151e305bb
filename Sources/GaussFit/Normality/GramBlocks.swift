// Inner products of all pairs of rows, block by block: for statistics that are sums over pairs.
import CLinearAlgebra
import MatDeriv

extension Matrix<Double> {
  /// Calls `body` with the inner products of some rows with all rows up to them, in blocks of at most 256 others: a
  /// column-major block without gaps, the rows and the others that it is of. The last block has the same rows on both sides.
  ///
  /// **Shapes**: `start` is a multiple of 256, and there are at most 256 rows from it.
  func forEachGramBlock(
    rowsFrom start: Int, upTo end: Int, _ body: (UnsafeMutablePointer<Double>, Range<Int>, Range<Int>) -> Void
  ) {
    let (n, run, high) = (rows, 256, end - start)
    withUnsafeBufferPointer { z in
      withTemporary(high * run) { gram in
        for other in stride(from: 0, through: start, by: run) {
          let wide = Swift.min(run, n - other)
          cblas_dgemm(
            CblasColMajor, CblasNoTrans, CblasTrans, Int32(high), Int32(wide), Int32(columns), 1,
            z.baseAddress! + start, Int32(n), z.baseAddress! + other, Int32(n), 0, gram, Int32(high))
          body(gram, start..<end, other..<(other + wide))
        }
      }
    }
  }
}
