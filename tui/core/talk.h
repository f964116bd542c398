/* talk: PURE our side of the protocol: what the server's packets mean, and what we send. */
#ifndef TUI_CORE_TALK_H
#define TUI_CORE_TALK_H

#include "tui/core/app.h"

/* Takes what the connection brought. */
void talk_hear(struct app *a, struct span bytes);

/* Does what is due by now: asks for the nickname again, sends what waits. After app_tick. */
void talk_tick(struct app *a);

/* What was held after we came is shown now, but for what was seen before; of a return, the break is
 * marked unless that joins the two. */
void talk_mend(struct app *a);

/* Sends a packet in our name; false, and the person was told, when it cannot be sent now. */
bool talk_send(struct app *a, enum proto proto, const char *msg);

/* Asks the server for a nickname that nick_check accepts, as soon as it can be asked. */
bool talk_ask(struct app *a, const char *nick);

/* Says goodbye, and leaves once it has arrived or a second has gone by. */
void talk_leave(struct app *a);

/* Whether the text fits into one packet under our nickname. */
bool talk_fits(struct app *a, const char *text);

#endif
