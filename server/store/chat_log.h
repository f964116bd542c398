/* chat_log: copies the messages of the room from the ring to the log. */
#ifndef SERVER_STORE_CHAT_LOG_H
#define SERVER_STORE_CHAT_LOG_H

#include "server/room/ring.h"

#include <stdbool.h>

/* Bytes of a text that are logged, and the mark after a text that is longer; n is the number of
 * bytes left out. */
enum { CHAT_LOG_TEXT = 1024 };
#define CHAT_LOG_CUT(n) " [" n " more bytes]"

/* The log line if the ring was faster than the log; n is the number of messages. */
#define CHAT_LOG_MISSED(n) n " messages were not logged: they came too fast"

/* Logs the frames from the cursor on and moves the cursor to the head; `quiet` logs notices only.
 */
void chat_log_write(const struct ring *ring, struct cursor *c, bool quiet);

#endif
