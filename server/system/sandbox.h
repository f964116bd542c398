/* sandbox: restricts system calls and file access once klatchd has started. The kernel kills
 * klatchd if it makes any other system call. */
#ifndef SERVER_SYSTEM_SANDBOX_H
#define SERVER_SYSTEM_SANDBOX_H

#include <stdbool.h>

/* False in an instrumented build: a sanitizer or gcov(1) makes system calls of its own. */
#ifdef KLATCH_INSTRUMENTED
enum { SANDBOX_IS_POSSIBLE = false };
#else
enum { SANDBOX_IS_POSSIBLE = true };
#endif

/* The log line without a sandbox. */
#define SANDBOX_DISABLED(why) "sandbox disabled: " why

/* Why a file cannot be opened again. */
#define SANDBOX_FORBIDS                                                                            \
    "its folder was replaced, and the sandbox allows only the folder of the start: restart "       \
    "klatchd"

enum { SANDBOX_SOCKETS = 20 };

struct sandbox {
    const char *sockets[SANDBOX_SOCKETS]; /* paths to remove at the end, or NULL */
    bool asks_for_user;                   /* who connected a unix socket: SO_PEERCRED */
    const char *journal;                  /* file to write and reopen, or NULL */
    const char *config;                   /* file to read again, or NULL */
    bool is_off;                          /* restricts nothing */
};

/* Gives up, for this thread and the threads that it starts: new privileges, core dumps (prctl(2),
 * setrlimit(2)), and all files except those in the folders of the paths above (landlock(7)).
 * Returns false after logging what the kernel cannot restrict. */
bool sandbox_apply_landlock(const struct sandbox *needs);

/* Gives up all system calls except those listed in sandbox.c, for all threads (seccomp(2)). Call it
 * after the first log line, which reads the time zone's file. Returns false after logging that the
 * kernel cannot restrict them. */
bool sandbox_apply_seccomp(const struct sandbox *needs);

/* Returns why open(2) has just failed, from errno: SANDBOX_FORBIDS if only the sandbox forbids to
 * read the file, or to write or create it. */
const char *sandbox_explain(const char *path, bool writes);

#endif
