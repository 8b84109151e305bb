// The text of a cell: quotes taken off, doubled quotes made single, bytes decoded.

/// Decoding of names and labels.
public enum CellText {
  /// The text of a cell without surrounding blanks and quotes; nil if it is not valid in the encoding.
  public static func decode(_ cell: UnsafeBufferPointer<UInt8>, quote: UInt8?, encoding: TextEncoding) -> String? {
    var bytes = UnsafeBufferPointer(rebasing: trimmed(cell))
    if let quote, bytes.count >= 2, bytes.first == quote, bytes.last == quote {
      bytes = UnsafeBufferPointer(rebasing: bytes[1..<bytes.count - 1])
      if bytes.contains(quote) {
        var single: [UInt8] = []
        var i = 0
        while i < bytes.count {
          single.append(bytes[i])
          i += bytes[i] == quote && i + 1 < bytes.count && bytes[i + 1] == quote ? 2 : 1
        }
        return single.withUnsafeBufferPointer { string($0, encoding) }
      }
    }
    return string(bytes, encoding)
  }

  private static func trimmed(_ cell: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var range = cell.indices
    while let first = range.first, cell[first] == 0x20 || cell[first] == 0x09 { range = first + 1..<range.upperBound }
    while let last = range.last, cell[last] == 0x20 || cell[last] == 0x09 { range = range.lowerBound..<last }
    return cell[range]
  }

  private static func string(_ bytes: UnsafeBufferPointer<UInt8>, _ encoding: TextEncoding) -> String? {
    switch encoding {
    case .utf8: String(validating: bytes, as: UTF8.self)
    case .latin1: String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case .windows1252: String(String.UnicodeScalarView(bytes.map(windows1252)))
    }
  }

  /// Windows-1252 differs from Latin-1 in 0x80...0x9f.
  private static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
    let upper: [UInt16] = [
      0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
      0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
      0x0153, 0x9D, 0x017E, 0x0178,
    ]
    return 0x80...0x9f ~= byte ? Unicode.Scalar(upper[Int(byte) - 0x80])! : Unicode.Scalar(byte)
  }
}
