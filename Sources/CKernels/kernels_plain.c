// The kernels for what every processor of its kind has.
#include <math.h>
#include <stdint.h>
#include <string.h>

#define KERNEL(name) name##_plain
#define VECTOR_BYTES 16
#if defined(__FMA__) || defined(__aarch64__)
#define SK_FMA 1
#else
#define SK_FMA 0
#endif

#include "kernels.h"
