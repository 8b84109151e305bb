// Records as rows of numbers. A cell that is a plain decimal of at most 32 characters is read without a loop:
// it is loaded right-aligned into one vector, the decimal mark is squeezed out, and three multiply-adds turn
// 32 digits into four numbers of eight digits. Every other cell goes to ck_read_cell.
#include "CKernels.h"
#include "processor.h"

#include <math.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static const int64_t power_of_ten[19] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000, 100000000000,
    1000000000000, 10000000000000, 100000000000000, 1000000000000000, 10000000000000000, 100000000000000000,
    1000000000000000000};

/// A plain decimal: sign, digits, one decimal mark at most.
typedef struct {
  int64_t significand;
  int32_t scale;
  bool plain;
} plain_decimal;

/// Portable reading of a plain decimal; `plain` is false where ck_read_cell must look.
static inline plain_decimal read_plain_portable(const uint8_t *start, const uint8_t *end, uint8_t mark) {
  plain_decimal answer = {0, 0, false};
  const uint8_t *p = start;
  bool negative = *p == '-';
  p += negative;
  if (end - p > 19 || end <= p) return answer;  // at most 19 digits: 64 bits hold them
  uint64_t significand = 0;
  const uint8_t *after_mark = NULL;
  for (; p < end; p++) {
    uint8_t digit = (uint8_t)(*p - '0');
    if (digit <= 9) {
      significand = significand * 10 + digit;
    } else if (*p == mark && !after_mark) {
      after_mark = p + 1;
    } else {
      return answer;
    }
  }
  if (significand > INT64_MAX || end - start == negative + (after_mark != NULL)) return answer;
  answer.significand = negative ? -(int64_t)significand : (int64_t)significand;
  answer.scale = after_mark ? (int32_t)(end - after_mark) : 0;
  answer.plain = true;
  return answer;
}

#if defined(__x86_64__)
/// The same for up to 32 characters, without a loop. Reads up to 33 bytes before `end`.
__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))) static inline plain_decimal read_plain_avx2(
    const uint8_t *start, const uint8_t *end, uint8_t mark) {
  const __m256i lane = _mm256_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                        22, 23, 24, 25, 26, 27, 28, 29, 30, 31);
  plain_decimal answer = {0, 0, false};
  int64_t negative = *start == '-';
  start += negative;
  uint64_t length = (uint64_t)(end - start);
  if (length - 1 > 31) return answer;  // empty or too long
  __m256i text = _mm256_loadu_si256((const __m256i *)(end - 32));
  __m256i before = _mm256_loadu_si256((const __m256i *)(end - 33));  // the same, one place to the right
  uint32_t valid = (uint32_t)(UINT64_C(0xFFFFFFFF) << (32 - length));
  uint32_t marks = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(text, _mm256_set1_epi8((char)mark))) & valid;
  uint32_t mark_end = 32 - _lzcnt_u32(marks);  // lane after the mark; 0 without one
  uint32_t digit_count = (uint32_t)length - (marks != 0);
  // Lanes before the mark move one to the right and close the gap.
  __m256i digits = _mm256_blendv_epi8(text, before, _mm256_cmpgt_epi8(_mm256_set1_epi8((char)mark_end), lane));
  digits = _mm256_sub_epi8(digits, _mm256_set1_epi8('0'));
  digits = _mm256_and_si256(digits, _mm256_cmpgt_epi8(lane, _mm256_set1_epi8((char)(31 - digit_count))));
  __m256i nine = _mm256_set1_epi8(9);
  uint32_t all_digits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(digits, nine), nine));
  __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
  __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1 << 16 | 100));
  __m256i packed = _mm256_packus_epi32(fours, fours);
  __m256i eights = _mm256_madd_epi16(packed, _mm256_set1_epi32(1 << 16 | 10000));
  uint64_t high = (uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(eights));
  uint64_t low = (uint64_t)_mm_cvtsi128_si64(_mm256_extracti128_si256(eights, 1));
  // `high` holds digits 1-8 (must be zero) and 9-16 (at most 921: then all fits 63 bits).
  if (all_digits != 0xFFFFFFFF || (uint32_t)high != 0 || high >> 32 > 921 || digit_count == 0) return answer;
  uint64_t significand =
      (high >> 32) * UINT64_C(10000000000000000) + (low & 0xFFFFFFFF) * UINT64_C(100000000) + (low >> 32);
  answer.significand = ((int64_t)significand ^ -negative) + negative;
  answer.scale = marks ? (int32_t)(32 - mark_end) : 0;
  answer.plain = true;
  return answer;
}
#endif

/// The deviation where 64 bits do not hold the scaled numbers.
static double wide_deviation(int64_t significand, int32_t scale, const ck_column *column) {
  int32_t steps = column->scale - scale;
  if (steps >= 0 && steps <= 18) {
    return (double)((__int128)significand * power_of_ten[steps] - column->shift);
  }
  if (steps < 0 && steps >= -18) {
    return (double)(significand - (__int128)column->shift * power_of_ten[-steps]) / (double)power_of_ten[-steps];
  }
  double value = ck_decimal_to_double(significand, scale);
  return ((value - column->shift_high) - column->shift_low) * (double)power_of_ten[column->scale];
}

