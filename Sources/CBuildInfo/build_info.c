#include "build_info.h"

#ifndef STATCLI_COMMIT
#define STATCLI_COMMIT "unknown"
#endif

const char *build_commit(void) { return STATCLI_COMMIT; }
