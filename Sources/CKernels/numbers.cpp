// The shortest decimal text of a double, by the standard library's Ryu; plain up to 2^53 and down to 1e-4, like Swift's description.
#include "numbers.h"

#include <charconv>
#include <cmath>

extern "C" size_t ck_write_double(double value, char *text) {
  double size = std::fabs(value);
  bool plain = size == 0 || (size >= 1e-4 && size <= 0x1p53);
  auto form = plain ? std::chars_format::fixed : std::chars_format::scientific;
  return (size_t)(std::to_chars(text, text + ck_double_text, value, form).ptr - text);
}
