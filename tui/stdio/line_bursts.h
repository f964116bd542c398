/* line_bursts: PURE decides whether lines from a terminal were typed or pasted, by the time between
 * them: a person does not type two lines in 20 milliseconds. A line is handled when this time has
 * passed, so a program that waits for the answer to each of its lines does not paste either. */
#ifndef TUI_STDIO_LINE_BURSTS_H
#define TUI_STDIO_LINE_BURSTS_H

#include "common/frame.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LINE_BURSTS_GAP_MS = 20,
    LINE_BURSTS_LINES = 256, /* lines that may wait to be handled */
};

/* All zero: no line has arrived. The first line has number 1. */
struct line_bursts {
    size_t arrived;
    int64_t last_at; /* milliseconds: when the last one arrived */
    bool pasted[LINE_BURSTS_LINES];
};

/* Notes the lines that end in these bytes, which arrived at a time in milliseconds. */
void line_bursts_add(struct line_bursts *b, struct span bytes, int64_t now);

/* Whether there is room for more lines, if this many are handled. */
bool line_bursts_has_room(const struct line_bursts *b, size_t taken);

/* Whether a line arrived together with the one before or after it. */
bool line_bursts_is_pasted(const struct line_bursts *b, size_t number);

/* Returns until which time the next line counts as pasted together with this one, in milliseconds;
 * a time in the past if another line has followed. */
int64_t line_bursts_settled_at(const struct line_bursts *b, size_t number);

#endif
