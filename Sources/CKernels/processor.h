// Which instruction sets may be used: asked at each call of a kernel, which costs a few nanoseconds.
#pragma once
#include <stdbool.h>

/// AVX2 with the bit manipulation and multiply-add that came with it.
bool ck_has_avx2(void);

/// AVX-512 F, DQ and VL.
bool ck_has_avx512(void);
