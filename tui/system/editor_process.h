/* editor_process: runs the user's editor on a text, in the terminal: $VISUAL, else $EDITOR, else
 * vi. A process that klatch starts before the sandbox executes it. While the editor runs, klatch is
 * in the background: it must not touch the terminal. */
#ifndef TUI_SYSTEM_EDITOR_PROCESS_H
#define TUI_SYSTEM_EDITOR_PROCESS_H

#include "common/frame.h"

enum { EDITOR_TEXT_MAX = FRAME_PAYLOAD_MAX };

/* Starts the process. Without it, editor_process_edit fails. */
void editor_process_start(void);

/* Starts the editor with a text of at most EDITOR_TEXT_MAX bytes. Returns the descriptor that can
 * be read when the editor has ended, -1 if the process has ended. */
int editor_process_edit(const char *text, size_t n);

/* Reads the answer, after which klatch is in the foreground again. Returns NULL and the text, valid
 * until the next call and without a line feed at its end; or a sentence that says why there is
 * none. */
const char *editor_process_read(struct span *ret);

#endif
