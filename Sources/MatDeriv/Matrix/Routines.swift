// The CBLAS and LAPACK routines in use, as a table with one instance per precision.
// It is cut here so that `cblas_dgemm` is named once and all algorithms above it are generic.
internal import CLinearAlgebra

/// The CBLAS and LAPACK routines of one precision.
///
/// Public only because `Scalar` requires it; it has no public members.
/// A class, so that a call does not copy the table.
public final class Routines<Element>: Sendable {
  let blas: BLAS<Element>
  let lapack: LAPACK<Element>

  init(blas: BLAS<Element>, lapack: LAPACK<Element>) {
    LinearAlgebra.start()
    self.blas = blas
    self.lapack = lapack
  }
}

/// Routines of BLAS, in the argument order of CBLAS.
struct BLAS<Element>: Sendable {
  typealias In = UnsafePointer<Element>?
  typealias Out = UnsafeMutablePointer<Element>?

  let nrm2: @Sendable (Int32, In, Int32) -> Element
  let gemv:
    @Sendable (CBLAS_ORDER, CBLAS_TRANSPOSE, Int32, Int32, Element, In, Int32, In, Int32, Element, Out, Int32) -> Void
  let gemm:
    @Sendable (
      CBLAS_ORDER, CBLAS_TRANSPOSE, CBLAS_TRANSPOSE, Int32, Int32, Int32, Element, In, Int32, In, Int32, Element, Out,
      Int32
    ) -> Void
  let syrk:
    @Sendable (CBLAS_ORDER, CBLAS_UPLO, CBLAS_TRANSPOSE, Int32, Int32, Element, In, Int32, Element, Out, Int32) -> Void
  let trsv: @Sendable (CBLAS_ORDER, CBLAS_UPLO, CBLAS_TRANSPOSE, CBLAS_DIAG, Int32, In, Int32, Out, Int32) -> Void
  let trsm:
    @Sendable (
      CBLAS_ORDER, CBLAS_SIDE, CBLAS_UPLO, CBLAS_TRANSPOSE, CBLAS_DIAG, Int32, Int32, Element, In, Int32, Out, Int32
    ) -> Void
  let trmm:
    @Sendable (
      CBLAS_ORDER, CBLAS_SIDE, CBLAS_UPLO, CBLAS_TRANSPOSE, CBLAS_DIAG, Int32, Int32, Element, In, Int32, Out, Int32
    ) -> Void
}

/// Routines of LAPACK, in the argument order of LAPACKE; the result is LAPACK's `info`.
struct LAPACK<Element>: Sendable {
  typealias In = UnsafePointer<Element>?
  typealias Out = UnsafeMutablePointer<Element>?
  typealias Integers = UnsafeMutablePointer<Int32>?

  let potrf: @Sendable (Int32, CChar, Int32, Out, Int32) -> Int32
  let potrs: @Sendable (Int32, CChar, Int32, Int32, In, Int32, Out, Int32) -> Int32
  let potri: @Sendable (Int32, CChar, Int32, Out, Int32) -> Int32
  let pocon: @Sendable (Int32, CChar, Int32, In, Int32, Element, Out, Out, Integers) -> Int32
  let pstrf: @Sendable (Int32, CChar, Int32, Out, Int32, Integers, Integers, Element, Out) -> Int32
  let getrf: @Sendable (Int32, Int32, Int32, Out, Int32, Integers) -> Int32
  let getrs: @Sendable (Int32, CChar, Int32, Int32, In, Int32, UnsafePointer<Int32>?, Out, Int32) -> Int32
  let getri: @Sendable (Int32, Int32, Out, Int32, UnsafePointer<Int32>?) -> Int32
  let gecon: @Sendable (Int32, CChar, Int32, In, Int32, Element, Out, Out, Integers) -> Int32
  let geqrf: @Sendable (Int32, Int32, Int32, Out, Int32, Out) -> Int32
  let orgqr: @Sendable (Int32, Int32, Int32, Int32, Out, Int32, In) -> Int32
  let ormqr: @Sendable (Int32, CChar, CChar, Int32, Int32, Int32, In, Int32, In, Out, Int32) -> Int32
  let trcon: @Sendable (Int32, CChar, CChar, CChar, Int32, In, Int32, Out, Out, Integers) -> Int32
  let syevd: @Sendable (Int32, CChar, CChar, Int32, Out, Int32, Out) -> Int32
  let gesdd: @Sendable (Int32, CChar, Int32, Int32, Out, Int32, Out, Out, Int32, Out, Int32) -> Int32
}

/// The options that LAPACK's routines are called with.
enum Option {
  /// `LAPACK_COL_MAJOR`: all matrices here are stored by columns.
  static let columnMajor: Int32 = 102
  static let lower = CChar(UInt8(ascii: "L"))
  static let left = CChar(UInt8(ascii: "L"))
  static let upper = CChar(UInt8(ascii: "U"))
  static let plain = CChar(UInt8(ascii: "N"))
  static let transposed = CChar(UInt8(ascii: "T"))
  static let nonUnit = CChar(UInt8(ascii: "N"))
  static let oneNorm = CChar(UInt8(ascii: "1"))
  static let valuesOnly = CChar(UInt8(ascii: "N"))
  static let vectors = CChar(UInt8(ascii: "V"))
  static let allVectors = CChar(UInt8(ascii: "A"))
  static let someVectors = CChar(UInt8(ascii: "S"))
}
