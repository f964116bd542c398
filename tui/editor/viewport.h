/* viewport: PURE the part of a line of text that fits into a field on the screen. */
#ifndef TUI_EDITOR_VIEWPORT_H
#define TUI_EDITOR_VIEWPORT_H

#include <stdbool.h>
#include <stddef.h>

struct viewport {
    const char *text;
    size_t length;
    size_t cursor; /* in bytes, on a cluster boundary */
    size_t scroll; /* the first visible byte; viewport_show moves it only if the cursor would be
                      hidden, and then brings the cursor to the middle */
};

/* The content of a field: sanitised text that cuts no cluster. */
struct editor_view {
    char *text; /* from the field's first cell; NULL without memory; the caller frees it */
    int cursor; /* cells from the field's left edge, 0 to columns - 1 */
    bool more_left, more_right; /* text is hidden beyond that edge; the first cell, a space in the
                                   text, or the last one, behind the text, is free for a mark */
};

/* Scrolls so that the cursor is visible in a field `columns` cells wide, and fills *ret. */
void viewport_show(struct viewport *v, int columns, struct editor_view *ret);

#endif
