// The kernels for AVX-512.
#if defined(__x86_64__)
#include <math.h>
#include <stdint.h>
#include <string.h>

#define KERNEL(name) name##_avx512
#define VECTOR_BYTES 64
#define SK_FMA 1

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#include "kernels.h"
#pragma clang attribute pop
#endif
