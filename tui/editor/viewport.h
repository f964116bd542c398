/* viewport: PURE which part of a line of text a field shows, and where the cursor stands in it. */
#ifndef TUI_EDITOR_VIEWPORT_H
#define TUI_EDITOR_VIEWPORT_H

#include "tui/editor/line_editor.h"

#include <stddef.h>

struct viewport {
    const char *text;
    size_t len;
    size_t cursor; /* on a cluster boundary */
    size_t scroll; /* where the part shown starts, between two code points; viewport_show moves it
                      when it must, and then so that the cursor comes to the middle */
};

/* As editor_show. */
void viewport_show(struct viewport *f, int columns, struct editor_view *ret);

#endif
