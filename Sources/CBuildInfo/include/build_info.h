// What only the build knows about itself. In C, because Swift settings define words without values.
#pragma once

/// The commit that was built, or "unknown" where the build was not told (see STATCLI_COMMIT in Package.swift).
const char *build_commit(void);
