// The C routines of plans by precision: the only place where they are named.
internal import CKernels

extension Scalar {
  @inline(__always)
  static func runProgram(
    _ program: UnsafePointer<sk_program>, _ inputs: UnsafePointer<sk_input>, _ outputs: UnsafePointer<sk_output>,
    _ partials: UnsafeMutablePointer<Double>
  ) {
    if Self.self == Double.self {
      sk_run_f64(program, inputs, outputs, partials)
    } else {
      sk_run_f32(program, inputs, outputs, partials)
    }
  }

  @inline(__always)
  static func runTiles(
    _ program: UnsafePointer<sk_program>, _ inputs: UnsafePointer<sk_input>, _ outputs: UnsafePointer<sk_output>,
    _ partials: UnsafeMutablePointer<Double>, _ first: Int, _ end: Int
  ) {
    if Self.self == Double.self {
      sk_run_tiles_f64(program, inputs, outputs, partials, first, end)
    } else {
      sk_run_tiles_f32(program, inputs, outputs, partials, first, end)
    }
  }

  @inline(__always)
  static func finishProgram(
    _ program: UnsafePointer<sk_program>, _ outputs: UnsafePointer<sk_output>, _ partials: UnsafePointer<Double>
  ) {
    if Self.self == Double.self {
      sk_finish_f64(program, outputs, partials)
    } else {
      sk_finish_f32(program, outputs, partials)
    }
  }

  @inline(__always)
  static func mirrorLower(_ x: UnsafeMutablePointer<Self>, _ n: Int) {
    if Self.self == Double.self {
      sk_mirror_lower_f64(recast(x), n, n)
    } else {
      sk_mirror_lower_f32(recast(x), n, n)
    }
  }

  /// y = x' for an m x n matrix x.
  @inline(__always)
  static func transpose(_ y: UnsafeMutablePointer<Self>, _ x: UnsafeMutablePointer<Self>, _ m: Int, _ n: Int) {
    if Self.self == Double.self {
      sk_transpose_f64(recast(y), n, recast(x), m, m, n)
    } else {
      sk_transpose_f32(recast(y), n, recast(x), m, m, n)
    }
  }

  /// y = x + x' for an m x m matrix x.
  @inline(__always)
  static func addTransposed(_ y: UnsafeMutablePointer<Self>, _ x: UnsafeMutablePointer<Self>, _ m: Int) {
    if Self.self == Double.self {
      sk_add_transposed_f64(recast(y), recast(x), m)
    } else {
      sk_add_transposed_f32(recast(y), recast(x), m)
    }
  }

  /// y = diag(w)*x for an m x n matrix x.
  @inline(__always)
  static func scaleRows(
    _ y: UnsafeMutablePointer<Self>, _ ldy: Int, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ w: UnsafePointer<Self>,
    _ m: Int, _ n: Int
  ) {
    if Self.self == Double.self {
      sk_scale_rows_f64(recast(y), ldy, recast(x), ldx, recastForReading(w), m, n)
    } else {
      sk_scale_rows_f32(recast(y), ldy, recast(x), ldx, recastForReading(w), m, n)
    }
  }

  /// y = x*diag(w) for an m x n matrix x.
  @inline(__always)
  static func scaleColumns(
    _ y: UnsafeMutablePointer<Self>, _ ldy: Int, _ x: UnsafeMutablePointer<Self>, _ ldx: Int, _ w: UnsafePointer<Self>,
    _ m: Int, _ n: Int
  ) {
    if Self.self == Double.self {
      sk_scale_columns_f64(recast(y), ldy, recast(x), ldx, recastForReading(w), m, n)
    } else {
      sk_scale_columns_f32(recast(y), ldy, recast(x), ldx, recastForReading(w), m, n)
    }
  }

  /// y += A*x for an m x n matrix A.
  @inline(__always)
  static func multiply(
    _ y: UnsafeMutablePointer<Self>, _ a: UnsafeMutablePointer<Self>, _ lda: Int, _ x: UnsafeMutablePointer<Self>,
    _ m: Int, _ n: Int
  ) {
    if Self.self == Double.self {
      sk_multiply_f64(recast(y), recast(a), lda, recast(x), m, n)
    } else {
      sk_multiply_f32(recast(y), recast(a), lda, recast(x), m, n)
    }
  }

