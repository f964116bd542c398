#include "tests/bench/quantile.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double quantile(double *values, size_t n, double share)
{
    qsort(values, n, sizeof *values, ascending);
    size_t rank = (size_t)(share * (double)n);
    return values[rank < n ? rank : n - 1];
}
