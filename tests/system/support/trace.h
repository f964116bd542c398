/* trace: a klatchd that strace(1) watches, and the system calls it made. */
#ifndef TESTS_SYSTEM_SUPPORT_TRACE_H
#define TESTS_SYSTEM_SUPPORT_TRACE_H

#include "tests/system/support/klatchd_process.h"

/* Whether strace(1) can read the memory of a klatchd in its sandbox: only as root. Otherwise the
 * functions below start klatchd with --no-sandbox. */
bool trace_reads_sandbox(void);

/* Starts klatchd with these options and address, and traces `calls`, an expression of strace's,
 * showing so many bytes of what is sent. */
#define trace_start(calls, bytes_shown, ...)                                                       \
    trace_start_argv(calls, bytes_shown, (const char *[]){__VA_ARGS__, NULL})

struct klatchd *trace_start_argv(const char *calls, const char *bytes_shown,
                                 const char *const argv[]);

/* Starts klatchd with these options and address, and tampers with a call on a path in all its
 * threads, as in trace_start_injecting(path, "write:error=EIO:when=2..6", "-q", "127.0.0.1", "0").
 */
#define trace_start_injecting(path, injection, ...)                                                \
    trace_start_injecting_argv(path, injection, (const char *[]){__VA_ARGS__, NULL})

struct klatchd *trace_start_injecting_argv(const char *file, const char *injection,
                                           const char *const argv[]);

/* How often the trace so far has this text. */
int trace_occurrences(const char *text);

/* Removes the trace of a klatchd that has ended, if it is not read. */
void trace_drop(void);

/* Reads the whole trace, a line a call, of a klatchd that has ended with status 0. */
char *trace_read(void);

/* How many lines begin with the call and hold the text. */
int trace_count(const char *trace, const char *call, const char *text);

#endif
