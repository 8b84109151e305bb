// Double as an element: the one place where the double-precision routines are named.
internal import CLinearAlgebra
import RealModule

extension Double: Scalar {
  /// The routines whose names begin with d.
  public static let routines = Routines(
    blas: BLAS<Double>(
      nrm2: cblas_dnrm2, gemv: cblas_dgemv, gemm: cblas_dgemm, syrk: cblas_dsyrk, trsv: cblas_dtrsv,
      trsm: cblas_dtrsm, trmm: cblas_dtrmm),
    lapack: LAPACK<Double>(
      potrf: LAPACKE_dpotrf_work, potrs: LAPACKE_dpotrs_work, potri: LAPACKE_dpotri_work,
      pocon: LAPACKE_dpocon_work, pstrf: LAPACKE_dpstrf_work,
      getrf: LAPACKE_dgetrf_work, getrs: LAPACKE_dgetrs_work, getri: LAPACKE_dgetri, gecon: LAPACKE_dgecon_work,
      geqrf: LAPACKE_dgeqrf, orgqr: LAPACKE_dorgqr, ormqr: LAPACKE_dormqr, trcon: LAPACKE_dtrcon_work,
      syevd: LAPACKE_dsyevd, gesdd: LAPACKE_dgesdd))
}
