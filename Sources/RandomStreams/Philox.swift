// Philox4x32-10, a counter-based generator: block k of a stream is a function of the key and k alone, so that any row of
// a sample can be drawn by any thread, on any machine, with the same bits.

/// The Philox4x32-10 bijection of a 128-bit counter under a 64-bit key.
///
/// **Source**: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, Parallel random numbers: as easy as 1, 2, 3, SC11 (2011).
public struct Philox: Sendable {
  public typealias Block = (UInt32, UInt32, UInt32, UInt32)

  let key: (UInt32, UInt32)

  public init(key: (UInt32, UInt32)) { self.key = key }

  /// The generator of a seed: its low word is the first word of the key.
  public init(seed: UInt64) {
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }

  /// The random block of a counter.
  public func block(_ counter: Block) -> Block {
    var (x0, x1, x2, x3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let product0 = UInt64(x0) &* 0xD251_1F53
      let product1 = UInt64(x2) &* 0xCD9E_8D57
      x0 = UInt32(truncatingIfNeeded: product1 >> 32) ^ x1 ^ k0
      x1 = UInt32(truncatingIfNeeded: product1)
      x2 = UInt32(truncatingIfNeeded: product0 >> 32) ^ x3 ^ k1
      x3 = UInt32(truncatingIfNeeded: product0)
      k0 = k0 &+ 0x9E37_79B9  // the golden ratio
      k1 = k1 &+ 0xBB67_AE85  // the square root of 3, less 1
    }
    return (x0, x1, x2, x3)
  }

  /// Two uniform numbers from one block, each an odd multiple of 2^-53 in (0, 1): never 0, never 1, symmetric about 1/2.
  public static func uniforms(_ block: Block) -> (Double, Double) {
    func uniform(_ low: UInt32, _ high: UInt32) -> Double {
      let bits = (UInt64(high) << 32 | UInt64(low)) >> 12
      return (Double(bits) + 0.5) * 0x1p-52  // 53 significant bits: exact
    }
    return (uniform(block.0, block.1), uniform(block.2, block.3))
  }
}