  /// z += A'*w for an m x n matrix A.
  @inline(__always)
  static func multiplyTransposed(
    _ z: UnsafeMutablePointer<Self>, _ a: UnsafeMutablePointer<Self>, _ lda: Int, _ w: UnsafeMutablePointer<Self>,
    _ m: Int, _ n: Int
  ) {
    if Self.self == Double.self {
      sk_multiply_transposed_f64(recast(z), recast(a), lda, recast(w), m, n)
    } else {
      sk_multiply_transposed_f32(recast(z), recast(a), lda, recast(w), m, n)
    }
  }

  /// y += A*x and z += A'*w for an m x n matrix A without gaps.
  @inline(__always)
  static func multiplyBoth(
    _ y: UnsafeMutablePointer<Self>, _ z: UnsafeMutablePointer<Self>, _ a: UnsafeMutablePointer<Self>,
    _ x: UnsafeMutablePointer<Self>, _ w: UnsafeMutablePointer<Self>, _ m: Int, _ n: Int
  ) {
    if Self.self == Double.self {
      sk_multiply_both_f64(recast(y), recast(z), recast(a), m, recast(x), recast(w), m, n)
    } else {
      sk_multiply_both_f32(recast(y), recast(z), recast(a), m, recast(x), recast(w), m, n)
    }
  }

  /// Whether an m x k times k x n product is faster by `multiplyDirectly` than by BLAS.
  static func isFasterDirectly(_ m: Int, _ n: Int, _ k: Int, transposed: Bool) -> Bool {
    Self.self == Double.self
      ? sk_gemm_is_faster_f64(m, n, k, transposed) : sk_gemm_is_faster_f32(m, n, k, transposed)
  }

  /// C = alpha*A*B, or alpha*A*B' where B is given by rows of its columns: without packing, with the same bits however C is cut.
  @inline(__always)
  static func multiplyDirectly(
    _ m: Int, _ n: Int, _ k: Int, _ alpha: Self, _ a: UnsafeMutablePointer<Self>, _ lda: Int,
    _ b: UnsafeMutablePointer<Self>, _ ldb: Int, transposed: Bool, _ c: UnsafeMutablePointer<Self>, _ ldc: Int
  ) {
    let (inner, outer) = transposed ? (ldb, 1) : (1, ldb)
    if Self.self == Double.self {
      sk_gemm_f64(m, n, k, Double(alpha), recast(a), lda, recast(b), inner, outer, recast(c), ldc)
    } else {
      sk_gemm_f32(m, n, k, Float(alpha), recast(a), lda, recast(b), inner, outer, recast(c), ldc)
    }
  }

  @inline(__always)
  static func traceProduct(_ x: UnsafeMutablePointer<Self>, _ y: UnsafeMutablePointer<Self>, _ m: Int, _ n: Int) -> Self
  {
    Self.self == Double.self
      ? Self(sk_trace_product_f64(recast(x), recast(y), m, n)) : Self(sk_trace_product_f32(recast(x), recast(y), m, n))
  }

  @inline(__always)
  static func softmaxColumns(
    _ p: UnsafeMutablePointer<Self>?, _ logsumexp: UnsafeMutablePointer<Self>?, _ x: UnsafeMutablePointer<Self>,
    _ m: Int,
    _ n: Int
  ) {
    if Self.self == Double.self {
      sk_softmax_logsumexp_columns_f64(p.map { recast($0) }, logsumexp.map { recast($0) }, recast(x), m, n, m, m)
    } else {
      sk_softmax_logsumexp_columns_f32(p.map { recast($0) }, logsumexp.map { recast($0) }, recast(x), m, n, m, m)
    }
  }

  /// The same address with the type that it has already.
  @inline(__always)
  private static func recast<Other>(_ x: UnsafeMutablePointer<Self>) -> UnsafeMutablePointer<Other> {
    UnsafeMutableRawPointer(x).assumingMemoryBound(to: Other.self)
  }

  @inline(__always)
  private static func recastForReading<Other>(_ x: UnsafePointer<Self>) -> UnsafePointer<Other> {
    UnsafeRawPointer(x).assumingMemoryBound(to: Other.self)
  }
}
