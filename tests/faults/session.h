/* session: one short run of klatchd in which a call fails. A few clients join, send, rename, ask
 * who is there, leave, reset and send garbage; an administrator uses both sockets; the journal is
 * rotated; then klatchd is stopped. */
#ifndef TESTS_FAULTS_SESSION_H
#define TESTS_FAULTS_SESSION_H

#include "tests/faults/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the failing call may cause. */
struct tolerance {
    bool may_refuse_start; /* klatchd may exit with a failure before it accepts connections */
    bool may_exit;         /* klatchd may exit with status 1 at any time */
    bool permanent;        /* every later call fails too: answers may be missing */
    int dropped;           /* connections that may be lost */
    bool on_unix;          /* listen on a unix socket whose file already exists */
};

struct outcome {
    char failure[256]; /* "" on success */
    uint64_t failed;   /* calls that failed */
    uint64_t calls;    /* calls made */
    int64_t blocks;    /* memory blocks not freed */
    size_t descriptors;
    int dropped; /* connections lost */
    bool started;
};

/* What a session without a fault leaves allocated and open. */
struct baseline {
    int64_t blocks;
    size_t descriptors;
};

/* The programs and a session's files: the unix socket, the journal, its name after the rotation,
 * the file to which klatchd moves an incomplete line, and the administrator's two sockets. */
struct paths {
    const char *klatchd, *shim, *path, *journal, *rotated, *torn, *stats, *control;
};

void session_run(const struct paths *paths, const struct fault *fault,
                 const struct tolerance *allowed, const struct baseline *baseline,
                 struct outcome *ret);

#endif
