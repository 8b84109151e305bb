// Records of indexed text as columns of numbers.
#pragma once
#include "cells.h"
#include "fields.h"

typedef enum {
  ck_column_deviation,  ///< a number, as its exact distance from `shift` in units of 10^-scale
  ck_column_value,      ///< a number, as the nearest double
  ck_column_text,       ///< the place of the cell's text
  ck_column_place,      ///< the place of the cell, whatever it holds: never missing
  ck_column_probe,      ///< only looked at: what kinds of cell does it hold?
} ck_column_kind;

/// A column that is read. Columns that are not listed are passed over.
typedef struct {
  ck_column_kind kind;
  uint32_t field;   ///< position in the record, from 0
  uint32_t slot;    ///< position among the numbers, or among the texts, that are written
  int32_t scale;    ///< 0...18
  int64_t shift;    ///< in units of 10^-scale, at most 2^62 in absolute value
  double shift_high, shift_low;  ///< the same shift in the data's own unit, for cells of more digits than 128 bits hold
} ck_column;

typedef struct {
  uint32_t start, end;
} ck_span;

typedef enum {
  ck_problem_not_a_number,
  ck_problem_infinite,
  ck_problem_short_record,
  ck_problem_long_record,
  ck_problem_missing,  ///< where the plan refuses missing numbers
} ck_problem_kind;

typedef struct {
  ck_problem_kind kind;
  size_t record_start;  ///< offset of the record's first byte
  size_t field;         ///< position of the cell, or for a record of the wrong length its number of fields
  ck_span cell;
} ck_problem;

/// What is done with records that have fewer or more fields than the header.
typedef enum {
  ck_ragged_pad,    ///< missing fields are missing values; surplus fields must be empty
  ck_ragged_error,
  ck_ragged_drop,
} ck_ragged;

typedef enum { ck_missing_drops_row, ck_missing_stays, ck_missing_refused } ck_missing_policy;

/// How records are read.
typedef struct {
  ck_dialect dialect;
  ck_notation notation;
  uint32_t fields;             ///< in a record
  const ck_column *columns;    ///< the columns that are read
  size_t column_count;
  ck_ragged ragged;
  ck_missing_policy missing;
  size_t optional_columns;     ///< where rows with missing cells stay: of the first so many columns; a cell missing elsewhere drops the row
  void (*report)(void *context, ck_problem problem);
  void *context;
} ck_plan;

/// Counts over all records read with one plan.
typedef struct {
  size_t records;            ///< blank lines and comments not counted
  size_t incomplete;         ///< with a missing cell in a column that is read
  size_t left_out;           ///< of these, not handed on
  size_t padded, dropped;    ///< short records filled up, records of the wrong length left out
  size_t *missing;           ///< per column that is read
  size_t *integers, *decimals, *texts;  ///< per column, for probes only
} ck_tally;

/// Where reading stands in an indexed text.
typedef struct {
  const uint8_t *text;
  const uint32_t *ends;
  size_t count;   ///< separators
  size_t next;    ///< the next separator
  size_t start;   ///< offset of the next record
} ck_cursor;

/// The last separator of the text must be a terminator. Reads up to `capacity` rows; a column goes to `values + slot * stride` (numbers) or `spans + slot * stride` (texts and places).
/// A missing number is NaN where rows with missing cells stay. Returns the number of rows.
size_t ck_read_rows(const ck_plan *plan, ck_cursor *cursor, ck_tally *tally, double *values, ck_span *spans,
                    size_t stride, size_t capacity);
