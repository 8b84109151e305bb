// zlib and zstd, for compressed input.
#include <zlib.h>
#include <zstd.h>
