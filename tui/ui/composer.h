/* composer: PURE typing, pasting, completing and sending the message being written. */
#ifndef TUI_UI_COMPOSER_H
#define TUI_UI_COMPOSER_H

#include "tui/editor/line_editor.h"
#include "tui/ui/screen.h"

/* Inserts text at the cursor. If the message would not fit into a packet, inserts nothing and tells
 * the user. */
void composer_insert(struct screen *c, const char *text, size_t n);

/* Executes an editing command. */
void composer_edit(struct screen *c, enum edit edit);

/* Whether Enter executes the line as a command; and whether it only looks like a command, because
 * nobody typed its slash at the start of the line. */
bool composer_is_command(const struct screen *c);
bool composer_only_looks_like_command(const struct screen *c);

/* Handles a paste: inserts a single line, or opens the paste dialog. */
void composer_paste(struct screen *c, const struct action *in);

/* Gives a key to the paste dialog, and executes the choice. */
void composer_answer_paste(struct screen *c, const struct action *in);

/* Moves the lines of a paste that are still queued back into the input line. Returns false if there
 * are none. */
bool composer_cancel_paste(struct screen *c);

/* Completes the text before the cursor with the next candidate, or the previous one if step is -1.
 */
void composer_complete(struct screen *c, int step);

/* Replaces the text by one that the user wrote in another editor. */
void composer_replace(struct screen *c, struct span text);

/* Clears the line and puts its text into the history. Returns false if there is no text. */
bool composer_clear(struct screen *c);

/* Saves the text for the next run, if there is any. */
void composer_save_draft(struct screen *c);

/* Sends the message, or executes the command. Also ends the wait for the next connection. */
void composer_enter(struct screen *c);

#endif
