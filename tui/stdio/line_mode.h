/* line_mode: PURE the front end for screen readers and simple terminals. The first character of a
 * line tells where it comes from, and no nickname or text can imitate another: a digit of the time
 * for a member's message, * for a notice from the server, - for one from klatch, ? for a line of
 * ours that may not have been delivered, and ! for a line of ours that was too long to send. The
 * nickname of a message is between < and >, as common/chat_line.h has it; a message of several
 * lines is one line.
 */
#ifndef TUI_STDIO_LINE_MODE_H
#define TUI_STDIO_LINE_MODE_H

#include "tui/stdio/frontend.h"

/* The answers to the question whether to trust the server's key. */
#define LINE_MODE_YES "yes"
#define LINE_MODE_NO  "no"

/* In place of the time of a line, if it is not known. */
#define LINE_MODE_NO_TIME "--:--"

extern const struct frontend_kind line_mode;

#endif
