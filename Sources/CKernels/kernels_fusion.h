// Part of kernels.h: the programs of fusion.h, run block by block over REAL.

/// Where a block lies.
typedef struct {
  size_t row, column, rows, columns;
} T(place);

static void T(fill)(REAL *to, REAL value, size_t n) {
  for (size_t i = 0; i < n; i++) to[i] = value;
}

/// The block of an input, copied into `to`.
static void T(copy_in)(REAL *to, const sk_input *input, T(place) p) {
  const REAL *from = input->data;
  switch (input->shape) {
    case sk_shape_full:
      for (size_t j = 0; j < p.columns; j++) {
        memcpy(to + j * p.rows, from + p.row + (p.column + j) * input->stride, p.rows * sizeof(REAL));
      }
      break;
    case sk_shape_per_row:
      for (size_t i = 0; i < p.rows; i++) to[i] = from[(p.row + i) * input->stride];
      for (size_t done = 1; done < p.columns; done *= 2) {  // twice as many columns each time
        size_t more = p.columns - done < done ? p.columns - done : done;
        memcpy(to + done * p.rows, to, more * p.rows * sizeof(REAL));
      }
      break;
    case sk_shape_per_column:
      for (size_t j = 0; j < p.columns; j++) {
        T(fill)(to + j * p.rows, from[(p.column + j) * input->stride], p.rows);
      }
      break;
    case sk_shape_scalar:
      T(fill)(to, *from, p.rows * p.columns);
      break;
  }
}

static void T(copy_out)(const sk_output *output, const REAL *from, T(place) p) {
  for (size_t j = 0; j < p.columns; j++) {
    REAL *to = (REAL *)output->data + p.row + (p.column + j) * output->stride;
    const REAL *x = from + j * p.rows;
    if (output->accumulate) {
      for (size_t i = 0; i < p.rows; i++) to[i] += x[i];
    } else if (to != x) {
      memcpy(to, x, p.rows * sizeof(REAL));
    }
  }
}

/// sums[i] += the sum of row i over the block's columns. The right half of the columns is added to the left half until one is left:
/// long loops even where columns are short.
static void T(add_row_sums)(double *sums, const REAL *x, T(place) p) {
  if (p.columns == 1) {
    for (size_t i = 0; i < p.rows; i++) sums[i] += x[i];
    return;
  }
  double block[SK_BLOCK];
  size_t left = (p.columns + 1) / 2 * p.rows, right = p.columns / 2 * p.rows;
  for (size_t i = 0; i < right; i++) block[i] = (double)x[i] + x[left + i];
  for (size_t i = right; i < left; i++) block[i] = x[i];
  for (size_t columns = (p.columns + 1) / 2; columns > 1; columns = (columns + 1) / 2) {
    left = (columns + 1) / 2 * p.rows, right = columns / 2 * p.rows;
    for (size_t i = 0; i < right; i++) block[i] += block[left + i];
  }
  for (size_t i = 0; i < p.rows; i++) sums[i] += block[i];
}

/// to[i] = value for i < n, where no array overlaps another except in place.
#define EACH(value)                                                                                        \
  {                                                                                                        \
    _Pragma("clang loop vectorize(assume_safety) interleave_count(2)") for (size_t i = 0; i < n; i++) to[i] = \
        (value);                                                                                           \
  }                                                                                                        \
  break

/// Partial sums that a tile has in the workspace, and the block's work on them.
typedef struct {
  double *partial[SK_INSTRUCTIONS];  // of the tile: one number, or those of the tile's rows or columns
  sk_long_sum whole[SK_INSTRUCTIONS];  // of sk_operation_sum and sk_operation_dot, until the tile is done
} T(sums);

