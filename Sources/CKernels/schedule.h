// How a program is cut and scheduled: blocks and tiles follow from its shape and its kinds of reduction and from nothing else.
#pragma once
#include "include/fusion.h"

typedef struct {
  size_t block_rows, block_columns;  // several columns only if a block has all rows
  size_t tile_rows, tile_columns;    // multiples of them
  size_t row_tiles, column_tiles;
} sk_geometry;

sk_geometry sk_geometry_of(const sk_program *program);

/// The doubles that a reduction takes in the workspace: per tile, per row and column tile, or per column and row tile.
size_t sk_partial_count(const sk_program *program, sk_geometry geometry, sk_operation operation);

/// What is known about an instruction before the first block.
enum {
  sk_flag_once = 1,     ///< its register holds the same in all blocks and is not written again: done before the first block
  sk_flag_in_place = 2, ///< a load whose register may point into the array
  sk_flag_direct = 4,   ///< its result goes straight into the output of the store behind it
};

void sk_schedule(const sk_program *program, sk_geometry geometry, const sk_input *inputs, const sk_output *outputs,
                 uint8_t flags[SK_INSTRUCTIONS]);
