// A hash that tells whether two runs had the same numbers: for records and tests, not against an adversary.

/// A 64-bit hash of bytes, eight at a time: h = (h xor word)*odd, folded.
struct Fingerprint {
  private var state: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    var i = 0
    while i < bytes.count {
      var word: UInt64 = 0
      let count = min(8, bytes.count - i)
      withUnsafeMutableBytes(of: &word) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[i..<i + count])) }
      // The multiplier of splitmix64's second round.
      state = (state ^ word) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 29
      i += count
    }
    state = (state ^ UInt64(bytes.count)) &* 0x94D0_49BB_1331_11EB
  }

  var text: String {
    var mixed = state ^ state >> 31
    mixed = mixed &* 0xBF58_476D_1CE4_E5B9
    mixed ^= mixed >> 27
    let digits = String(mixed, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension Parameters {
  /// A hash of all parameters to the bit, 16 hexadecimal digits.
  public var fingerprint: String {
    var hash = Fingerprint()
    for (name, value) in matrices {
      Array(name.utf8).withUnsafeBytes { hash.add($0) }
      value.withUnsafeBufferPointer { hash.add(UnsafeRawBufferPointer($0)) }
    }
    return hash.text
  }
}
