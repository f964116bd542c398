/* log: diagnostics, a line an event, on standard error. A reader that stalls never stalls the room:
 * what does not fit the buffer is counted, and the count told when there is place again. */
#ifndef SERVER_SYSTEM_LOG_H
#define SERVER_SYSTEM_LOG_H

#include <stdbool.h>

/* Finds a way to write to standard error without waiting; where there is none, the descriptor stays
 * as it is. */
void log_open(void);

/* Adds one line, sanitised, with the time before it (RFC 3339, UTC). One for which there is no
 * place or no memory is counted. */
__attribute__((format(printf, 1, 2))) void log_event(const char *format, ...);

/* Writes what can be written now; poll(2). False while something is left. */
bool log_flush(void);

#endif
