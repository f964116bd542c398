/* log: one line per event, to standard error. A slow reader of standard error does not delay the
 * server: lines that do not fit into the buffer are counted, and the count is logged as soon as
 * there is space. */
#ifndef SERVER_SYSTEM_LOG_H
#define SERVER_SYSTEM_LOG_H

#include <stdbool.h>

/* Opens standard error again without blocking, if it is a pipe or a terminal. */
void log_open(void);

/* Appends one line: the time (RFC 3339, UTC), then the text, sanitized. Counts the line as lost if
 * there is no space or memory. */
__attribute__((format(printf, 1, 2))) void log_event(const char *format, ...);

/* Writes what standard error takes without blocking; poll(2). Returns false if something is left.
 */
bool log_flush(void);

#endif
