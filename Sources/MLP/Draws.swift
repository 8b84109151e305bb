// Every random choice of training is a function of the seed and of where it is made: no state, any thread, any order.
import RandomStreams

/// Random numbers by purpose. A counter is (number, epoch, where, purpose).
struct Draws: Sendable {
  enum Purpose: UInt32 {
    case weights = 1
    case order, dropout, shift, split, folds
  }

  private let generator: Philox

  /// - Parameter member: the network of an ensemble, from 0.
  init(seed: UInt64, member: Int = 0) {
    // The golden ratio keeps the members' keys apart.
    generator = Philox(seed: seed &+ UInt64(member) &* 0x9E37_79B9_7F4A_7C15)
  }

  func block(_ number: Int, epoch: Int = 0, place: Int = 0, _ purpose: Purpose) -> Philox.Block {
    generator.block(
      (
        UInt32(truncatingIfNeeded: number), UInt32(truncatingIfNeeded: epoch), UInt32(truncatingIfNeeded: place),
        purpose.rawValue
      ))
  }

  /// Two uniform numbers in (0, 1).
  func uniforms(_ number: Int, epoch: Int = 0, place: Int = 0, _ purpose: Purpose) -> (Double, Double) {
    Philox.uniforms(block(number, epoch: epoch, place: place, purpose))
  }

  /// A random order of the values, in place.
  ///
  /// **Source**: Fisher and Yates, in the form of Knuth, TAOCP 2, algorithm 3.4.2 P. The bias of a 32-bit word over n values is n/2^32.
  func shuffle(_ values: inout [Int32], epoch: Int = 0, place: Int = 0, _ purpose: Purpose) {
    values.withUnsafeMutableBufferPointer { values in
      var words: Philox.Block = (0, 0, 0, 0)
      var i = values.count - 1
      var used = 4
      var number = 0
      while i > 0 {
        if used == 4 {
          words = block(number, epoch: epoch, place: place, purpose)
          number += 1
          used = 0
        }
        let word = used == 0 ? words.0 : used == 1 ? words.1 : used == 2 ? words.2 : words.3
        used += 1
        let j = Int((UInt64(word) &* UInt64(i + 1)) >> 32)
        values.swapAt(i, j)
        i -= 1
      }
    }
  }
}
