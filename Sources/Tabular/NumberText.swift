// Numbers as text, for those who write as many as they read.
import CKernels

extension [UInt8] {
  /// Appends the shortest decimal text that reads back to the same double, whole numbers without a fraction.
  ///
  /// **Domain**: finite values. **Cost**: about 50 ns for 17 digits.
  package mutating func appendShortest(_ value: Double, decimalMark: UInt8 = UInt8(ascii: ".")) {
    precondition(value.isFinite, "\(value) has no decimal text")
    let start = count
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(ck_double_text)) { text in
      let length = ck_write_double(value, text.baseAddress)
      append(contentsOf: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<length]))
    }
    guard decimalMark != UInt8(ascii: ".") else { return }
    for i in start..<count where self[i] == UInt8(ascii: ".") { self[i] = decimalMark }
  }

  /// Appends a whole number from 0 on.
  package mutating func appendDecimal(_ value: Int) {
    var rest = value
    let start = count
    repeat {
      append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    self[start...].reverse()
  }
}
