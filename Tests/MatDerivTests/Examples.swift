// Matrices that several tests share: random ones from a fixed seed, and families whose properties are known exactly.
import MatDeriv

/// SplitMix64: the same numbers on every machine.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Matrix {
  /// Entries uniform in -1...1.
  static func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
    var generator = SplitMix(seed: seed)
    return Matrix(rows: rows, columns: columns) { _, _ in Element(Double.random(in: -1...1, using: &generator)) }
  }

  /// A well-conditioned positive definite matrix.
  static func randomDefinite(_ n: Int, seed: UInt64) -> Matrix {
    let a = random(n, n, seed: seed)
    return a * a.transposed + Element(n) * identity(n)
  }

  /// The Hilbert matrix times a number that makes its entries integers: ill-conditioned, yet exact.
  static func hilbert(_ rows: Int, _ columns: Int, times multiple: Int) -> Matrix {
    Matrix(rows: rows, columns: columns) { i, j in Element(multiple / (i + j + 1)) }
  }

  /// Entry (i, j) is min(i, j) + 1: its Cholesky factor is all ones, its determinant 1.
  static func minimum(_ n: Int) -> Matrix { Matrix(rows: n, columns: n) { i, j in Element(Swift.min(i, j) + 1) } }

  /// The second difference: 2 on the diagonal, -1 beside it; its determinant is n + 1.
  static func secondDifference(_ n: Int) -> Matrix {
    Matrix(rows: n, columns: n) { i, j in i == j ? 2 : abs(i - j) == 1 ? -1 : 0 }
  }

  /// A positive definite matrix with determinant 67.
  static var sample: Matrix { [[4, 2, 1], [2, 5, 3], [1, 3, 6]] }

  /// The largest magnitude of the difference, relative to the largest entry of the other.
  func relativeError(to other: Matrix) -> Element {
    (self - other).norm(.maximum) / Swift.max(other.norm(.maximum), .leastNormalMagnitude)
  }

  /// Sums of products, term by term: what every product must agree with.
  func naiveProduct(_ b: Matrix) -> Matrix {
    Matrix(rows: rows, columns: b.columns) { i, j in
      (0..<columns).reduce(Element(0)) { $0 + self[i, $1] * b[$1, j] }
    }
  }

  /// The same entries at another place in memory.
  var elsewhere: Matrix { Matrix(rows: rows, columns: columns) { self[$0, $1] } }
}

/// Whether all entries above the diagonal are zero.
func isLowerTriangular<Element>(_ a: Matrix<Element>) -> Bool {
  (0..<a.columns).allSatisfy { j in (0..<min(j, a.rows)).allSatisfy { a[$0, j] == 0 } }
}
