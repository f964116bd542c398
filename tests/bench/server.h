/* server: one running server process and the resources it has used. */
#ifndef TESTS_BENCH_SERVER_H
#define TESTS_BENCH_SERVER_H

#include "tests/bench/target.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { SERVER_CORE = 0, LOAD_CORE = 1 };
enum { USER, KERNEL, COUNTERS };

struct server {
    pid_t pid;
    uint16_t port, stats;   /* stats: for its statistics */
    clockid_t clock;        /* CPU time of all its threads */
    int counters[COUNTERS]; /* of instructions; -1: the machine does not count them */
};

/* The build directory, and a directory for a server's files. */
struct paths {
    const char *build, *dir;
};

enum start { START_OK, START_MISSING, START_FAILED };

/* Starts a server on a free loopback port, alone on its core. Returns when it accepts connections;
 * otherwise there is none. */
enum start server_start(struct server *s, const struct target *p, const struct paths *paths);
void server_stop(struct server *s);

int64_t server_cpu_ns(const struct server *s);
int64_t server_instructions(const struct server *s, int counter); /* -1: not counted */

/* Returns the anonymous resident memory in bytes. */
int64_t server_memory(const struct server *s);

/* Binds the calling process to a core, if there is more than one. */
void pin(int core);

#endif
