// The expectation for few columns and, it may be, as many patterns as rows: products with the whole precision matrix for blocks of rows, and a
// small system for each pattern.
import CKernels
import CLinearAlgebra
import MatDeriv

/// Blocks of rows of full width.
struct RowExpectation: Expectation {
  /// Beyond these the products with what is not missing cost more than gathering what is.
  static let mostColumns = 64
  private static let blockRows = 256

  private let dimension: Int
  private let blocks: [Block]

  private struct Block: Sendable {
    var rows = 0
    /// d numbers a row, zeros for missing ones; and the roots of the weights.
    var cells: [Double] = []
    var roots: [Double] = []
    var patterns: [Pattern] = []
    var indices: [UInt32] = []
  }

  private struct Pattern: Sendable {
    var first: UInt32
    var missing: UInt32
    var rows: UInt32
    var weight: Double
  }

  init(_ sample: IncompleteSample) {
    let d = sample.dimension
    var blocks: [Block] = []
    var block = Block()
    for pattern in sample.patterns {
      guard case .rows(let cells) = pattern.summary else { continue }
      let width = pattern.observed.count + 1
      let rows = cells.count / width
      // A pattern stays together: its system is solved once.
      if block.rows > 0, block.rows + rows > RowExpectation.blockRows {
        blocks.append(block)
        block = Block()
      }
      block.patterns.append(
        Pattern(
          first: UInt32(block.indices.count), missing: UInt32(pattern.missing.count), rows: UInt32(rows),
          weight: pattern.weight))
      block.indices += pattern.missing.map(UInt32.init)
      for row in 0..<rows {
        block.roots.append(cells[row * width])
        let start = block.cells.count
        block.cells.append(contentsOf: repeatElement(0, count: d))
        for (i, column) in pattern.observed.enumerated() { block.cells[start + column] = cells[row * width + 1 + i] }
      }
      block.rows += rows
    }
    if block.rows > 0 { blocks.append(block) }
    dimension = d
    self.blocks = blocks
  }

  func sums(_ old: Estimate, _ precision: Matrix<Double>, threads: Int) -> CompletedSums? {
    let total = sumByBlocks(rows: blocks.count, of: 1, threads: threads) { range in
      sums(blocks[range.lowerBound], old, precision)
    }
    guard let total else { return CompletedSums(dimension: dimension) }
    return total.logDeterminant.isNaN ? nil : total
  }

  private func sums(_ block: Block, _ old: Estimate, _ precision: Matrix<Double>) -> CompletedSums {
    let d = dimension
    var sums = CompletedSums(dimension: d)
    let (n, order) = (Int32(block.rows), Int32(d))
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * block.rows * d + 3 * d * d) { room in
      let z = room.baseAddress!
      let g = z + block.rows * d
      let scratch = g + block.rows * d
      let patterns = block.patterns.map {
        ck_pattern(first: $0.first, missing: $0.missing, rows: $0.rows, weight: $0.weight)
      }
      ck_row_deviations(z, block.cells, block.roots, old.mean, d, patterns, patterns.count, block.indices)
      precision.withUnsafeBufferPointer { k in
        cblas_dgemm(
          CblasColMajor, CblasNoTrans, CblasNoTrans, order, n, order, 1, k.baseAddress!, order, z, order, 0, g, order)
        sums.logDeterminant = ck_complete_rows(
          z, g, k.baseAddress!, d, patterns, patterns.count, block.indices, &sums.conditional, scratch)
      }
      cblas_dsyrk(CblasColMajor, CblasLower, CblasNoTrans, order, n, 1, z, order, 0, &sums.second, order)
      cblas_dgemv(CblasColMajor, CblasNoTrans, order, n, 1, z, order, block.roots, 1, 0, &sums.first, 1)
    }
    return sums
  }
}
