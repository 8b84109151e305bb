// One call of a routine, as plain numbers: which arrays, which sizes, which factor. A run is a loop over these.

/// What a step calls.
enum Routine: UInt8, Sendable {
  case gemm, gemv, syrk, trmm
  /// A*x and A'*w in one reading of A.
  case gemvBoth
  /// A*x, a fused pass over it, A' times a result of the pass, by blocks of rows.
  case panel
  /// A'*diag(w)*A, by blocks of rows.
  case gram
  /// A product whose result is symmetric: blocks on and below the diagonal, then the mirror image.
  case gemmSymmetric
  case potrf, getrf, potri, getri, potrs, getrs, trtrs
  case logDeterminantCholesky, logDeterminantLU, logDeterminantTriangle
  case determinantCholesky, determinantLU, determinantTriangle
  case softmax, copy, transpose, diagonal, diagonalOf, lowerTriangle, upperTriangle, kron, khatri, traceProduct,
    addTransposed
  case map, generic

  /// The name in descriptions.
  var name: String {
    switch self {
    case .gemmSymmetric: "gemm, symmetric"
    case .gemvBoth: "gemv, both ways"
    case .logDeterminantCholesky, .logDeterminantLU, .logDeterminantTriangle: "logdet"
    case .determinantCholesky, .determinantLU, .determinantTriangle: "det"
    case .diagonalOf: "diag"
    case .diagonal: "diag"
    case .lowerTriangle: "tril"
    case .upperTriangle: "triu"
    case .trtrs: "trsm"
    case .traceProduct: "tr(A*B)"
    case .addTransposed: "A + A'"
    default: "\(self)"
    }
  }
}

struct PlanStep: Sendable {
  var routine: Routine
  /// Arrays by slot: read, read, written; an auxiliary array (pivots, second result); -1 where there is none.
  var a: Int32 = -1
  var b: Int32 = -1
  var c: Int32 = -1
  var d: Int32 = -1
  /// The vector that A' is multiplied by, where A and A' are in one step.
  var vector: Int32 = -1
  /// Whether a and b are used as their transposes.
  var transposesA = false
  var transposesB = false
  var m: Int32 = 0
  var n: Int32 = 0
  var k: Int32 = 0
  var alpha = 1.0
  /// A scalar that multiplies alpha; -1 where there is none.
  var factor: Int32 = -1
  /// The factor of what C holds already; where A and A' are in one step, the factor of the product of A'.
  var beta = 0.0
  /// Into how many parts threads may cut it, by columns or by rows of the result. It follows from the shapes alone, and one thread
  /// computes the same parts, so that no bit depends on the number of threads.
  var parts: Int = 1
  var cutsRows = false
  /// The transpose is computed, and then turned: the other way round is faster by more than that.
  var isTurned = false
  /// A product by `multiplyDirectly`: its bits do not depend on how it is cut, so that one thread computes it whole.
  var isDirect = false
  /// The fused pass or the primitive.
  var index: Int32 = -1
  /// The cell that is computed: for descriptions and errors.
  var cell: Int32 = -1
}

extension PlanStep {
  /// The same step by the kernel without packing, where that is faster. Threads share it from fewer operations on: nothing is packed anew.
  func direct<Element: Scalar>(_: Element.Type) -> PlanStep {
    let (m, n, k) = (Int(self.m), Int(self.n), Int(self.k))
    guard routine == .gemm, !transposesA, beta == 0,
      Element.isFasterDirectly(m, n, k, transposed: transposesB)
    else { return self }
    var step = self
    step.isDirect = true
    step.isTurned = false
    let flops = 2 * Double(m) * Double(n) * Double(k)
    step.cutsRows = m > n
    step.parts = flops < 2e6 || max(m, n) < 64 ? 1 : flops < 2e8 || max(m, n) < 256 ? 2 : 4
    return step
  }
}
