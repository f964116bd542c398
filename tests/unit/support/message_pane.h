/* pane: a scrollback in unit tests, 4 rows of 10 cells beside a gutter of 10, shown as one string.
 */
#ifndef TESTS_UNIT_SUPPORT_MESSAGE_PANE_H
#define TESTS_UNIT_SUPPORT_MESSAGE_PANE_H

#include "tui/ui/messages/scrollback.h"

enum { PANE_ROWS_MAX = 512 };

extern struct scrollback *pane;
extern struct row pane_rows[PANE_ROWS_MAX];

void pane_open(void);
void pane_close(void);

void pane_add(const char *text);
/* Adds "line FROM" to "line TO - 1". */
void pane_add_numbered(int from, int to);
void pane_add_pending(const char *text);
/* Makes it high enough to pin rows, and adds 30 numbered lines. */
void pane_fill(void);

/* Reads the rows into pane_rows; returns how many there are. */
int pane_read(void);
/* Returns the rows joined by bars, with a plus before a row that does not begin its line. */
const char *pane_text(void);
void pane_expect(const char *text);

#endif
