/* sandbox: the calls and the files that klatchd keeps once it has started; every other call is the
 * end of it. */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <stdbool.h>

struct sandbox {
    const char *socket;  /* a path that is removed at the end; or NULL */
    const char *journal; /* a file that is written, and opened anew; or NULL */
};

/* Gives up for good what is not needed: new privileges and core dumps (prctl(2), setrlimit(2)),
 * files but those in the folders of these two (landlock(7)), calls but those of the list in
 * sandbox.c (seccomp(2)). Something must have been logged before, since the first line looks for
 * the time zone's file; and the process must have one thread, as malloc(3) looks into /proc for
 * more. Logs each part that could not be had, and goes on without; true when none. */
bool sandbox_enter(const struct sandbox *needs);

#endif
