/* carrier: the app's connection. What the connection brings goes to the app, and so does how it
 * fares; when the app wants another try, there is one. */
#ifndef TUI_SESSION_IO_H
#define TUI_SESSION_IO_H

#include "tui/core/app.h"
#include "tui/net/connection.h"

/* Takes a frame to be sent, as struct app_setup wants it; `wire` is the connection. */
bool carrier_send(void *wire, const char *frame, size_t n);

/* Acts on what poll found, or on the time. */
void carrier_turn(struct app *a, struct connection *l, short events, int64_t now);

#endif
