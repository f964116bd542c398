/* sandboxed: functions and system calls in a child process that enters a sandbox of klatchd's. */
#ifndef TESTS_SYSTEM_SUPPORT_SANDBOXED_H
#define TESTS_SYSTEM_SUPPORT_SANDBOXED_H

#include "server/system/sandbox.h"

struct sandboxed_call {
    const char *what;
    long number, args[6];
};

/* Skips the test in an instrumented build: a sanitizer makes system calls of its own. */
void sandboxed_or_skip(void);

/* Runs a function in a child process; returns the child's exit status, or minus the signal that
 * killed it. */
int sandboxed_child(int (*act)(const void *), const void *arg);

/* The same in the sandbox; 99 if the kernel has none. */
int sandboxed_run(const struct sandbox *needs, int (*act)(const void *), const void *arg);

/* Makes a system call, and ignores its result: an `act` for a struct sandboxed_call. */
int sandboxed_call(const void *call);

#endif
