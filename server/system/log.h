/* log: one line per event, to standard error; every thread may log. A thread writes, so neither a
 * slow reader of standard error nor a slow disk delays the server: the log drops lines that do not
 * fit into its buffer, and logs their number as soon as there is space. */
#ifndef SERVER_SYSTEM_LOG_H
#define SERVER_SYSTEM_LOG_H

#include "server/system/worker.h"

#include <stdbool.h>

/* Opens standard error again, non-blocking, if it is a pipe or a terminal. If it is a file, sets
 * O_APPEND, so that another program may truncate it. */
void log_open(void);

/* Starts the thread, which writes the log from now on. Returns its worker: call log_flush after its
 * event. If the thread cannot start, the worker is not started, and log_flush writes. */
const struct worker *log_start(void);

/* Ends the thread. */
void log_stop(void);

enum { LOG_EVENT_MAX = 8 * 1024 }; /* bytes of a text; the rest is cut off */

/* Append one line: the time (RFC 3339, UTC), then a text in the form of common/chat_line.h: a line
 * of the server itself; a message of a member, or a notice if nick is NULL. Count the line as lost
 * if there is no space. Need no memory. */
__attribute__((format(printf, 1, 2))) void log_event(const char *format, ...);
void log_chat(const char *nick, const char *text);

/* Makes the thread write as much as standard error accepts without blocking (poll(2)). Returns
 * false if the caller has to call it again later, because lines are left. */
bool log_flush(void);

/* Whether all lines are written. */
bool log_is_written(void);

#endif
