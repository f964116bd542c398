/* search: PURE looking for text in what was said, while it is typed. */
#ifndef TUI_UI_SEARCH_H
#define TUI_UI_SEARCH_H

#include "common/frame.h"
#include "tui/ui/messages/scrollback.h"

enum { SEARCH_BYTES = 256 };

/* All zero looks for nothing. */
struct search {
    bool open;                                   /* what is typed is looked for */
    bool failed;                                 /* and is not there, further that way */
    int step;                                    /* -1: towards older lines; 1: newer */
    char text[SEARCH_BYTES], last[SEARCH_BYTES]; /* last: what was looked for before */
};

/* Opens the search; or goes on to the next place that way, with the last text where none has been
 * typed. */
void search_go(struct search *q, struct scrollback *s, int step);

/* More is looked for, or one character less. */
void search_type(struct search *q, struct scrollback *s, struct span text);
void search_backspace(struct search *q, struct scrollback *s);

/* The text is not looked for any longer; the reading place stays. */
void search_close(struct search *q);

/* Brings the nearest message that mentions the nickname into sight, above the place found before,
 * or below it where step is 1. Returns false where there is none. */
bool search_mention(struct scrollback *s, const char *nick, int step);

#endif
