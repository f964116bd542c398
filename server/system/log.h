/* log: one line per event, to standard error; every thread may log. A slow reader of standard error
 * does not delay the server: lines that do not fit into the buffer are counted, and the count is
 * logged as soon as there is space. A file is written by a worker, because it may be slow. */
#ifndef SERVER_SYSTEM_LOG_H
#define SERVER_SYSTEM_LOG_H

#include "server/system/worker.h"

#include <stdbool.h>

/* Opens standard error again without blocking, if it is a pipe or a terminal. Appends to a file, so
 * that it may be truncated. Returns whether it is a file, which log_use_worker is for. */
bool log_open(void);

/* Lets a worker write from now on; NULL: nobody but log_flush. */
void log_use_worker(struct worker *worker);

/* Appends one line: the time (RFC 3339, UTC), then the text, sanitized. Counts the line as lost if
 * there is no space or memory. */
__attribute__((format(printf, 1, 2))) void log_event(const char *format, ...);

/* Writes what standard error takes without blocking, poll(2), or lets the worker write. Returns
 * false if something is left that has to be tried again. */
bool log_flush(void);

#endif
