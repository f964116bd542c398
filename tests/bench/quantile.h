/* quantile: what a share of the measured values does not exceed. */
#ifndef TESTS_BENCH_QUANTILE_H
#define TESTS_BENCH_QUANTILE_H

#include <stddef.h>

/* The value that a share of the n values, which it sorts, does not exceed; n is at least 1. */
double quantile(double *values, size_t n, double share);

#endif
