// The element types of a matrix: Float and Double.
// Algorithms are generic over `Scalar`; what needs a concrete type (C routines) is reached through one table per type.
import RealModule

/// A real floating-point type that CBLAS and LAPACK know: `Float` or `Double`.
///
/// No other type can conform: the table of routines cannot be made outside this module.
public protocol Scalar: Real, BinaryFloatingPoint, Sendable {
  /// The CBLAS and LAPACK routines of this precision.
  static var routines: Routines<Self> { get }
}

/// Stops the program where Swift code is wrong, in release builds too, with the sentence that tells why.
@inlinable @inline(__always)
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}

/// A dimension as the 32-bit integer that BLAS and LAPACK count in.
func blasInteger(_ n: Int) -> Int32 {
  guard let narrow = Int32(exactly: n) else {
    fatalError("a dimension of \(n) exceeds \(Int32.max), the largest that BLAS can address")
  }
  return narrow
}
