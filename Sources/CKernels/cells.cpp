// Reading a cell, the general way: everything that the fast path in rows.c does not take.
// The nearest double to long decimal text comes from fast_float.
extern "C" {
#include "CKernels.h"
}

#include <charconv>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <fast_float/fast_float.h>

namespace {

constexpr double power_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

inline bool is_digit(uint8_t byte) { return static_cast<uint8_t>(byte - '0') <= 9; }
inline bool is_blank(uint8_t byte) { return byte == ' ' || byte == '\t'; }

bool is_word(const uint8_t *start, const uint8_t *end, const char *word) {
  size_t length = std::strlen(word);
  if (static_cast<size_t>(end - start) != length) return false;
  for (size_t i = 0; i < length; i++) {
    if ((start[i] | 0x20) != word[i]) return false;
  }
  return true;
}

void trim(const uint8_t *&start, const uint8_t *&end) {
  while (start < end && is_blank(*start)) start++;
  while (start < end && is_blank(end[-1])) end--;
}

/// Takes blanks and one pair of quotes off.
void strip(const uint8_t *&start, const uint8_t *&end, uint8_t quote) {
  trim(start, end);
  if (end - start >= 2 && quote && *start == quote && end[-1] == quote) {
    start++, end--;
    trim(start, end);
  }
}

bool is_missing_spelling(const uint8_t *start, const uint8_t *end, const ck_notation *notation) {
  if (start == end) return true;
  size_t length = static_cast<size_t>(end - start);
  for (size_t i = 0; i < notation->missing_count; i++) {
    if (length == notation->missing_length[i] && std::memcmp(start, notation->missing[i], length) == 0) return true;
  }
  return false;
}

}  // namespace

extern "C" bool ck_is_missing(const uint8_t *start, const uint8_t *end, const ck_notation *notation) {
  strip(start, end, notation->quote);
  return is_missing_spelling(start, end, notation);
}

extern "C" bool ck_text_to_double(const uint8_t *start, const uint8_t *end, uint8_t decimal_mark, double *value) {
  fast_float::parse_options options(fast_float::chars_format::general, static_cast<char>(decimal_mark));
  const char *first = reinterpret_cast<const char *>(start), *last = reinterpret_cast<const char *>(end);
  auto answer = fast_float::from_chars_advanced(first, last, *value, options);
  return answer.ptr == last && first != last && (answer.ec == std::errc() || answer.ec == std::errc::result_out_of_range);
}

extern "C" double ck_decimal_to_double(int64_t significand, int32_t scale) {
  // Both operands exact, one rounded division: the nearest double (Clinger's fast path).
  if (significand >= -(INT64_C(1) << 53) && significand <= (INT64_C(1) << 53)) {
    if (scale >= 0 && scale <= 22) return static_cast<double>(significand) / power_of_ten[scale];
    if (scale < 0 && scale >= -22) return static_cast<double>(significand) * power_of_ten[-scale];
  }
#if LDBL_MANT_DIG == 64
  // Significand and power are exact in 64 bits, and so is their quotient but for one rounding; the second one, to 53 bits, is right unless the first
  // has ended beside the middle between two doubles.
  if (scale >= 0 && scale <= 22) {
    long double quotient = static_cast<long double>(significand) / static_cast<long double>(power_of_ten[scale]);
    uint64_t bits;
    std::memcpy(&bits, &quotient, sizeof bits);
    if ((bits & 0x7FF) - 0x3FF > 2) return static_cast<double>(quotient);
  }
#endif
  char text[40];
  char *end = std::to_chars(text, text + sizeof text, significand).ptr;
  *end++ = 'e';
  end = std::to_chars(end, text + sizeof text, -scale).ptr;
  double value = 0;
  ck_text_to_double(reinterpret_cast<uint8_t *>(text), reinterpret_cast<uint8_t *>(end), '.', &value);
  return value;
}

extern "C" ck_cell ck_read_cell(const uint8_t *start, const uint8_t *end, const ck_notation *notation) {
  ck_cell cell = {ck_cell_text, true, 0, 0, 0};
  strip(start, end, notation->quote);
  if (is_missing_spelling(start, end, notation)) {
    cell.class_ = ck_cell_missing;
    return cell;
  }
  const uint8_t *p = start;
  bool negative = *p == '-';
  if (*p == '-' || *p == '+') p++;
  const uint8_t *unsigned_start = p;
  if (is_word(p, end, "inf") || is_word(p, end, "infinity")) {
    cell.class_ = ck_cell_infinite;
    return cell;
  }
  uint64_t significand = 0;
  int64_t scale = 0;
  bool fits = true, any = false;
  auto take = [&](uint8_t digit) {
    any = true;
    fits = fits && significand <= (static_cast<uint64_t>(INT64_MAX) - 9) / 10;
    if (fits) significand = significand * 10 + (digit - '0');
  };
  for (; p < end && is_digit(*p); p++) take(*p);
  if (p < end && *p == notation->decimal_mark) {
    cell.integer = false;
    for (p++; p < end && is_digit(*p); p++, scale++) take(*p);
  }
  if (!any) return cell;
  if (p < end && (*p | 0x20) == 'e') {
    cell.integer = false;
    const uint8_t *exponent_start = ++p;
    bool negative_exponent = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    int64_t exponent = 0;
    if (p == end) return cell;
    for (; p < end && is_digit(*p); p++) {
      if (exponent < 100000) exponent = exponent * 10 + (*p - '0');
    }
    if (p == exponent_start) return cell;
    scale += negative_exponent ? exponent : -exponent;
  }
  if (p != end) return cell;
  if (significand == 0 && fits) {
    scale = 0;
    cell.value = negative ? -0.0 : 0.0;
  }
  if (fits && scale >= -400 && scale <= 400) {
    cell.class_ = ck_cell_decimal;
    cell.significand = negative ? -static_cast<int64_t>(significand) : static_cast<int64_t>(significand);
    cell.scale = static_cast<int32_t>(scale);
    // A significand has at most 19 digits: only these can lie beyond the largest double.
    if (scale < -289 && !std::isfinite(ck_decimal_to_double(cell.significand, cell.scale))) {
      cell.class_ = ck_cell_infinite;
    }
    return cell;
  }
  if (!ck_text_to_double(unsigned_start, end, notation->decimal_mark, &cell.value)) return cell;
  if (negative) cell.value = -cell.value;
  cell.class_ = std::isfinite(cell.value) ? ck_cell_long : ck_cell_infinite;
  return cell;
}
