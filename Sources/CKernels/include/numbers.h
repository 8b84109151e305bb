// Doubles as text, for records that are written as fast as they are read.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes that ck_write_double may need.
enum { ck_double_text = 32 };

/// Writes the shortest decimal text that reads back to the same finite double, whole numbers without a fraction; returns its length.
size_t ck_write_double(double value, char *text);

#ifdef __cplusplus
}
#endif
