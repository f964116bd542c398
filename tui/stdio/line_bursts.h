/* line_bursts: PURE tells pasted lines from typed ones. A terminal hands over one line at a time,
 * and no person types two in 20 milliseconds; only a program that waits for an answer is as fast.
 */
#ifndef TUI_STDIO_LINE_BURSTS_H
#define TUI_STDIO_LINE_BURSTS_H

#include "common/frame.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    LINE_BURSTS_GAP_MS = 20,
    LINE_BURSTS_ANSWERED_GAP_MS = 1,
    LINE_BURSTS_LINES = 256, /* that may wait to be taken */
};

/* All zero: no line has arrived. Lines are numbered from 1. */
struct line_bursts {
    size_t arrived;
    int64_t last_at; /* milliseconds: when the last one arrived */
    bool pasted[LINE_BURSTS_LINES];
};

/* Notes the line ends in bytes that arrived now, in milliseconds. `answered`: the server has
 * answered the lines before them. */
void line_bursts_add(struct line_bursts *b, struct span bytes, int64_t now, bool answered);

/* Whether more lines may arrive, when so many are taken. */
bool line_bursts_has_room(const struct line_bursts *b, size_t taken);

/* Whether a line that has arrived came together with the one before or after it. */
bool line_bursts_is_pasted(const struct line_bursts *b, size_t number);

/* Returns until when the next line would still come together with this one; a time in the past if
 * another has followed it. */
int64_t line_bursts_settled_at(const struct line_bursts *b, size_t number);

#endif
