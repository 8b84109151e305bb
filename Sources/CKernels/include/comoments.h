// Monomials of centred columns: what sums of third and fourth products are made of.
#pragma once
#include <stddef.h>

/// Writes y = (x - centre) * scale for each of d columns and then y_a y_b for all pairs a >= b, pair (b, b) first, then
/// (b + 1, b) and so on, b ascending: d + d (d + 1) / 2 columns. Column c starts at `x + c * x_stride` and
/// `out + c * out_stride`; `out_stride` is at least `rows` rounded up to `ck_row_group`, and rows between are set to zero.
void ck_monomials(const double *x, size_t x_stride, size_t rows, size_t d, const double *centre, const double *scale,
                  double *out, size_t out_stride);
