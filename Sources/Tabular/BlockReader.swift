// Cuts a stream of bytes into blocks of whole records. This is the only serial part of reading, so it does as little
// as is exact: without quotes in a block the last terminator ends it; with quotes the index tells which terminator does.
import CKernels
import Glibc

/// Why no further block can be had.
enum BlockFailure: Error {
  case input(TabularError)
  /// A quote `lines` lines below the first of a block is never closed.
  case openQuote(blockNumber: Int, lines: Int, record: String)
}

/// Hands out the blocks of one file in order.
struct BlockReader {
  /// A record longer than this is taken for a quote that was never closed.
  static let longestRecord = 1 << 28

  private let source: ByteSource
  private let dialect: Dialect
  private let blockSize: Int
  private var carry: [UInt8] = []
  private var atEnd = false
  private var nextNumber = 0
  private var offset: Int

  /// Reads from where `source` stands: at byte `offset` of the text.
  init(_ source: ByteSource, dialect: Dialect, blockSize: Int, offset: Int) {
    self.source = source
    self.dialect = dialect
    self.blockSize = blockSize
    self.offset = offset
  }

  /// Fills `block` with the next records; false at the end.
  mutating func next(into block: Block) throws(BlockFailure) -> Bool {
    var have = carry.count
    block.grow(to: max(blockSize, have) + 1, keeping: 0)
    carry.withUnsafeBufferPointer { block.text.update(from: $0.baseAddress ?? UnsafePointer(block.text), count: have) }
    var target = max(blockSize, have)
    let terminator = dialect.lineEnding.terminator
    while true {
      while !atEnd && have < target {
        let room = UnsafeMutableRawBufferPointer(start: block.text + have, count: target - have)
        let count: Int
        do throws(TabularError) { count = try source.read(into: room) } catch { throw .input(error) }
        atEnd = count == 0
        have += count
      }
      if have == 0 { return false }
      if atEnd && block.text[have - 1] != terminator {
        block.text[have] = terminator
        have += 1
      }
      let end = endOfLastRecord(block, have)
      if let end, !atEnd || end == have {
        finish(block, end: end, have: have)
        return true
      }
      guard !atEnd && target < BlockReader.longestRecord else { throw openQuote(block, have) }
      target *= 2
      block.grow(to: target + 1, keeping: have)
    }
  }

  /// The offset after the last record that is whole.
  private func endOfLastRecord(_ block: Block, _ have: Int) -> Int? {
    let terminator = dialect.lineEnding.terminator
    block.forgetIndex()
    if let quote = dialect.quote, memchr(block.text, Int32(quote), have) != nil {
      let found = block.makeIndex(dialect, bytes: have)
      var k = found.count
      while k > 0 && block.text[Int(block.ends[k - 1])] != terminator { k -= 1 }
      return k > 0 ? Int(block.ends[k - 1]) + 1 : nil
    }
    let last = ck_last(block.text, have, terminator)
    return last < have ? last + 1 : nil
  }

  private mutating func finish(_ block: Block, end: Int, have: Int) {
    carry = Array(UnsafeBufferPointer(start: block.text + end, count: have - end))
    block.length = end
    block.number = nextNumber
    block.offset = offset
    nextNumber += 1
    offset += end
  }

  private func openQuote(_ block: Block, _ have: Int) -> BlockFailure {
    let terminator = dialect.lineEnding.terminator
    let opened = block.index?.open_quote ?? -1
    // Without an open quote the record is just too long: its start is meant.
    let place = max(0, opened)
    var lineStart = place
    while lineStart > 0 && block.text[lineStart - 1] != terminator { lineStart -= 1 }
    let shown = UnsafeBufferPointer(start: block.text + lineStart, count: min(have - lineStart, 200))
    let line = shown.prefix { $0 != terminator }
    return .openQuote(
      blockNumber: nextNumber, lines: ck_count(block.text, place, terminator),
      record: String(decoding: line, as: UTF8.self))
  }
}
