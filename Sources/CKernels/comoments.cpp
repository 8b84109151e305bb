// Monomials of centred columns, compiled for three instruction sets. Their cross products are ck_add_scatter's business.
extern "C" {
#include "CKernels.h"
#include "processor.h"
}

namespace {

__attribute__((always_inline)) inline void monomials(const double *x, size_t x_stride, size_t rows, size_t d,
                                                     const double *centre, const double *scale, double *out,
                                                     size_t out_stride) {
  size_t padded = (rows + ck_row_group - 1) / ck_row_group * ck_row_group;
  for (size_t c = 0; c < d; c++) {
    const double *from = x + c * x_stride;
    double *__restrict to = out + c * out_stride;
    double middle = centre[c], factor = scale[c];
    for (size_t r = 0; r < rows; r++) to[r] = (from[r] - middle) * factor;
    for (size_t r = rows; r < padded; r++) to[r] = 0;
  }
  double *__restrict to = out + d * out_stride;
  for (size_t b = 0; b < d; b++) {
    for (size_t a = b; a < d; a++) {
      const double *left = out + a * out_stride, *right = out + b * out_stride;
      for (size_t r = 0; r < padded; r++) to[r] = left[r] * right[r];
      to += out_stride;
    }
  }
}

#define CK_MONOMIALS(name, ...)                                                                                       \
  __VA_ARGS__ void monomials_##name(const double *x, size_t x_stride, size_t rows, size_t d, const double *centre,    \
                                    const double *scale, double *out, size_t out_stride) {                            \
    monomials(x, x_stride, rows, d, centre, scale, out, out_stride);                                                  \
  }

CK_MONOMIALS(baseline)
#if defined(__x86_64__)
CK_MONOMIALS(avx2, __attribute__((target("avx2,fma"))))
CK_MONOMIALS(avx512, __attribute__((target("avx512f,avx512dq,avx512vl"))))
#endif

}  // namespace

extern "C" void ck_monomials(const double *x, size_t x_stride, size_t rows, size_t d, const double *centre,
                             const double *scale, double *out, size_t out_stride) {
#if defined(__x86_64__)
  if (ck_has_avx512()) return monomials_avx512(x, x_stride, rows, d, centre, scale, out, out_stride);
  if (ck_has_avx2()) return monomials_avx2(x, x_stride, rows, d, centre, scale, out, out_stride);
#endif
  monomials_baseline(x, x_stride, rows, d, centre, scale, out, out_stride);
}
