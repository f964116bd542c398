/* line_paste: PURE a paste of several lines in line mode. Nothing of it is sent before the user has
 * answered what to do with it, and no line of it is run as a command. */
#ifndef TUI_STDIO_LINE_PASTE_H
#define TUI_STDIO_LINE_PASTE_H

#include "common/frame.h"

#include <stdbool.h>

enum { LINE_PASTE_MAX = 1 << 20 /* bytes */ };

/* The question: a printf(3) format with a number, and "s" if it is not 1. */
#define LINE_PASTE_QUESTION                                                                        \
    "You pasted %zu line%s. Type o to send one message, l to send lines, c to cancel."
#define LINE_PASTE_CANCELLED "Nothing of the paste was sent."

/* All zero: nothing was pasted. */
struct line_paste {
    char *text;      /* its lines, with line feeds between them; NULL: nothing was pasted */
    size_t n, lines; /* bytes; lines that are not empty: empty ones are not sent */
    bool is_asked;   /* the question is asked, and the paste has not grown since */
};

enum line_paste_answer { LINE_PASTE_NONE, LINE_PASTE_ONE, LINE_PASTE_LINES, LINE_PASTE_CANCEL };

/* Adds a line. Returns false if it is too long, or without memory, and changes nothing. */
bool line_paste_add(struct line_paste *p, const char *line);

/* Returns what a line of input answers to the question; LINE_PASTE_NONE: it is no answer. */
enum line_paste_answer line_paste_answer(const struct line_paste *p, const char *line);

/* Cuts the first line that is not empty from *text and terminates it. Returns NULL if there is
 * none. */
char *line_paste_next(char **text);

void line_paste_clear(struct line_paste *p);

#endif
