/* fold: PURE a run of joins and leaves as one line. */
#ifndef TUI_UI_FOLD_H
#define TUI_UI_FOLD_H

#include "tui/core/server_notice.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    FOLD_PEOPLE = 64, /* whom a run keeps by name; the others are counted */
    FOLD_ROOM = 2048, /* for its line */
};

/* All zero is no run. */
struct fold {
    struct fold_person {
        char nick[NICK_BYTES + 1];
        bool was, is; /* here, before the run and now */
    } people[FOLD_PEOPLE];
    size_t count, more_joined, more_left;
};

/* One more came or went. */
void fold_take(struct fold *f, const struct notice *notice);

/* The run is over. */
void fold_end(struct fold *f);

/* Writes the line: who joined, who left, who came and went, who left and came back; a few of them
 * by name. */
void fold_text(const struct fold *f, char ret[FOLD_ROOM]);

#endif
