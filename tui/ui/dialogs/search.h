/* search: PURE incremental search in the scrollback. */
#ifndef TUI_UI_DIALOGS_SEARCH_H
#define TUI_UI_DIALOGS_SEARCH_H

#include "common/frame.h"
#include "tui/ui/messages/scrollback.h"

enum { SEARCH_BYTES = 256 };

/* The prompts before the text. */
#define SEARCH_UP     "search up: "
#define SEARCH_DOWN   "search down: "
#define SEARCH_FAILED "not found: "

/* All zero is closed. */
struct search {
    bool open;
    bool failed; /* no further match in this direction */
    int step;    /* -1: towards older lines; 1: newer */
    char text[SEARCH_BYTES];
    char last[SEARCH_BYTES]; /* the text of the previous search */
};

/* Opens the search. If it is open, goes to the next match in this direction; if the text is empty,
 * uses the text of the previous search. */
void search_go(struct search *q, struct scrollback *s, int step);

/* Add text to the search; remove its last character. Both search again. */
void search_type(struct search *q, struct scrollback *s, struct span text);
void search_backspace(struct search *q, struct scrollback *s);

/* Closes the search; the reading position stays. */
void search_close(struct search *q);

/* Scrolls to the nearest message that mentions the nickname, above the previous match if step is
 * -1, below it if step is 1. Returns false if there is none. */
bool search_mention(struct scrollback *s, const char *nick, int step);

#endif
