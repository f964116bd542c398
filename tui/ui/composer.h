/* composer: PURE the message being written: typing, pasting, completing, sending it. */
#ifndef TUI_UI_COMPOSER_H
#define TUI_UI_COMPOSER_H

#include "tui/editor/line_editor.h"
#include "tui/ui/screen.h"

/* Inserts text at the cursor; where the message would not fit into a packet then, tells the user
 * and inserts nothing. */
void composer_insert(struct screen *c, const char *text, size_t n);

/* Executes an editing command. */
void composer_edit(struct screen *c, enum edit edit);

/* Whether Enter carries out a command; whether the message begins like one and is text, as its
 * slash was not typed there. */
bool composer_is_command(const struct screen *c);
bool composer_only_looks_like_command(const struct screen *c);

/* Takes a paste: one line is inserted, several open the paste dialog. */
void composer_paste(struct screen *c, const struct action *in);

/* Gives the paste dialog a key, and does what it chooses. */
void composer_answer_paste(struct screen *c, const struct action *in);

/* Puts the lines of a paste that are still queued back into the input line. Returns false where
 * there are none. */
bool composer_cancel_paste(struct screen *c);

/* Completes what is typed before the cursor, with the next candidate, or the one before where step
 * is -1. */
void composer_complete(struct screen *c, int step);

/* Sends the message, or carries out the command; with nothing written, ends a wait. */
void composer_enter(struct screen *c);

#endif
