// Float as an element: the one place where the single-precision routines are named.
internal import CLinearAlgebra
import RealModule

extension Float: Scalar {
  /// The routines whose names begin with s.
  public static let routines = Routines(
    blas: BLAS<Float>(
      nrm2: cblas_snrm2, gemv: cblas_sgemv, gemm: cblas_sgemm, syrk: cblas_ssyrk, trsv: cblas_strsv,
      trsm: cblas_strsm, trmm: cblas_strmm),
    lapack: LAPACK<Float>(
      potrf: LAPACKE_spotrf_work, potrs: LAPACKE_spotrs_work, potri: LAPACKE_spotri_work,
      pocon: LAPACKE_spocon_work, pstrf: LAPACKE_spstrf_work,
      getrf: LAPACKE_sgetrf_work, getrs: LAPACKE_sgetrs_work, getri: LAPACKE_sgetri, gecon: LAPACKE_sgecon_work,
      geqrf: LAPACKE_sgeqrf, orgqr: LAPACKE_sorgqr, ormqr: LAPACKE_sormqr, trcon: LAPACKE_strcon_work,
      syevd: LAPACKE_ssyevd, gesdd: LAPACKE_sgesdd))
}
