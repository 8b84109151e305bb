// Finding the separators of delimited text: the structural index that all later stages work on.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Chooses the portable loops even where the processor has better ones. For tests, which compare both; not thread-safe.
void ck_use_portable(bool portable);

/// The characters that give delimited text its structure.
typedef struct {
  uint8_t delimiter;
  uint8_t quote;       ///< 0: no quoting
  uint8_t terminator;  ///< '\n' (a '\r' before it is trimmed later) or '\r'
  uint8_t comment;     ///< first byte of a line that is skipped; 0: none
} ck_dialect;

/// What `ck_index` found.
typedef struct {
  size_t count;         ///< separators written
  size_t lines;         ///< line ends in the text, quoted ones included
  bool open_quote;      ///< a quoted field is still open at the end
} ck_index_result;

/// Bytes that must be readable before and after any text given to this library.
enum { ck_padding = 64 };

/// Writes the offsets of all separators (delimiters and terminators outside quotes) of `text` to `ends`.
/// `text` starts at a record start; `ends` has room for `length` offsets plus `ck_padding`; `length` is below 2^32.
/// A quote opens a quoted field only at the field's start; elsewhere it is an ordinary character.
/// Delimiters in a comment may be among the offsets: a reader that meets a comment goes on to the next terminator.
ck_index_result ck_index(const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends);

/// Offset of the quote that is open at the end of a text, or -1, for messages: one byte at a time.
ptrdiff_t ck_open_quote(const uint8_t *text, size_t length, ck_dialect dialect, uint32_t *ends);

/// Number of bytes equal to `byte`.
size_t ck_count(const uint8_t *text, size_t length, uint8_t byte);

/// The offset of the last byte equal to `byte`; `length` if there is none.
size_t ck_last(const uint8_t *text, size_t length, uint8_t byte);
