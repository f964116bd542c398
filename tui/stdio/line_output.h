/* line_output: PURE prints the lines of line mode, in the form of common/chat_line.h. Combines runs
 * of joins and leaves, and prints every notice as a sentence. */
#ifndef TUI_STDIO_LINE_OUTPUT_H
#define TUI_STDIO_LINE_OUTPUT_H

#include "tui/stdio/frontend.h"

/* In place of the time of a line, if it is not known. */
#define LINE_OUTPUT_NO_TIME "--:--"

/* A change of the date, and the beginning and the end of the history; a date follows. */
#define LINE_OUTPUT_DAY     "The date is "
#define LINE_OUTPUT_HISTORY "Earlier messages follow, beginning on "
#define LINE_OUTPUT_NOW     "The earlier messages end here. Today is "

enum { LINE_OUTPUT_JOINS_MS = 10000 }; /* joins and leaves are combined for this time */

/* Prints what an event of the session tells the user; see struct event_sink. Prints nothing of a
 * failed session: main prints the exit message. */
const char *line_output_on_event(void *frontend, const struct event *e);

/* Prints a line of the client itself; only if it differs from the last one printed so, before the
 * next line of input. */
void line_output_tell(struct frontend *f, const char *text);
void line_output_tell_once(struct frontend *f, const char *text);

/* Prints the joins and leaves that are not printed yet. The next one is printed at once. */
void line_output_flush_joins(struct frontend *f);

#endif
