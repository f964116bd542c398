/* chat_log: what is said in the room, into the diagnostics: one more reader of the ring. */
#ifndef SERVER_STORE_CHAT_LOG_H
#define SERVER_STORE_CHAT_LOG_H

#include "server/room/ring.h"

#include <stdbool.h>

/* Logs every frame from the cursor on and moves it to the head; what people say only if not
 * `quiet`. */
void chat_log_write(const struct ring *ring, struct cursor *c, bool quiet);

#endif
