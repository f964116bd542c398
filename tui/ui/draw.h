/* pen: puts words on the screen's cells, in the colours of a theme. */
#ifndef TUI_UI_DRAW_H
#define TUI_UI_DRAW_H

#include "common/frame.h"
#include "tui/ui/theme.h"

#include <curses.h>
#include <stdbool.h>

struct pen {
    attr_t attributes;
    short pair; /* as curses numbers them: 0 has no colour of its own */
};

/* The last three follow the ground. */
extern const struct pen pen_plain, pen_bold;
extern struct pen pen_dim, pen_urgent, pen_accent;

/* Prepares the colours, if there are to be any; curses has started. */
void pen_open(bool colour);

/* Chooses the colours for that ground; what is on the screen follows. */
void pen_ground(enum theme_ground ground);

/* A nickname's own colour. */
struct pen pen_of_nick(const char *nick, attr_t attributes);

/* What is put next into the window is put with this pen. */
void pen_use(WINDOW *w, struct pen pen);

/* Puts sanitised text, as much of it as fits into these cells; pen_raw what is anybody's, on one
 * line. Each returns the column after it. */
int pen_put(WINDOW *w, int row, int column, int cells, struct span text, struct pen pen);
int pen_words(WINDOW *w, int row, int column, int cells, const char *s, struct pen pen);
int pen_raw(WINDOW *w, int row, int column, int cells, const char *s, struct pen pen);

/* How many cells pen_raw would like to have. */
int pen_width(const char *s);

/* Draws a rule across the screen; lets words into it, anybody's, with a space around them. */
void pen_rule(int row, int column, int cells, struct pen pen);
void pen_let_in(int row, int column, int cells, const char *s, struct pen pen);

/* What these cells hold stands out. */
void pen_mark(int row, int column, int cells);

#endif
