/* draw: draws text into the cells of the screen, in the colours of a theme. */
#ifndef TUI_UI_DRAWING_DRAW_H
#define TUI_UI_DRAWING_DRAW_H

#include "common/frame.h"
#include "tui/ui/drawing/theme.h"

#include <curses.h>
#include <stdbool.h>

struct style {
    attr_t attributes;
    short pair; /* a colour pair of curses; 0: the default colours */
};

/* The last three depend on the background. */
extern const struct style style_plain, style_bold;
extern struct style style_muted, style_urgent, style_highlight;

/* Prepares the colours, if `colour`. Call after curses has started. */
void draw_open(bool colour);

/* Chooses the colours for this background; applies to what is on the screen too. */
void draw_set_background(enum theme_background background);

/* Returns how many colours there are for nicknames, and the style of one of these hues with these
 * attributes. */
int draw_hues(void);
struct style draw_hue_style(int hue, attr_t attributes);

/* Sets the style of text added to the window from now on. */
void draw_set_style(WINDOW *w, struct style style);

/* Draw as much of a text as fits into `cells` cells; return the column behind it. draw_text and
 * draw_str take sanitised text, draw_untrusted sanitises it to one line. */
int draw_text(WINDOW *w, int row, int column, int cells, struct span text, struct style style);
int draw_str(WINDOW *w, int row, int column, int cells, const char *s, struct style style);
int draw_untrusted(WINDOW *w, int row, int column, int cells, const char *s, struct style style);

/* Returns how many cells draw_untrusted needs. */
int draw_width(const char *s);

/* Draws a horizontal line; draws untrusted text over it, with a space on both sides. */
void draw_hline(int row, int column, int cells, struct style style);
void draw_label(int row, int column, int cells, const char *s, struct style style);

/* Gives the cells another style. */
void draw_restyle(int row, int column, int cells, struct style style);

#endif
