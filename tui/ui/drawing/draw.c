#include "tui/ui/drawing/draw.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

enum { EMOJI_STYLE = 0xFE0F };

/* Colour pairs; the pairs of the nicknames follow. */
enum { PAIR_NONE, PAIR_MUTED, PAIR_URGENT, PAIR_HIGHLIGHT, PAIR_NICK };

const struct style style_plain = {A_NORMAL, PAIR_NONE}, style_bold = {A_BOLD, PAIR_NONE};
struct style style_muted = {A_DIM, PAIR_NONE}, style_urgent = {A_BOLD, PAIR_NONE};
struct style style_highlight = {A_BOLD, PAIR_NONE};
static bool has_colours;
static int hues;

/* Draws muted text with the attribute dim if the theme has no colour for it. */
static void set_colours(const struct theme *t)
{
    const struct style grey = {A_NORMAL, PAIR_MUTED}, faint = {A_DIM, PAIR_NONE};
    init_extended_pair(PAIR_URGENT, t->urgent, -1);
    init_extended_pair(PAIR_HIGHLIGHT, t->highlight, -1);
    if (t->muted >= 0) init_extended_pair(PAIR_MUTED, t->muted, -1);
    for (int i = 0; i < t->count; i++) init_extended_pair(PAIR_NICK + i, t->nicks[i], -1);
    style_muted = t->muted >= 0 ? grey : faint;
    style_urgent.pair = PAIR_URGENT;
    style_highlight.pair = PAIR_HIGHLIGHT;
    hues = t->count;
}

void draw_set_background(enum theme_background background)
{
    struct theme t = theme_for(has_colours ? COLORS : 0, background);
    if (t.count > 0) set_colours(&t);
}

void draw_open(bool colour)
{
    has_colours = colour && has_colors() && start_color() != ERR && use_default_colors() != ERR;
    draw_set_background(THEME_UNKNOWN);
}

int draw_hues(void)
{
    return hues;
}

struct style draw_hue_style(int hue, attr_t attributes)
{
    attr_t bold = (attributes & A_DIM) != 0 ? A_NORMAL : A_BOLD;
    if (hues == 0) return (struct style){bold | attributes, PAIR_NONE};
    return (struct style){attributes, (short)(PAIR_NICK + hue)};
}

void draw_set_style(WINDOW *w, struct style style)
{
    wattr_set(w, style.attributes, style.pair, NULL);
}

/* Replaces a character whose width differs between the C library and text_width, because curses
 * would lose its place in the row. */
static void add_character(WINDOW *w, const char *s, size_t n, int width)
{
    wchar_t c;
    mbstate_t state = {0};
    bool is_decoded = mbrtowc(&c, s, n, &state) == n;
    if (is_decoded && c == EMOJI_STYLE) c = L' '; /* raw_cells draws the emoji */
    if (is_decoded && wcwidth(c) == width) {
        waddnwstr(w, &c, 1);
        return;
    }
    for (int i = 0; i < width; i++) waddnwstr(w, i == 0 ? L"\xFFFD" : L" ", 1);
}

int draw_text(WINDOW *w, int row, int column, int cells, struct span text, struct style style)
{
    int end = column + cells;
    draw_set_style(w, style);
    wmove(w, row, column);
    while (text.n > 0) {
        int32_t cp;
        size_t size = text_decode(text.p, text.n, 0, &cp);
        int width = (int)text_width(text.p, size);
        if (column + width > end) break;
        add_character(w, text.p, size, width);
        column += width;
        text.p += size;
        text.n -= size;
    }
    return column;
}

int draw_str(WINDOW *w, int row, int column, int cells, const char *s, struct style style)
{
    return draw_text(w, row, column, cells, (struct span){s, strlen(s)}, style);
}

int draw_untrusted(WINDOW *w, int row, int column, int cells, const char *s, struct style style)
{
    char *clean = text_clean(s, strlen(s), TEXT_ONE_LINE, NULL);
    if (clean == NULL) return column;
    column = draw_str(w, row, column, cells, clean, style);
    free(clean);
    return column;
}

int draw_width(const char *s)
{
    size_t n;
    char *clean = text_clean(s, strlen(s), TEXT_ONE_LINE, &n);
    int width = clean == NULL ? 0 : (int)text_width(clean, n);
    free(clean);
    return width;
}

void draw_hline(int row, int column, int cells, struct style style)
{
    draw_set_style(stdscr, style);
    mvwhline_set(stdscr, row, column, WACS_HLINE, cells);
}

void draw_label(int row, int column, int cells, const char *s, struct style style)
{
    bool clipped = draw_width(s) > cells - 2;
    draw_str(stdscr, row, column, 1, " ", style_plain);
    int end = draw_untrusted(stdscr, row, column + 1, cells - 2 - clipped, s, style);
    draw_str(stdscr, row, end, 2, clipped ? "… " : " ", style_plain);
}

void draw_restyle(int row, int column, int cells, struct style style)
{
    mvchgat(row, column, cells, style.attributes, style.pair, NULL);
}
