/* session: one short life of klatchd while something fails: a few guests join, talk, rename, ask,
 * leave, break off, send rubbish; an administrator looks at it; its journal is moved away; and it
 * is ended. */
#ifndef TESTS_FAULTS_SESSION_H
#define TESTS_FAULTS_SESSION_H

#include "tests/faults/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the failure may do. */
struct allowance {
    bool refuses_to_start; /* klatchd may end with status 1 before it serves anybody */
    bool ends;             /* and at any time */
    bool lasts;            /* it never ends, so that people may be waited for in vain */
    int harmed;            /* at most so many connections end */
    bool on_unix;          /* the room is behind a unix socket, left over from another */
};

struct outcome {
    char wrong[256]; /* "" when all is well */
    uint64_t failed; /* how often the call failed, and */
    uint64_t calls;  /* was made */
    int64_t blocks;  /* of memory never given back */
    size_t descriptors;
    int harmed; /* connections */
    bool started;
};

/* What an undisturbed session ends with; learnt from the first one. */
struct normal {
    int64_t blocks;
    size_t descriptors;
};

/* Where klatchd and the shim lie, and paths: for a unix socket, for the journal, for what it is
 * renamed to, where klatchd puts half a line of it, and for the administrator's two sockets. */
struct places {
    const char *klatchd, *shim, *path, *journal, *moved, *torn, *stats, *control;
};

void session_run(const struct places *places, const struct plan *plan,
                 const struct allowance *allowed, const struct normal *normal, struct outcome *ret);

#endif
