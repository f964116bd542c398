/* search: PURE incremental search in the scrollback. */
#ifndef TUI_UI_DIALOGS_SEARCH_H
#define TUI_UI_DIALOGS_SEARCH_H

#include "common/frame.h"
#include "tui/ui/messages/scrollback.h"

#include <stdbool.h>
#include <stddef.h>

enum { SEARCH_BYTES = 256 };

/* The prompts before the text. */
#define SEARCH_UP     "search up: "
#define SEARCH_DOWN   "search down: "
#define SEARCH_FAILED "not found: "

/* The texts of the status bar: printf(3) formats. */
#define SEARCH_EMPTY "Type what to find"
#define SEARCH_COUNT "%zu of %zu"
#define SEARCH_NONE  "No match"
#define SEARCH_KEYS  " · Enter stays here · Esc goes back"

/* All zero is closed. */
struct search {
    bool open;
    int step;            /* -1: towards older lines; 1: newer */
    size_t index, count; /* the match shown, where 1 is the newest and 0 is none; all matches */
    char text[SEARCH_BYTES];
    char last[SEARCH_BYTES]; /* the text of the previous search */
};

/* Opens the search. If it is open, goes to the next match in this direction; if the text is empty,
 * uses the text of the previous search. */
void search_go(struct search *q, struct scrollback *s, int step);

/* Add text to the search; remove its last character. Both search again. */
void search_type(struct search *q, struct scrollback *s, struct span text);
void search_backspace(struct search *q, struct scrollback *s);

/* Close the search: the reading position stays, or goes back to where it was before. */
void search_close(struct search *q);
void search_cancel(struct search *q, struct scrollback *s);

/* Writes which match is shown, and unless `brief`, what Enter and Esc do. */
void search_status(const struct search *q, char *text, size_t size, bool brief);

/* Matches a line that has the text, or whose author has it in the nickname; see
 * scrollback_match. */
long search_matches(const struct line *line, const void *text);

/* Scrolls to the nearest message that mentions the nickname, above the previous match if step is
 * -1, below it if step is 1. Returns false if there is none. */
bool search_mention(struct scrollback *s, const char *nick, int step);

#endif
