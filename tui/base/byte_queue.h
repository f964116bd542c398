/* lines: PURE bytes in a queue; what came in is cut into lines, what is to go out waits. */
#ifndef TUI_BASE_BYTE_QUEUE_H
#define TUI_BASE_BYTE_QUEUE_H

#include "common/frame.h"

enum { LINES_MAX = 1 << 20 /* bytes of a line: more than any packet needs, however escaped */ };

/* All zero is empty. The bytes from..to are waiting. */
struct lines {
    char *p;
    size_t from, to, cap, last; /* last: where the last line taken began */
    size_t number;              /* of the last line taken, the first being 1 */
    bool too_long;              /* the line that is coming */
};

enum lines_status {
    LINES_NONE, /* no whole line is here */
    LINES_ONE,
    LINES_TOO_LONG, /* one was over LINES_MAX, and its bytes are gone */
};

/* Adds bytes at the end. False without memory, and nothing is added. */
bool lines_add(struct lines *l, const char *bytes, size_t n);

/* Takes the next line, without its line feed and a carriage return before it; valid until the next
 * call. Where the input has ended, its last line needs no line feed. */
enum lines_status lines_next(struct lines *l, bool ended, struct span *ret);

/* Puts the line that was just taken back. */
void lines_again(struct lines *l);

void lines_free(struct lines *l);

#endif
