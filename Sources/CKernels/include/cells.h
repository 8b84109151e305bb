// One cell of text as a decimal: significand * 10^-scale.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What the text of a cell is.
typedef enum {
  ck_cell_decimal,  ///< significand and scale hold it exactly
  ck_cell_long,     ///< a finite number of more digits than 64 bits hold; `value` is the nearest double
  ck_cell_missing,
  ck_cell_infinite,
  ck_cell_text,
} ck_cell_class;

typedef struct {
  ck_cell_class class_;
  bool integer;  ///< written without decimal mark and exponent
  int64_t significand;
  int32_t scale;
  double value;  ///< for `ck_cell_long`, and the signed zero where the significand is 0
} ck_cell;

/// How cells are written.
typedef struct {
  uint8_t decimal_mark;  ///< '.' or ','
  uint8_t quote;
  size_t missing_count;
  const uint8_t *const *missing;  ///< spellings of a missing value, besides the empty cell
  const size_t *missing_length;
  bool missing_numbers;  ///< some spelling looks like a number (-999): numbers must be compared, too
} ck_notation;

/// Reads any cell: blanks and quotes around it, signs, exponents, missing-value spellings.
ck_cell ck_read_cell(const uint8_t *start, const uint8_t *end, const ck_notation *notation);

/// Whether a cell is empty, blank, or a spelling of a missing value, in quotes or not.
bool ck_is_missing(const uint8_t *start, const uint8_t *end, const ck_notation *notation);

/// The double nearest to significand * 10^-scale.
double ck_decimal_to_double(int64_t significand, int32_t scale);

/// The double nearest to the decimal text (no blanks, no quotes); false if it is not wholly a number.
bool ck_text_to_double(const uint8_t *start, const uint8_t *end, uint8_t decimal_mark, double *value);