static inline double deviation(int64_t significand, int32_t scale, const ck_column *column) {
  uint32_t steps = (uint32_t)(column->scale - scale);
  int64_t scaled, difference;
  if (steps <= 18 && !__builtin_mul_overflow(significand, power_of_ten[steps], &scaled) &&
      !__builtin_sub_overflow(scaled, column->shift, &difference)) {
    return (double)difference;
  }
  return wide_deviation(significand, scale, column);
}

static double number(const ck_cell *cell, const ck_column *column) {
  if (column->kind == ck_column_value) {
    if (cell->class_ == ck_cell_long || cell->significand == 0) return cell->value;
    return ck_decimal_to_double(cell->significand, cell->scale);
  }
  if (cell->class_ == ck_cell_decimal) return wide_deviation(cell->significand, cell->scale, column);
  return ((cell->value - column->shift_high) - column->shift_low) * (double)power_of_ten[column->scale];
}

static void report(const ck_plan *plan, ck_problem_kind kind, size_t record, size_t field, size_t start, size_t end) {
  ck_problem problem = {kind, record, field, {(uint32_t)start, (uint32_t)end}};
  if (plan->report) plan->report(plan->context, problem);
}

/// A cell that the fast path left: returns false if it counts as missing.
__attribute__((noinline)) static bool read_other_cell(const ck_plan *plan, size_t c, const uint8_t *text, size_t record,
                                                      size_t start, size_t end, ck_tally *tally, double *value) {
  const ck_column *column = plan->columns + c;
  ck_cell cell = ck_read_cell(text + start, text + end, &plan->notation);
  if (cell.class_ == ck_cell_missing) {
    tally->missing[c]++;
    if (plan->missing == ck_missing_refused) {
      report(plan, ck_problem_missing, record, column->field, start, end);
    }
  } else if (column->kind == ck_column_probe) {
    if (cell.class_ == ck_cell_text) {
      tally->texts[c]++;
    } else {
      (cell.integer ? tally->integers : tally->decimals)[c]++;
    }
    return true;
  } else if (cell.class_ == ck_cell_decimal || cell.class_ == ck_cell_long) {
    *value = number(&cell, column);
    return true;
  } else {
    report(plan, cell.class_ == ck_cell_text ? ck_problem_not_a_number : ck_problem_infinite, record, column->field,
           start, end);
  }
  *value = NAN;
  return false;
}

/// Fields of the record at the cursor, its terminator included.
static size_t fields_here(const ck_plan *plan, const ck_cursor *cursor) {
  size_t k = cursor->next;
  while (k < cursor->count && cursor->text[cursor->ends[k]] != plan->dialect.terminator) k++;
  return k - cursor->next + 1;
}

static inline bool is_regular(const ck_plan *plan, const ck_cursor *cursor) {
  if (cursor->count - cursor->next < plan->fields) return false;
  const uint32_t *ends = cursor->ends + cursor->next;
  uint32_t last = plan->fields - 1;
  uint8_t odd = cursor->text[ends[last]] ^ plan->dialect.terminator;
  for (uint32_t f = 0; f < last; f++) odd |= cursor->text[ends[f]] ^ plan->dialect.delimiter;
  return odd == 0;
}

typedef plain_decimal (*plain_reader)(const uint8_t *, const uint8_t *, uint8_t);

/// What a record lacks.
typedef struct {
  bool complete;
  bool usable;  ///< no cell is missing but in the optional columns
} ck_gaps;

static inline void note_gap(ck_gaps *gaps, const ck_plan *plan, size_t column) {
  gaps->complete = false;
  gaps->usable &= column < plan->optional_columns;
}

