/* sandbox: the calls and the files that klatchd keeps once it has started; every other call is the
 * end of it. */
#ifndef SERVER_SYSTEM_SANDBOX_H
#define SERVER_SYSTEM_SANDBOX_H

#include <stdbool.h>

/* What watches a program from within, a sanitizer or gcov(1), makes calls of its own. */
#ifdef KLATCH_WATCHED
enum { SANDBOX_IS_POSSIBLE = false };
#else
enum { SANDBOX_IS_POSSIBLE = true };
#endif

enum { SANDBOX_SOCKETS = 3 };

struct sandbox {
    const char *sockets[SANDBOX_SOCKETS]; /* paths that are removed at the end; or NULL */
    bool is_controlled;                   /* who uses a unix socket is looked at */
    const char *journal;                  /* a file that is written, and opened anew; or NULL */
    const char *config;                   /* a file that is read again; or NULL */
    bool is_off; /* nothing is given up, nor in a build where it is not possible */
};

/* Gives up for good, for this thread and those it will start: new privileges and core dumps
 * (prctl(2), setrlimit(2)), and files, but those in the folders of these (landlock(7)). Logs
 * what could not be given up, and goes on; true when nothing. */
bool sandbox_apply_landlock(const struct sandbox *needs);

/* Gives up for good, for all threads: every call that is not on the list in sandbox.c (seccomp(2)).
 * Something must have been logged before, as the first line looks for the time zone's file. Logs
 * when it cannot be done, and goes on; true when it is. */
bool sandbox_apply_seccomp(const struct sandbox *needs);

#endif