static void T(run_block)(const sk_program *program, const sk_input *inputs, const sk_output *outputs,
                         const uint8_t *flags, const REAL **registers, REAL (*scratch)[SK_BLOCK], T(sums) * sums,
                         T(place) tile, T(place) p) {
  size_t n = p.rows * p.columns;
  for (size_t k = 0; k < program->count; k++) {
    const sk_instruction s = program->instructions[k];
    if (flags[k] & sk_flag_once) continue;
    const REAL *a = registers[s.a], *b = registers[s.b], *c = registers[s.c];
    REAL *to = scratch[s.to];
    if (flags[k] & sk_flag_direct) {
      const sk_output *output = outputs + program->instructions[k + 1].slot;
      to = (REAL *)output->data + p.row + p.column * output->stride;
    }
    REAL value = (REAL)s.value;
    switch (s.operation) {
      case sk_operation_load:
        if (flags[k] & sk_flag_in_place) {
          const sk_input *input = inputs + s.slot;
          registers[s.to] = (const REAL *)input->data + p.row + (input->shape == sk_shape_full ? p.column * input->stride : 0);
          continue;
        }
        T(copy_in)(to, inputs + s.slot, p);
        break;
      case sk_operation_constant:
        T(fill)(to, value, n);
        break;
      case sk_operation_apply:
        T(apply_functions)[s.function](to, a, n);
        break;
      case sk_operation_power:
        T(pow_array)(to, a, n, value);
        break;
      case sk_operation_scale:
        EACH(a[i] * value);
      case sk_operation_offset:
        EACH(a[i] + value);
      case sk_operation_add:
        EACH(a[i] + b[i]);
      case sk_operation_subtract:
        EACH(a[i] - b[i]);
      case sk_operation_multiply:
        EACH(a[i] * b[i]);
      case sk_operation_divide:
        EACH(a[i] / b[i]);
      case sk_operation_multiply_add:
        EACH(a[i] * b[i] + c[i]);
      case sk_operation_minimum:
        EACH(a[i] <= b[i] || a[i] != a[i] ? a[i] : b[i]);
      case sk_operation_maximum:
        EACH(a[i] >= b[i] || a[i] != a[i] ? a[i] : b[i]);
      case sk_operation_greater:
        EACH(a[i] > b[i] ? (REAL)1 : (REAL)0);
      case sk_operation_select:
        EACH(a[i] > 0 ? b[i] : c[i]);
      case sk_operation_store:
        T(copy_out)(outputs + s.slot, a, p);
        continue;
      case sk_operation_sum:
        sk_add(sums->whole + k, T(block_sum)(a, n));
        continue;
      case sk_operation_dot:
        sk_add(sums->whole + k, T(block_dot)(a, b, n));
        continue;
      case sk_operation_largest:
        *sums->partial[k] = larger_f64(*sums->partial[k], T(block_largest)(a, n));
        continue;
      case sk_operation_row_sums:
        T(add_row_sums)(sums->partial[k] + (p.row - tile.row), a, p);
        continue;
      case sk_operation_column_sums:
        for (size_t j = 0; j < p.columns; j++) {
          sums->partial[k][p.column - tile.column + j] += T(block_sum)(a + j * p.rows, p.rows);
        }
        continue;
    }
    registers[s.to] = to;
  }
}

/// The tile's place in the workspace, cleared.
static void T(start_sums)(const sk_program *program, sk_geometry g, double *workspace, size_t index, T(place) tile,
                          T(sums) * sums) {
  for (size_t k = 0; k < program->count; k++) {
    sk_operation operation = program->instructions[k].operation;
    size_t partials = sk_partial_count(program, g, operation), count = 1, first = index;
    if (partials == 0) continue;
    if (operation == sk_operation_row_sums) count = tile.rows, first = index / g.row_tiles * program->rows + tile.row;
    if (operation == sk_operation_column_sums) count = tile.columns, first = index % g.row_tiles * program->columns + tile.column;
    sums->partial[k] = workspace + first;
    sums->whole[k] = (sk_long_sum){0, 0};
    for (size_t i = 0; i < count; i++) workspace[first + i] = operation == sk_operation_largest ? -INFINITY : 0;
    workspace += partials;
  }
}

static void T(finish_sums)(const sk_program *program, T(sums) * sums) {
  for (size_t k = 0; k < program->count; k++) {
    sk_operation operation = program->instructions[k].operation;
    if (operation == sk_operation_sum || operation == sk_operation_dot) *sums->partial[k] = sk_value(sums->whole[k]);
  }
}

static void T(run_tiles)(const sk_program *program, const sk_input *inputs, const sk_output *outputs, double *workspace,
                         size_t first, size_t end) {
  sk_geometry g = sk_geometry_of(program);
  uint8_t flags[SK_INSTRUCTIONS];
  sk_schedule(program, g, inputs, outputs, flags);
  REAL scratch[SK_REGISTERS][SK_BLOCK] __attribute__((aligned(64)));
  const REAL *registers[SK_REGISTERS] = {0};
  T(place) whole_block = {0, 0, g.block_rows, g.block_columns};
  for (size_t k = 0; k < program->count; k++) {
    if (!(flags[k] & sk_flag_once)) continue;
    const sk_instruction *s = program->instructions + k;
    registers[s->to] = scratch[s->to];
    if (s->operation == sk_operation_load) T(copy_in)(scratch[s->to], inputs + s->slot, whole_block);
    if (s->operation == sk_operation_constant) T(fill)(scratch[s->to], (REAL)s->value, g.block_rows * g.block_columns);
  }
  T(sums) sums;
  for (size_t index = first; index < end; index++) {
    T(place) tile = {index % g.row_tiles * g.tile_rows, index / g.row_tiles * g.tile_columns, 0, 0};
    size_t rows_left = program->rows - tile.row, columns_left = program->columns - tile.column;
    tile.rows = rows_left < g.tile_rows ? rows_left : g.tile_rows;
    tile.columns = columns_left < g.tile_columns ? columns_left : g.tile_columns;
    T(start_sums)(program, g, workspace, index, tile, &sums);
    for (size_t j = 0; j < tile.columns; j += g.block_columns) {
      for (size_t i = 0; i < tile.rows; i += g.block_rows) {
        T(place) p = {tile.row + i, tile.column + j, tile.rows - i, tile.columns - j};
        if (p.rows > g.block_rows) p.rows = g.block_rows;
        if (p.columns > g.block_columns) p.columns = g.block_columns;
        T(run_block)(program, inputs, outputs, flags, registers, scratch, &sums, tile, p);
      }
    }
    T(finish_sums)(program, &sums);
  }
}

#undef EACH
