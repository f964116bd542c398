/* sandbox: restricts files and system calls of klatch once it has opened its files and the
 * terminal. A call that it does not allow fails with ENOSYS. */
#ifndef TUI_SYSTEM_SANDBOX_H
#define TUI_SYSTEM_SANDBOX_H

#include <stdbool.h>

/* False in an instrumented build: a sanitizer or gcov(1) makes system calls of its own. */
#ifdef KLATCH_INSTRUMENTED
enum { SANDBOX_IS_POSSIBLE = false };
#else
enum { SANDBOX_IS_POSSIBLE = true };
#endif

/* Gives up new privileges, all files except those that are open and the time zones (landlock(7)),
 * and all system calls except those listed in sandbox.c (seccomp(2)). Ignores what the kernel
 * cannot restrict. There must be no threads. */
void sandbox_apply(void);

/* Gives up new privileges, to execute programs, and to write, create and delete files. */
void sandbox_forbid_writes(void);

#endif
