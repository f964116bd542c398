/* speech: PURE what we say, from Enter until it comes back from the room. Until then it stands
 * below all other lines, pending; what was on its way when the connection was lost is doubtful, and
 * goes again only when the person says so. */
#ifndef TUI_CORE_SPEECH_H
#define TUI_CORE_SPEECH_H

#include "tui/core/app.h"

/* Takes a line to be said as soon as it can be. False, and the person was told why, when it cannot
 * be kept. */
bool speech_say(struct app *a, const char *text);

/* Says each line of a paste by itself. Returns how many bytes of it were taken: those after them
 * could not be kept, and the person was told why. */
size_t speech_say_lines(struct app *a, const char *text);

/* How many of those lines still wait; and those themselves, as one text. NULL without memory, the
 * caller frees it. They wait no longer after speech_stop. */
size_t speech_pasted(const struct app *a);
char *speech_unsent(const struct app *a);
void speech_stop(struct app *a);

/* Sends what waits and is due. */
void speech_send(struct app *a);

/* The room says this in our name. */
void speech_heard(struct app *a, const char *text);

/* The room said this in our name while we were away. */
void speech_recalled(struct app *a, const char *text);

/* The connection is over; we are in the room again. */
void speech_lost(struct app *a);
void speech_back(struct app *a);

/* Sends doubtful lines again, or forgets them: the oldest, or all of them. False, and the person
 * was told, where there are none. */
bool speech_resend(struct app *a, bool all);
bool speech_drop(struct app *a, bool all);

/* How many lines are doubtful; and how many others are not back from the room. */
size_t speech_doubtful(const struct app *a);
size_t speech_pending(const struct app *a);
/* How many of those are on their way. */
size_t speech_sent(const struct app *a);

#endif
