// How often the calling thread has asked for memory: for tests that nothing is allocated.
#pragma once
#include <stdint.h>

/// The calls of malloc, calloc, realloc and their kin by this thread; -1 where they cannot be counted.
int64_t sk_allocation_count(void);
