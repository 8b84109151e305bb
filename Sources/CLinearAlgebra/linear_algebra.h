// CBLAS and LAPACKE as OpenBLAS provides them. Linking openblas before lapacke lets LAPACKE call OpenBLAS's own LAPACK.
#include <cblas.h>
#include <lapacke.h>
