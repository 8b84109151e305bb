// The structural index: offsets of the separators, 64 bytes at a time. Quoted stretches are masked out by the
// parity of quotes (a prefix xor); the first quote that stands where parity would misread it, in the middle of an
// unquoted field, hands the text to an exact state machine.
#include "CKernels.h"
#include "processor.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static bool portable_only = false;

void ck_use_portable(bool portable) { portable_only = portable; }

bool ck_has_avx2(void) {
#if defined(__x86_64__)
  return !portable_only && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
         __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

bool ck_has_avx512(void) {
#if defined(__x86_64__)
  return !portable_only && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
#else
  return false;
#endif
}

/// One bit per byte of a 64-byte group.
typedef struct {
  uint64_t delimiter, terminator, quote;
} group_bits;

static inline group_bits scan_group_portable(const uint8_t *p, ck_dialect dialect) {
  group_bits bits = {0, 0, 0};
  for (int i = 0; i < 64; i++) {
    bits.delimiter |= (uint64_t)(p[i] == dialect.delimiter) << i;
    bits.terminator |= (uint64_t)(p[i] == dialect.terminator) << i;
    bits.quote |= (uint64_t)(p[i] == dialect.quote) << i;
  }
  return bits;
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) static inline uint64_t equal_bits(__m256i low, __m256i high, uint8_t byte) {
  __m256i wanted = _mm256_set1_epi8((char)byte);
  uint32_t a = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, wanted));
  uint32_t b = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, wanted));
  return a | (uint64_t)b << 32;
}

__attribute__((target("avx2"))) static inline group_bits scan_group_avx2(const uint8_t *p, ck_dialect dialect) {
  __m256i low = _mm256_loadu_si256((const __m256i *)p);
  __m256i high = _mm256_loadu_si256((const __m256i *)(p + 32));
  group_bits bits = {equal_bits(low, high, dialect.delimiter), equal_bits(low, high, dialect.terminator),
                     equal_bits(low, high, dialect.quote)};
  return bits;
}
#endif

/// Bit i of the result is the xor of bits 0...i.
static inline uint64_t prefix_xor(uint64_t bits) {
  for (int shift = 1; shift < 64; shift <<= 1) bits ^= bits << shift;
  return bits;
}

/// The exact reading, one byte at a time: for quotes inside unquoted fields and quotes in comments.
static ck_index_result index_exactly(const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends,
                                     ptrdiff_t *open_quote) {
  ck_index_result result = {0, 0, false};
  ptrdiff_t opened = -1;
  enum { record_start, field_start, unquoted, quoted, comment } state = record_start;
  for (size_t i = 0; i < length; i++) {
    uint8_t byte = text[i];
    result.lines += byte == dialect.terminator;
    if (state == quoted) {
      if (byte != dialect.quote) continue;
      if (i + 1 < length && text[i + 1] == dialect.quote) {
        i++;
      } else {
        opened = -1;
        state = unquoted;
      }
    } else if (byte == dialect.terminator) {
      ends[result.count++] = (uint32_t)i;
      state = record_start;
    } else if (state == comment) {
      continue;
    } else if (state == record_start && dialect.comment && byte == dialect.comment) {
      state = comment;
    } else if (byte == dialect.delimiter) {
      ends[result.count++] = (uint32_t)i;
      state = field_start;
    } else if (byte == dialect.quote && dialect.quote && state != unquoted) {
      opened = (ptrdiff_t)i;
      state = quoted;
    } else {
      state = unquoted;
    }
  }
  result.open_quote = opened >= 0;
  if (open_quote) *open_quote = opened;
  return result;
}

/// The loop over groups; `scan` is inlined, so that each caller below gets a loop of its own instruction set.
__attribute__((always_inline)) static inline ck_index_result index_groups(
    const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends,
    group_bits (*scan)(const uint8_t *, ck_dialect)) {
  size_t count = 0, lines = 0;
  uint64_t inside = 0;         // all ones while a quoted field is open
  uint64_t may_open = 1;       // bit 0: a quote in the next byte would stand at a field's start
  for (size_t base = 0; base < length; base += 64) {
    group_bits bits = scan(text + base, dialect);
    if (length - base < 64) {
      uint64_t valid = ((uint64_t)1 << (length - base)) - 1;
      bits.delimiter &= valid, bits.terminator &= valid, bits.quote &= valid;
    }
    if (!dialect.quote) bits.quote = 0;
    lines += (size_t)__builtin_popcountll(bits.terminator);
    uint64_t separators = bits.delimiter | bits.terminator;
    if (bits.quote | inside) {
      // A comment may hold any quote: parity says nothing there.
      if (dialect.comment) return index_exactly(text, length, dialect, ends, NULL);
      uint64_t quoted = prefix_xor(bits.quote) ^ inside;  // set from an opening quote up to before the closing one
      uint64_t opening = bits.quote & quoted;
      separators &= ~quoted;
      uint64_t allowed = (separators | bits.quote) << 1 | may_open;
      if (opening & ~allowed) return index_exactly(text, length, dialect, ends, NULL);
      inside = (uint64_t)((int64_t)quoted >> 63);
    }
    may_open = (separators | bits.quote) >> 63;
    uint32_t *out = ends + count;
    count += (size_t)__builtin_popcountll(separators);
    while (separators) {
      // Four at a time without a branch on each: the surplus is overwritten by the next group.
      for (int i = 0; i < 4; i++) {
        *out++ = (uint32_t)(base + (size_t)__builtin_ctzll(separators | (uint64_t)1 << 63));
        separators &= separators - 1;
      }
    }
  }
  ck_index_result result = {count, lines, inside != 0};
  return result;
}

#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,popcnt"))) static ck_index_result index_avx2(
    const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends) {
  return index_groups(text, length, dialect, ends, scan_group_avx2);
}
#endif

static ck_index_result index_portable(const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends) {
  return index_groups(text, length, dialect, ends, scan_group_portable);
}

ck_index_result ck_index(const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends) {
#if defined(__x86_64__)
  if (ck_has_avx2()) return index_avx2(text, length, dialect, ends);
#endif
  return index_portable(text, length, dialect, ends);
}

ptrdiff_t ck_open_quote(const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends) {
  ptrdiff_t open_quote;
  index_exactly(text, length, dialect, ends, &open_quote);
  return open_quote;
}

size_t ck_count(const uint8_t *text, size_t length, uint8_t byte) {
  size_t count = 0, i = 0;
  while (length - i >= 32) {
    // A lane of eight bits holds the count of 255 steps.
    uint8_t lanes[32] = {0};
    size_t steps = (length - i) / 32;
    if (steps > 255) steps = 255;
    for (; steps > 0; steps--, i += 32) {
      for (size_t j = 0; j < 32; j++) lanes[j] += text[i + j] == byte;
    }
    for (size_t j = 0; j < 32; j++) count += lanes[j];
  }
  for (; i < length; i++) count += text[i] == byte;
  return count;
}

size_t ck_last(const uint8_t *text, size_t length, uint8_t byte) {
  for (size_t i = length; i > 0; i--) {
    if (text[i - 1] == byte) return i - 1;
  }
  return length;
}
