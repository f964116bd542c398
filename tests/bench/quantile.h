/* quantile: medians and percentiles. */
#ifndef TESTS_BENCH_QUANTILE_H
#define TESTS_BENCH_QUANTILE_H

#include <stddef.h>

/* Sorts the values and returns the one that `share` of them do not exceed; n is at least 1. */
double quantile(double *values, size_t n, double share);

#endif
