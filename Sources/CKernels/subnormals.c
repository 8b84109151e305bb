#include "include/subnormals.h"

#if defined(__SSE2__)
#include <xmmintrin.h>

// Bits of MXCSR: results (15) and operands (6).
enum { flushes = 0x8040 };

bool sk_flush_subnormals(bool flush) {
  unsigned state = _mm_getcsr();
  _mm_setcsr(flush ? state | flushes : state & ~(unsigned)flushes);
  return (state & flushes) == flushes;
}
#else
bool sk_flush_subnormals(bool flush) {
  (void)flush;
  return false;
}
#endif
