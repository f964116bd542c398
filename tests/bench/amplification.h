/* amplification: what each request to klatchd costs: bytes out for each byte in, and the server's
 * CPU time. */
#ifndef TESTS_BENCH_AMPLIFICATION_H
#define TESTS_BENCH_AMPLIFICATION_H

#include "tests/bench/server.h"

/* Starts a room with many members, measures each request and prints a table. Returns false if the
 * server fails. */
bool amplification_run(const struct paths *paths);

#endif
