/* trace: a klatchd that strace(1) watches, and the system calls it made. */
#ifndef TESTS_SYSTEM_SUPPORT_TRACE_H
#define TESTS_SYSTEM_SUPPORT_TRACE_H

#include "tests/system/support/klatchd_process.h"

/* Starts klatchd with these options and address, and traces `calls`, an expression of strace's,
 * showing so many bytes of what is sent. */
#define trace_start(calls, bytes_shown, ...)                                                       \
    trace_start_argv(calls, bytes_shown, (const char *[]){__VA_ARGS__, NULL})

struct klatchd *trace_start_argv(const char *calls, const char *bytes_shown,
                                 const char *const argv[]);

/* Reads the whole trace, a line a call, of a klatchd that has ended with status 0. */
char *trace_read(void);

/* How many lines begin with the call and hold the text. */
int trace_count(const char *trace, const char *call, const char *text);

#endif
