// The cut of a program into blocks and tiles, and which of its instructions need no work of their own in a block.
#include "schedule.h"

#include <string.h>

/// Elements of a tile: enough to be worth a thread's while, few enough to share work evenly. Sums over columns keep one
/// number per row for each tile, and larger tiles make those few.
static const size_t tile_elements = 1 << 15, tile_elements_with_row_sums = 1 << 18, most_tile_rows = 1 << 14,
                    most_column_rows = 1 << 11;

static size_t quotient_up(size_t a, size_t b) { return (a + b - 1) / b; }

sk_geometry sk_geometry_of(const sk_program *program) {
  size_t m = program->rows, n = program->columns;
  sk_geometry g = {1, 1, 1, 1, 0, 0};
  if (m == 0 || n == 0) return g;
  bool row_sums = false;
  for (size_t i = 0; i < program->count; i++) row_sums |= program->instructions[i].operation == sk_operation_row_sums;
  if (m <= SK_BLOCK) {
    g.block_rows = m;
    g.block_columns = SK_BLOCK / m < n ? SK_BLOCK / m : n;
  } else {
    // Blocks of nearly the same height, in multiples of 32.
    g.block_rows = quotient_up(quotient_up(m, quotient_up(m, SK_BLOCK)), 32) * 32;
  }
  size_t elements = row_sums ? tile_elements_with_row_sums : tile_elements;
  // A vector's tiles are short, so that the rows of a matrix which belong to one stay in the second cache beside it.
  size_t most_rows = n == 1 ? most_column_rows : most_tile_rows;
  g.tile_rows = m <= most_rows ? m : most_rows / g.block_rows * g.block_rows;
  g.tile_columns = quotient_up(quotient_up(elements, g.tile_rows), g.block_columns) * g.block_columns;
  if (m > most_tile_rows && !row_sums) g.tile_columns = 1;
  g.row_tiles = quotient_up(m, g.tile_rows);
  g.column_tiles = quotient_up(n, g.tile_columns);
  return g;
}

size_t sk_partial_count(const sk_program *program, sk_geometry g, sk_operation operation) {
  switch (operation) {
    case sk_operation_sum:
    case sk_operation_dot:
    case sk_operation_largest:
      return g.row_tiles * g.column_tiles;
    case sk_operation_row_sums:
      return program->rows * g.column_tiles;
    case sk_operation_column_sums:
      return program->columns * g.row_tiles;
    default:
      return 0;
  }
}

size_t sk_tile_count(const sk_program *program) {
  sk_geometry g = sk_geometry_of(program);
  return g.row_tiles * g.column_tiles;
}

size_t sk_tile_rows(const sk_program *program) { return sk_geometry_of(program).tile_rows; }

size_t sk_workspace_count(const sk_program *program) {
  sk_geometry g = sk_geometry_of(program);
  size_t count = 0;
  for (size_t i = 0; i < program->count; i++) {
    count += sk_partial_count(program, g, program->instructions[i].operation);
  }
  return count;
}

static bool writes(const sk_instruction *s) { return s->operation < sk_operation_store; }

static bool reads(const sk_instruction *s, uint8_t r) {
  switch (s->operation) {
    case sk_operation_load:
    case sk_operation_constant:
      return false;
    case sk_operation_multiply_add:
    case sk_operation_select:
      return s->a == r || s->b == r || s->c == r;
    case sk_operation_add:
    case sk_operation_subtract:
    case sk_operation_multiply:
    case sk_operation_divide:
    case sk_operation_minimum:
    case sk_operation_maximum:
    case sk_operation_greater:
    case sk_operation_dot:
      return s->a == r || s->b == r;
    default:
      return s->a == r;
  }
}

/// Whether the register of load `l` is read after its array has been written: then it must have been copied.
static bool outlives_its_array(const sk_program *program, size_t l, const void *array, const sk_output *outputs,
                               const uint8_t *flags) {
  const sk_instruction *s = program->instructions;
  size_t last = l;
  for (size_t i = l + 1; i < program->count; i++) {
    if (reads(s + i, s[l].to)) last = i;
    if (writes(s + i) && s[i].to == s[l].to) break;
  }
  for (size_t i = 0; i < last; i++) {
    if ((flags[i] & sk_flag_direct) && outputs[s[i + 1].slot].data == array) return true;
    if (s[i].operation == sk_operation_store && outputs[s[i].slot].data == array) return true;
  }
  return false;
}

void sk_schedule(const sk_program *program, sk_geometry g, const sk_input *inputs, const sk_output *outputs,
                 uint8_t flags[SK_INSTRUCTIONS]) {
  const sk_instruction *s = program->instructions;
  size_t count = program->count;
  uint8_t writers[SK_REGISTERS] = {0};
  for (size_t i = 0; i < count; i++) writers[s[i].to] += writes(s + i);
  memset(flags, 0, count);
  for (size_t i = 0; i < count; i++) {
    bool alone = writes(s + i) && writers[s[i].to] == 1;
    if (s[i].operation == sk_operation_constant) {
      flags[i] = alone ? sk_flag_once : 0;
    } else if (s[i].operation == sk_operation_load) {
      sk_shape shape = inputs[s[i].slot].shape;
      bool same = shape == sk_shape_scalar || (shape == sk_shape_per_row && g.block_rows == program->rows);
      flags[i] = alone && same ? sk_flag_once : 0;
    } else if (writes(s + i) && i + 1 < count && s[i + 1].operation == sk_operation_store && s[i + 1].a == s[i].to) {
      const sk_output *output = outputs + s[i + 1].slot;
      bool contiguous = g.block_columns == 1 || output->stride == program->rows;
      flags[i] = contiguous && !output->accumulate ? sk_flag_direct : 0;
    }
  }
  for (size_t i = 0; i < count; i++) {
    if (s[i].operation != sk_operation_load || (flags[i] & sk_flag_once)) continue;
    const sk_input *input = inputs + s[i].slot;
    bool contiguous = input->shape == sk_shape_full ? g.block_columns == 1 || input->stride == program->rows
                                              : input->shape == sk_shape_per_row && g.block_columns == 1 && input->stride == 1;
    if (contiguous && !outlives_its_array(program, i, input->data, outputs, flags)) flags[i] = sk_flag_in_place;
  }
}
