/* server: one running server process, and what it has used so far. */
#ifndef TESTS_BENCH_SERVER_H
#define TESTS_BENCH_SERVER_H

#include "tests/bench/peer.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

enum { SERVER_CORE = 0, LOAD_CORE = 1 };
enum { USER, KERNEL, COUNTERS };

struct server {
    pid_t pid;
    uint16_t port, stats;   /* the latter: where it may tell of itself */
    clockid_t clock;        /* the processor time of all its threads */
    int counters[COUNTERS]; /* instructions; -1: the machine does not count them for us */
};

/* Where the programs under test lie, and a directory for a server's files. */
struct places {
    const char *build, *dir;
};

enum start { START_OK, START_MISSING, START_FAILED };

/* Starts a server on a free loopback port, alone on its core. Returns when it accepts connections;
 * otherwise there is none. */
enum start server_start(struct server *s, const struct peer *p, const struct places *places);
void server_stop(struct server *s);

int64_t server_cpu_ns(const struct server *s);
int64_t server_instructions(const struct server *s, int counter); /* -1: not counted */

/* Bytes of memory in use; what is shared with files or mapped as shared memory is left out. */
int64_t server_memory(const struct server *s);

/* Binds the calling process to a core, where there is more than one. */
void pin(int core);

#endif
