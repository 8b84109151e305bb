// How cells are written, in the form that the kernels read: missing-value spellings as stable C strings.
import CKernels

/// Owns the memory behind a `ck_notation`.
final class Notation: @unchecked Sendable {
  // Safe to share: nothing is changed after init.
  let kernel: ck_notation
  private let texts: UnsafeMutablePointer<UnsafePointer<UInt8>?>
  private let lengths: UnsafeMutablePointer<Int>
  private let count: Int

  init(decimalMark: UInt8, quote: UInt8?, missingSpellings: [String]) {
    count = missingSpellings.count
    texts = .allocate(capacity: max(1, count))
    lengths = .allocate(capacity: max(1, count))
    for (i, spelling) in missingSpellings.enumerated() {
      let bytes = Array(spelling.utf8)
      let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
      copy.initialize(from: bytes, count: bytes.count)
      texts[i] = UnsafePointer(copy)
      lengths[i] = bytes.count
    }
    kernel = ck_notation(
      decimal_mark: decimalMark, quote: quote ?? 0, missing_count: count, missing: UnsafePointer(texts),
      missing_length: UnsafePointer(lengths),
      missing_numbers: missingSpellings.contains(where: Notation.looksNumeric))
  }

  /// Whether the fast reading of numbers would take a spelling for one.
  private static func looksNumeric(_ spelling: String) -> Bool {
    spelling.contains(where: \.isNumber) && spelling.allSatisfy { $0.isNumber || "+-.,".contains($0) }
  }

  convenience init(_ dialect: Dialect) {
    self.init(
      decimalMark: dialect.decimalMark, quote: dialect.quote, missingSpellings: dialect.missingSpellings)
  }

  deinit {
    for i in 0..<count { texts[i]?.deallocate() }
    texts.deallocate()
    lengths.deallocate()
  }

  func read(_ cell: UnsafeBufferPointer<UInt8>) -> ck_cell {
    guard let start = cell.baseAddress else {
      return ck_cell(class_: ck_cell_missing, integer: false, significand: 0, scale: 0, value: 0)
    }
    var notation = kernel
    return ck_read_cell(start, start + cell.count, &notation)
  }
}
