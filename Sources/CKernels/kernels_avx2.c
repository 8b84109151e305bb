// The kernels for AVX2 with fused multiply-add.
#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>

#define KERNEL(name) name##_avx2
#define VECTOR_BYTES 32
#define SK_FMA 1

#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
