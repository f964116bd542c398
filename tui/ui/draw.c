#include "tui/ui/draw.h"

#include "common/text.h"
#include "tui/ui/colour.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Colour pairs; the nicknames' follow. */
enum { PAIR_NONE, PAIR_DIM, PAIR_URGENT, PAIR_ACCENT, PAIR_NICK };

const struct pen pen_plain = {A_NORMAL, PAIR_NONE}, pen_bold = {A_BOLD, PAIR_NONE};
struct pen pen_dim = {A_DIM, PAIR_NONE}, pen_urgent = {A_BOLD, PAIR_NONE};
struct pen pen_accent = {A_BOLD, PAIR_NONE};
static bool coloured;
static int nick_colours;

/* Without a colour of its own, what is dim stays dim by attribute. */
static void set_colours(const struct theme *t)
{
    const struct pen grey = {A_NORMAL, PAIR_DIM}, faint = {A_DIM, PAIR_NONE};
    init_extended_pair(PAIR_URGENT, t->urgent, -1);
    init_extended_pair(PAIR_ACCENT, t->accent, -1);
    if (t->dim >= 0) init_extended_pair(PAIR_DIM, t->dim, -1);
    for (int i = 0; i < t->count; i++) init_extended_pair(PAIR_NICK + i, t->nicks[i], -1);
    pen_dim = t->dim >= 0 ? grey : faint;
    pen_urgent.pair = PAIR_URGENT;
    pen_accent.pair = PAIR_ACCENT;
    nick_colours = t->count;
}

void pen_ground(enum theme_ground ground)
{
    struct theme t = theme_of(coloured ? COLORS : 0, ground);
    if (t.count > 0) set_colours(&t);
}

void pen_open(bool colour)
{
    coloured = colour && has_colors() && start_color() != ERR && use_default_colors() != ERR;
    pen_ground(THEME_UNKNOWN);
}

struct pen pen_of_nick(const char *nick, attr_t attributes)
{
    if (nick_colours == 0) return (struct pen){A_BOLD | attributes, PAIR_NONE};
    return (struct pen){attributes, (short)(PAIR_NICK + colour_of(nick, nick_colours))};
}

void pen_use(WINDOW *w, struct pen pen)
{
    wattr_set(w, pen.attributes, pen.pair, NULL);
}

/* Where the C library and we do not agree on a character's width, the frame would break. */
static void put_character(WINDOW *w, const char *s, size_t n, int width)
{
    wchar_t c;
    mbstate_t state = {0};
    if (mbrtowc(&c, s, n, &state) == n && wcwidth(c) == width) {
        waddnwstr(w, &c, 1);
        return;
    }
    for (int i = 0; i < width; i++) waddnwstr(w, i == 0 ? L"\xFFFD" : L" ", 1);
}

static size_t character_size(const char *s, size_t n)
{
    size_t size = 1;
    while (size < n && ((unsigned char)s[size] & 0xc0) == 0x80) size++;
    return size;
}

int pen_put(WINDOW *w, int row, int column, int cells, struct span text, struct pen pen)
{
    int end = column + cells;
    pen_use(w, pen);
    wmove(w, row, column);
    while (text.n > 0) {
        size_t size = character_size(text.p, text.n);
        int width = (int)text_width(text.p, size);
        if (column + width > end) break;
        put_character(w, text.p, size, width);
        column += width;
        text.p += size;
        text.n -= size;
    }
    return column;
}

int pen_words(WINDOW *w, int row, int column, int cells, const char *s, struct pen pen)
{
    return pen_put(w, row, column, cells, (struct span){s, strlen(s)}, pen);
}

int pen_raw(WINDOW *w, int row, int column, int cells, const char *s, struct pen pen)
{
    char *clean = text_clean(s, strlen(s), TEXT_ONE_LINE, NULL);
    if (clean == NULL) return column;
    column = pen_words(w, row, column, cells, clean, pen);
    free(clean);
    return column;
}

int pen_width(const char *s)
{
    size_t n;
    char *clean = text_clean(s, strlen(s), TEXT_ONE_LINE, &n);
    int width = clean == NULL ? 0 : (int)text_width(clean, n);
    free(clean);
    return width;
}

void pen_rule(int row, int column, int cells, struct pen pen)
{
    pen_use(stdscr, pen);
    mvwhline_set(stdscr, row, column, WACS_HLINE, cells);
}

void pen_let_in(int row, int column, int cells, const char *s, struct pen pen)
{
    bool clipped = pen_width(s) > cells - 2;
    pen_words(stdscr, row, column, 1, " ", pen_plain);
    int end = pen_raw(stdscr, row, column + 1, cells - 2 - clipped, s, pen);
    pen_words(stdscr, row, end, 2, clipped ? "… " : " ", pen_plain);
}

void pen_mark(int row, int column, int cells)
{
    mvchgat(row, column, cells, A_REVERSE, PAIR_NONE, NULL);
}
