// Sums over blocks of rows, spread over threads and merged in an order that depends on the number of rows alone.
import Dispatch
import Synchronization
import Tabular

/// What a block of rows sums up to.
protocol BlockSum: Sendable {
  /// Adds the sum of the rows that follow.
  mutating func add(_ other: Self)
}

/// The sums that `body` makes of the blocks of 0..<rows, added up; nil if there are no rows.
///
/// The same bits come out for any number of threads: a block is summed by one of them, and blocks are added as a binary tree.
func sumByBlocks<Sum: BlockSum>(
  rows: Int, of blockRows: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Sum
) -> Sum? {
  let blocks = (rows + blockRows - 1) / blockRows
  let merged = PairwiseMerge<Sum> { $0.add($1) }
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, blocks))) { _ in
    while true {
      let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if block >= blocks { break }
      merged.deposit(body((block * blockRows)..<min(rows, (block + 1) * blockRows)), index: block)
    }
  }
  return merged.total()
}

extension Double: BlockSum {
  mutating func add(_ other: Double) { self += other }
}

extension [Double]: BlockSum {
  /// Number by number; traps unless there are as many.
  mutating func add(_ other: [Double]) {
    require(count == other.count, "\(other.count) sums cannot be added to \(count)")
    other.withUnsafeBufferPointer { other in
      withUnsafeMutableBufferPointer { sums in
        for i in sums.indices { sums[i] += other[i] }
      }
    }
  }
}
