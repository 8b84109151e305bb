// Chains of elementwise operations over matrices, with the reductions that end them, in one pass over the data: a program runs
// over blocks of at most SK_BLOCK elements that stay in the nearest cache. Nothing is allocated.
//
// A matrix is m x n, by columns, with a leading dimension. A program of straight-line instructions reads inputs into registers,
// computes on registers, stores registers to full outputs and reduces registers to sums. Derivatives in terms of outputs are such
// programs: sigmoid' = y - y*y, tanh' = 1 - y*y, relu' = step(y).
//
// Blocks and tiles follow from m, n and the kinds of reduction alone. A tile is what a thread takes; its partial sums go to
// the workspace and are combined in the order of the tiles, so no result depends on how tiles are given to threads.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "elementwise.h"

#define SK_BLOCK 512
#define SK_REGISTERS 16
#define SK_INSTRUCTIONS 128

typedef enum : uint8_t {
  sk_operation_load,          ///< to = input `slot`
  sk_operation_constant,      ///< to = value
  sk_operation_apply,         ///< to = function(a)
  sk_operation_power,         ///< to = a^value
  sk_operation_scale,         ///< to = a value
  sk_operation_offset,        ///< to = a + value
  sk_operation_add,           ///< to = a + b
  sk_operation_subtract,      ///< to = a - b
  sk_operation_multiply,      ///< to = a b
  sk_operation_divide,        ///< to = a/b
  sk_operation_multiply_add,  ///< to = a b + c, with one rounding or two
  sk_operation_minimum,       ///< to = the smaller of a and b, NaN if one is
  sk_operation_maximum,       ///< to = the larger of a and b, NaN if one is
  sk_operation_greater,       ///< to = 1 where a > b, 0 elsewhere
  sk_operation_select,        ///< to = b where a > 0, c elsewhere
  sk_operation_store,         ///< output `slot` (full) = a
  sk_operation_sum,           ///< output `slot` (one number) = sum of a
  sk_operation_dot,           ///< output `slot` (one number) = sum of a b
  sk_operation_largest,       ///< output `slot` (one number) = largest of a, NaN if there is one; -infinity of no elements
  sk_operation_row_sums,      ///< output `slot` (m numbers) = sums over the columns of a
  sk_operation_column_sums,   ///< output `slot` (n numbers) = sums over the rows of a
} sk_operation;

/// A register may be written again; it is read as the last instruction before left it. Registers are a, b, c < SK_REGISTERS.
typedef struct {
  sk_operation operation;
  sk_function function;  ///< of sk_operation_apply
  uint8_t to, a, b, c;
  uint16_t slot;
  double value;
} sk_instruction;

typedef struct {
  size_t rows, columns;
  const sk_instruction *instructions;
  size_t count;
} sk_program;

typedef enum : uint8_t {
  sk_shape_full,        ///< m x n with leading dimension `stride`
  sk_shape_per_row,     ///< m numbers, `stride` apart: one for each row, the same in all columns
  sk_shape_per_column,  ///< n numbers, `stride` apart: one for each column, the same in all rows
  sk_shape_scalar,      ///< one number
} sk_shape;

/// Numbers of the type that the program is run in.
typedef struct {
  const void *data;
  size_t stride;
  sk_shape shape;
} sk_input;

/// `stride` is the leading dimension of a full output and the distance between sums; what is there is added to if `accumulate`.
/// A full output may be a full input with the same stride whose load stands before the store. Outputs do not overlap otherwise.
typedef struct {
  void *data;
  size_t stride;
  bool accumulate;
} sk_output;

/// Whether all registers, functions and slots exist and there are at most SK_INSTRUCTIONS instructions.
bool sk_is_valid(const sk_program *program, size_t inputs, size_t outputs);

/// The number of tiles, and of doubles that the partial sums of all tiles take.
size_t sk_tile_count(const sk_program *program);
size_t sk_workspace_count(const sk_program *program);

/// The rows of a tile of a program over one column; the last tile may have fewer.
size_t sk_tile_rows(const sk_program *program);

/// Runs all tiles and finishes.
void sk_run_f64(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace);
void sk_run_f32(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace);

/// Runs tiles first..<end. Different tiles may run at the same time.
void sk_run_tiles_f64(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace,
                      size_t first, size_t end);
void sk_run_tiles_f32(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace,
                      size_t first, size_t end);

/// Writes the reductions, after all tiles have run. Sums are accumulated in double in both types.
void sk_finish_f64(const sk_program *program, const sk_output *outputs, const double *workspace);
void sk_finish_f32(const sk_program *program, const sk_output *outputs, const double *workspace);

/// Of each column x of an m x n matrix: y = exp(x - max)/sum exp(x - max), and max + log(sum exp(x - max)). Either may be left
/// out (NULL). y may be x with the same leading dimension.
void sk_softmax_logsumexp_columns_f64(double *y, double *logsumexp, const double *x, size_t m, size_t n, size_t ldy,
                                      size_t ldx);
void sk_softmax_logsumexp_columns_f32(float *y, float *logsumexp, const float *x, size_t m, size_t n, size_t ldy,
                                      size_t ldx);
void sk_softmax_columns_f64(double *y, const double *x, size_t m, size_t n, size_t ldy, size_t ldx);
void sk_softmax_columns_f32(float *y, const float *x, size_t m, size_t n, size_t ldy, size_t ldx);
void sk_logsumexp_columns_f64(double *y, const double *x, size_t m, size_t n, size_t ldx);
void sk_logsumexp_columns_f32(float *y, const float *x, size_t m, size_t n, size_t ldx);

/// The same with a set of instructions that the processor must have: for tests and measurements.
void sk_run_tiles_with_f64(sk_instructions set, const sk_program *program, const sk_input *inputs,
                           const sk_output *outputs, double *workspace, size_t first, size_t end);
void sk_run_tiles_with_f32(sk_instructions set, const sk_program *program, const sk_input *inputs,
                           const sk_output *outputs, double *workspace, size_t first, size_t end);
void sk_softmax_logsumexp_columns_with_f64(sk_instructions set, double *y, double *logsumexp, const double *x, size_t m,
                                           size_t n, size_t ldy, size_t ldx);
void sk_softmax_logsumexp_columns_with_f32(sk_instructions set, float *y, float *logsumexp, const float *x, size_t m,
                                           size_t n, size_t ldy, size_t ldx);