/// One record of `fields` fields into row `row`.
__attribute__((always_inline)) static inline ck_gaps read_record(
    const ck_plan *plan, const ck_cursor *cursor, size_t fields, ck_tally *tally, double *values, ck_span *spans,
    size_t stride, size_t row, plain_reader read_plain) {
  const uint8_t *text = cursor->text;
  const uint32_t *ends = cursor->ends + cursor->next;
  uint8_t mark = plan->notation.decimal_mark;
  ck_gaps gaps = {true, true};
  for (size_t c = 0; c < plan->column_count; c++) {
    const ck_column *column = plan->columns + c;
    size_t field = column->field;
    if (__builtin_expect(field >= fields, 0)) {
      if (column->kind == ck_column_place) {
        spans[column->slot * stride + row] = (ck_span){ends[fields - 1], ends[fields - 1]};
        continue;
      }
      tally->missing[c]++;
      note_gap(&gaps, plan, c);
      if (plan->missing == ck_missing_refused) {
        report(plan, ck_problem_missing, cursor->start, field, ends[fields - 1], ends[fields - 1]);
      }
      if (column->kind == ck_column_text) {
        spans[column->slot * stride + row] = (ck_span){ends[fields - 1], ends[fields - 1]};
      } else if (column->kind != ck_column_probe) {
        values[column->slot * stride + row] = NAN;
      }
      continue;
    }
    size_t start = field ? ends[field - 1] + 1 : cursor->start;
    size_t end = ends[field];
    end -= field + 1 == fields && end > start && text[end - 1] == '\r';
    if (column->kind == ck_column_place) {
      spans[column->slot * stride + row] = (ck_span){(uint32_t)start, (uint32_t)end};
      continue;
    }
    if (column->kind == ck_column_text) {
      spans[column->slot * stride + row] = (ck_span){(uint32_t)start, (uint32_t)end};
      if (ck_is_missing(text + start, text + end, &plan->notation)) {
        tally->missing[c]++;
        note_gap(&gaps, plan, c);
      }
      continue;
    }
    plain_decimal plain = read_plain(text + start, text + end, mark);
    if (__builtin_expect(plain.plain, 1) &&
        !(plan->notation.missing_numbers && ck_is_missing(text + start, text + end, &plan->notation))) {
      if (column->kind == ck_column_deviation) {
        values[column->slot * stride + row] = deviation(plain.significand, plain.scale, column);
      } else if (column->kind == ck_column_value) {
        double value = ck_decimal_to_double(plain.significand, plain.scale);
        values[column->slot * stride + row] = value == 0 && text[start] == '-' ? -0.0 : value;
      } else {
        bool marked = plain.scale > 0 || text[end - 1] == mark;
        (marked ? tally->decimals : tally->integers)[c]++;
      }
    } else {
      double unused;
      double *value = column->kind == ck_column_probe ? &unused : values + column->slot * stride + row;
      if (!read_other_cell(plan, c, text, cursor->start, start, end, tally, value)) note_gap(&gaps, plan, c);
    }
  }
  return gaps;
}

typedef enum { record_is_read, record_is_left_out } ragged_answer;

/// A record whose number of fields is not the header's: by the plan's policy.
__attribute__((noinline)) static ragged_answer judge_ragged(const ck_plan *plan, const ck_cursor *cursor, size_t fields,
                                                            ck_tally *tally) {
  const uint32_t *ends = cursor->ends + cursor->next;
  size_t record = cursor->start, end = ends[fields - 1];
  if (plan->ragged == ck_ragged_drop) {
    tally->dropped++;
    return record_is_left_out;
  }
  if (fields < plan->fields) {
    if (plan->ragged == ck_ragged_pad) {
      tally->padded++;
      return record_is_read;
    }
    report(plan, ck_problem_short_record, record, fields, record, end);
    return record_is_left_out;
  }
  for (size_t i = ends[plan->fields - 1]; i < end; i++) {
    uint8_t byte = cursor->text[i];
    bool empty = byte == plan->dialect.delimiter || byte == ' ' || byte == '\r';
    if (!empty || plan->ragged == ck_ragged_error) {
      report(plan, ck_problem_long_record, record, fields, record, end);
      return record_is_left_out;
    }
  }
  return record_is_read;
}

__attribute__((always_inline)) static inline size_t read_rows(
    const ck_plan *plan, ck_cursor *cursor, ck_tally *tally, double *values, ck_span *spans, size_t stride,
    size_t capacity, plain_reader read_plain) {
  const uint8_t terminator = plan->dialect.terminator;
  size_t row = 0;
  while (row < capacity && cursor->next < cursor->count) {
    const uint8_t *first = cursor->text + cursor->start;
    size_t fields = plan->fields;
    bool blank = plan->fields > 1 && (first[0] == terminator || (first[0] == '\r' && first[1] == terminator));
    bool comment = plan->dialect.comment && first[0] == plan->dialect.comment;
    bool read = !blank && !comment;
    tally->records += read;
    if (!read || !is_regular(plan, cursor)) {
      fields = fields_here(plan, cursor);
      if (read) read = judge_ragged(plan, cursor, fields, tally) == record_is_read;
    }
    if (read) {
      ck_gaps gaps = read_record(plan, cursor, fields, tally, values, spans, stride, row, read_plain);
      bool stays = gaps.complete || (gaps.usable && plan->missing == ck_missing_stays);
      tally->incomplete += !gaps.complete;
      tally->left_out += !stays;
      row += stays;
    }
    cursor->next += fields;
    cursor->start = (size_t)cursor->ends[cursor->next - 1] + 1;
  }
  return row;
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))) static size_t read_rows_avx2(
    const ck_plan *plan, ck_cursor *cursor, ck_tally *tally, double *values, ck_span *spans, size_t stride,
    size_t capacity) {
  return read_rows(plan, cursor, tally, values, spans, stride, capacity, read_plain_avx2);
}
#endif

size_t ck_read_rows(const ck_plan *plan, ck_cursor *cursor, ck_tally *tally, double *values, ck_span *spans,
                    size_t stride, size_t capacity) {
#if defined(__x86_64__)
  if (ck_has_avx2()) {
    return read_rows_avx2(plan, cursor, tally, values, spans, stride, capacity);
  }
#endif
  return read_rows(plan, cursor, tally, values, spans, stride, capacity, read_plain_portable);
}
