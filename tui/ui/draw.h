/* draw: puts words on the screen's cells, in the colours of a theme. */
#ifndef TUI_UI_DRAW_H
#define TUI_UI_DRAW_H

#include "common/frame.h"
#include "tui/ui/theme.h"

#include <curses.h>
#include <stdbool.h>

struct style {
    attr_t attributes;
    short pair; /* as curses numbers them: 0 has no colour of its own */
};

/* The last three follow the background. */
extern const struct style style_plain, style_bold;
extern struct style style_muted, style_urgent, style_highlight;

/* Prepares the colours, if there are to be any; curses has started. */
void draw_open(bool colour);

/* Chooses the colours for that background; what is on the screen follows. */
void draw_set_background(enum theme_background background);

/* A nickname's own colour. */
struct style draw_nick_style(const char *nick, attr_t attributes);

/* What is put next into the window is put with this style. */
void draw_set_style(WINDOW *w, struct style style);

/* Puts sanitised text, as much of it as fits into these cells; draw_untrusted what is anybody's, on
 * one line. Each returns the column after it. */
int draw_text(WINDOW *w, int row, int column, int cells, struct span text, struct style style);
int draw_str(WINDOW *w, int row, int column, int cells, const char *s, struct style style);
int draw_untrusted(WINDOW *w, int row, int column, int cells, const char *s, struct style style);

/* How many cells draw_untrusted would like to have. */
int draw_width(const char *s);

/* Draws a rule across the screen; lets words into it, anybody's, with a space around them. */
void draw_hline(int row, int column, int cells, struct style style);
void draw_label(int row, int column, int cells, const char *s, struct style style);

/* What these cells hold stands out. */
void draw_reverse(int row, int column, int cells);

#endif
