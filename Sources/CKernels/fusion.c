// The entry points of fusion.h, and how the partial sums of the tiles are combined.
#include "include/fusion.h"

#include "kernel_table.h"
#include "long_sum.h"
#include "schedule.h"

bool sk_is_valid(const sk_program *program, size_t inputs, size_t outputs) {
  if (program->count > SK_INSTRUCTIONS) return false;
  for (size_t i = 0; i < program->count; i++) {
    const sk_instruction *s = program->instructions + i;
    if (s->operation > sk_operation_column_sums || s->to >= SK_REGISTERS || s->a >= SK_REGISTERS || s->b >= SK_REGISTERS ||
        s->c >= SK_REGISTERS || (s->operation == sk_operation_apply && s->function >= sk_function_count) ||
        (s->operation == sk_operation_load && s->slot >= inputs) || (s->operation >= sk_operation_store && s->slot >= outputs)) {
      return false;
    }
  }
  return true;
}

void sk_run_tiles_with_f64(sk_instructions set, const sk_program *program, const sk_input *inputs,
                           const sk_output *outputs, double *workspace, size_t first, size_t end) {
  sk_kernels_for(set)->run_tiles_f64(program, inputs, outputs, workspace, first, end);
}

void sk_run_tiles_f64(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace,
                      size_t first, size_t end) {
  sk_run_tiles_with_f64(sk_best_instructions(), program, inputs, outputs, workspace, first, end);
}

void sk_run_tiles_with_f32(sk_instructions set, const sk_program *program, const sk_input *inputs,
                           const sk_output *outputs, double *workspace, size_t first, size_t end) {
  sk_kernels_for(set)->run_tiles_f32(program, inputs, outputs, workspace, first, end);
}

void sk_run_tiles_f32(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace,
                      size_t first, size_t end) {
  sk_run_tiles_with_f32(sk_best_instructions(), program, inputs, outputs, workspace, first, end);
}

/// The reduction's numbers, one after another: sum[k] of `tiles` partial results that are `stride` apart.
static double combined(const double *partial, size_t tiles, size_t stride, sk_operation operation) {
  if (operation == sk_operation_largest) {
    double largest = -__builtin_inf();
    for (size_t t = 0; t < tiles; t++) {
      double x = partial[t * stride];
      largest = largest >= x || largest != largest ? largest : x;
    }
    return largest;
  }
  sk_long_sum s = {0, 0};
  for (size_t t = 0; t < tiles; t++) sk_add(&s, partial[t * stride]);
  return sk_value(s);
}

/// Calls `write` for every number of every reduction.
static void finish(const sk_program *program, const sk_output *outputs, const double *workspace,
                   void (*write)(const sk_output *, size_t, double)) {
  sk_geometry g = sk_geometry_of(program);
  for (size_t i = 0; i < program->count; i++) {
    const sk_instruction *s = program->instructions + i;
    size_t partials = sk_partial_count(program, g, s->operation);
    size_t numbers = 0, tiles = g.row_tiles * g.column_tiles;
    if (s->operation == sk_operation_sum || s->operation == sk_operation_dot || s->operation == sk_operation_largest) numbers = 1;
    if (s->operation == sk_operation_row_sums) numbers = program->rows, tiles = g.column_tiles;
    if (s->operation == sk_operation_column_sums) numbers = program->columns, tiles = g.row_tiles;
    for (size_t k = 0; k < numbers; k++) {
      write(outputs + s->slot, k, combined(workspace + k, tiles, numbers, s->operation));
    }
    workspace += partials;
  }
}

static void write_f64(const sk_output *output, size_t k, double x) {
  double *to = (double *)output->data + k * output->stride;
  *to = output->accumulate ? *to + x : x;
}

static void write_f32(const sk_output *output, size_t k, double x) {
  float *to = (float *)output->data + k * output->stride;
  *to = (float)(output->accumulate ? *to + x : x);
}

void sk_finish_f64(const sk_program *program, const sk_output *outputs, const double *workspace) {
  finish(program, outputs, workspace, write_f64);
}

void sk_finish_f32(const sk_program *program, const sk_output *outputs, const double *workspace) {
  finish(program, outputs, workspace, write_f32);
}

void sk_run_f64(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace) {
  sk_run_tiles_f64(program, inputs, outputs, workspace, 0, sk_tile_count(program));
  sk_finish_f64(program, outputs, workspace);
}

void sk_run_f32(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace) {
  sk_run_tiles_f32(program, inputs, outputs, workspace, 0, sk_tile_count(program));
  sk_finish_f32(program, outputs, workspace);
}

void sk_softmax_logsumexp_columns_with_f64(sk_instructions set, double *y, double *logsumexp, const double *x, size_t m,
                                           size_t n, size_t ldy, size_t ldx) {
  sk_kernels_for(set)->softmax_f64(y, logsumexp, x, m, n, ldy, ldx);
}

void sk_softmax_logsumexp_columns_f64(double *y, double *logsumexp, const double *x, size_t m, size_t n, size_t ldy,
                                      size_t ldx) {
  sk_softmax_logsumexp_columns_with_f64(sk_best_instructions(), y, logsumexp, x, m, n, ldy, ldx);
}

void sk_softmax_logsumexp_columns_with_f32(sk_instructions set, float *y, float *logsumexp, const float *x, size_t m,
                                           size_t n, size_t ldy, size_t ldx) {
  sk_kernels_for(set)->softmax_f32(y, logsumexp, x, m, n, ldy, ldx);
}

void sk_softmax_logsumexp_columns_f32(float *y, float *logsumexp, const float *x, size_t m, size_t n, size_t ldy,
                                      size_t ldx) {
  sk_softmax_logsumexp_columns_with_f32(sk_best_instructions(), y, logsumexp, x, m, n, ldy, ldx);
}

void sk_softmax_columns_f64(double *y, const double *x, size_t m, size_t n, size_t ldy, size_t ldx) {
  sk_softmax_logsumexp_columns_f64(y, NULL, x, m, n, ldy, ldx);
}

void sk_softmax_columns_f32(float *y, const float *x, size_t m, size_t n, size_t ldy, size_t ldx) {
  sk_softmax_logsumexp_columns_f32(y, NULL, x, m, n, ldy, ldx);
}

void sk_logsumexp_columns_f64(double *y, const double *x, size_t m, size_t n, size_t ldx) {
  sk_softmax_logsumexp_columns_f64(NULL, y, x, m, n, 0, ldx);
}

void sk_logsumexp_columns_f32(float *y, const float *x, size_t m, size_t n, size_t ldx) {
  sk_softmax_logsumexp_columns_f32(NULL, y, x, m, n, 0, ldx);
}
