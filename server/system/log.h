/* log: one line per event, to standard error; every thread may log. A slow reader of standard error
 * does not delay the server: the log drops lines that do not fit into its buffer, and logs their
 * number as soon as there is space. A worker writes to a file, because the disk may be slow. */
#ifndef SERVER_SYSTEM_LOG_H
#define SERVER_SYSTEM_LOG_H

#include "server/system/worker.h"

#include <stdbool.h>

/* Opens standard error again, non-blocking, if it is a pipe or a terminal. If it is a file, sets
 * O_APPEND, so that another program may truncate it, and returns true: then use log_use_worker. */
bool log_open(void);

/* Makes a worker write the log from now on; NULL: log_flush writes it. */
void log_use_worker(struct worker *worker);

/* Appends one line: the time (RFC 3339, UTC), then the text, sanitized. Counts the line as lost if
 * there is no space or memory. */
__attribute__((format(printf, 1, 2))) void log_event(const char *format, ...);

/* Writes as much as standard error accepts without blocking (poll(2)), or lets the worker write.
 * Returns false if the caller has to call it again later, because lines are left. */
bool log_flush(void);

#endif
