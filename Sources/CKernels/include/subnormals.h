// Subnormal numbers cost a hundred cycles each on many processors, and training makes many of them.
#pragma once
#include <stdbool.h>

/// Whether results and operands of the calling thread that are subnormal are taken as zero; returns what was so before. Does nothing where
/// the processor has no such mode.
bool sk_flush_subnormals(bool flush);
