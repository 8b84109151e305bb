// A stretch of text that holds whole records, with the offsets of its separators.
import CKernels
import Glibc

/// A buffer that is filled again and again. Its text has padding on both sides, as the kernels ask for.
final class Block: @unchecked Sendable {
  // Safe to share: a block belongs to one worker at a time.
  private(set) var capacity: Int
  private var storage: UnsafeMutablePointer<UInt8>
  private(set) var ends: UnsafeMutablePointer<UInt32>
  /// Bytes of whole records, the last terminator included.
  var length = 0
  /// Position in the sequence of blocks of one file.
  var number = 0
  /// Offset in the file's text of the first byte.
  var offset = 0
  /// The physical line of the first byte, from 1, where lines are counted.
  var firstLine = 0
  /// Whether the last terminator is not the file's.
  var isClosedHere = false
  private(set) var index: ck_index_result?

  init(capacity: Int) {
    self.capacity = capacity
    (storage, ends) = Block.allocate(capacity)
  }

  /// A block that holds `bytes`, closed by a terminator if they have none.
  convenience init(_ bytes: [UInt8], terminator: UInt8) {
    self.init(capacity: bytes.count + 1)
    text.initialize(from: bytes, count: bytes.count)
    length = bytes.count
    if length > 0 && text[length - 1] != terminator {
      text[length] = terminator
      length += 1
    }
  }

  deinit {
    storage.deallocate()
    ends.deallocate()
  }

  private static func allocate(_ capacity: Int) -> (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<UInt32>) {
    let padding = Int(ck_padding)
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + 2 * padding)
    bytes.initialize(repeating: 0, count: padding)
    (bytes + padding + capacity).initialize(repeating: 0, count: padding)
    return (bytes, UnsafeMutablePointer<UInt32>.allocate(capacity: capacity + padding))
  }

  /// Bytes of the file's text.
  var textLength: Int { isClosedHere ? length - 1 : length }

  var text: UnsafeMutablePointer<UInt8> { storage + Int(ck_padding) }

  /// Makes room for `newCapacity` bytes; the first `used` stay.
  func grow(to newCapacity: Int, keeping used: Int) {
    guard newCapacity > capacity else { return }
    let (newStorage, newEnds) = Block.allocate(newCapacity)
    (newStorage + Int(ck_padding)).update(from: text, count: used)
    storage.deallocate()
    ends.deallocate()
    (storage, ends, capacity) = (newStorage, newEnds, newCapacity)
  }

  /// Finds the separators of the first `bytes` bytes.
  func makeIndex(_ dialect: Dialect, bytes: Int) -> ck_index_result {
    let found = ck_index(text, bytes, dialect.kernel, ends)
    index = found
    return found
  }

  func forgetIndex() { index = nil }

  /// The separators of the whole records, found now if they have not been.
  func separators(_ dialect: Dialect) -> ck_index_result {
    guard var found = index else { return makeIndex(dialect, bytes: length) }
    // The index may reach beyond the last whole record.
    while found.count > 0 && Int(ends[found.count - 1]) >= length { found.count -= 1 }
    found.lines = ck_count(text, length, dialect.lineEnding.terminator)
    index = found
    return found
  }

  /// Calls `body` with each record's fields as ranges of offsets, until it returns false.
  func forEachRecord(_ dialect: Dialect, _ body: (_ start: Int, _ fields: [Range<Int>]) -> Bool) {
    let found = separators(dialect)
    let terminator = dialect.lineEnding.terminator
    var start = 0
    var recordStart = 0
    var fields: [Range<Int>] = []
    for k in 0..<found.count {
      let end = Int(ends[k])
      let closes = text[end] == terminator
      let trimmed = closes && end > start && text[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
      fields.append(start..<trimmed)
      start = end + 1
      guard closes else { continue }
      if !body(recordStart, fields) { return }
      fields.removeAll(keepingCapacity: true)
      recordStart = start
    }
  }

  func cell(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: text + range.lowerBound, count: range.count)
  }
}
