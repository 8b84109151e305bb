// Cuts a stream of bytes into blocks of whole records. This is the only serial part of reading, so it does as little
// as is exact: without quotes in a block the last terminator ends it; with quotes the index tells which terminator does.
import CKernels
import Glibc

/// Why no further block can be had.
enum BlockFailure: Error {
  case input(TabularError)
  case record(EndlessRecord)
}

/// A record that has no end.
struct EndlessRecord: Error {
  let block: Int
  /// Lines from the block's first to the one that is meant.
  let lines: Int
  /// That line.
  let text: String
  let message: String
  let mend: String
}

/// Hands out the blocks of one file in order.
struct BlockReader {
  /// A longer record is refused: most likely it is a quote that was never closed.
  static let longestRecord = 1 << 28

  private let source: ByteSource
  private let dialect: Dialect
  private let blockSize: Int
  private var carry: [UInt8] = []
  private var atEnd = false
  private var nextNumber = 0
  private var offset: Int
  /// The line of the next block's first byte; nil where lines are not counted.
  private var line: Int?

  /// Reads from where `source` stands: at byte `offset` of the text, on this line.
  init(_ source: ByteSource, dialect: Dialect, blockSize: Int, offset: Int, line: Int?) {
    self.line = line
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
    var closed = false
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
        closed = true
      }
      let end = endOfLastRecord(block, have)
      if let end, !atEnd || end == have {
        block.isClosedHere = closed && end == have
        finish(block, end: end, have: have)
        return true
      }
      guard !atEnd && target < BlockReader.longestRecord else { throw .record(endlessRecord(block, have)) }
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
    if let line {
      block.firstLine = line
      self.line = line + ck_count(block.text, end, dialect.lineEnding.terminator)
    }
  }

  private func endlessRecord(_ block: Block, _ have: Int) -> EndlessRecord {
    let terminator = dialect.lineEnding.terminator
    let quote = dialect.quote == nil ? -1 : ck_open_quote(block.text, have, dialect.kernel, block.ends)
    let place = max(0, quote)
    var lineStart = place
    while lineStart > 0 && block.text[lineStart - 1] != terminator { lineStart -= 1 }
    let shown = UnsafeBufferPointer(start: block.text + lineStart, count: min(have - lineStart, 200))
    return EndlessRecord(
      block: nextNumber, lines: ck_count(block.text, place, terminator),
      text: String(decoding: shown.prefix { $0 != terminator }, as: UTF8.self),
      message: quote >= 0
        ? "a quoted field is opened here and never closed"
        : "a record is longer than \(BlockReader.longestRecord >> 20) MiB",
      mend: quote >= 0
        ? "close the quote, or read quotes as ordinary characters: --quote none" : "is it delimited text?")
  }
}
