/* line_mode: PURE the front end for screen readers and simple terminals. A member's line begins
 * with the time, the server's with *, klatch's own with -, one of ours that may not have been
 * delivered with ?, one that was too long to send with !, and one that goes on with a space. No
 * nickname and no text can make it otherwise. */
#ifndef TUI_STDIO_LINE_MODE_H
#define TUI_STDIO_LINE_MODE_H

#include "tui/stdio/frontend.h"

extern const struct frontend_kind line_mode;

#endif
