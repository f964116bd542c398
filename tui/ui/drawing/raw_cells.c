#include "tui/ui/drawing/raw_cells.h"

#include "tui/base/url.h"
#include "tui/terminal/tty.h"
#include "tui/terminal/tty_output.h"
#include "tui/ui/drawing/draw.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

enum { PIECES_MAX = 256, CONTROL_SIZE = 64, VTE_MIN = 5000 };

struct piece {
    int row, column;
    struct span text, url; /* url.n 0: an emoji; text.n 0: only a reason to draw the row anew */
};

static bool is_enabled, has_links;
static struct piece pieces[PIECES_MAX];
static int count;
static uint64_t rows[TTY_CELLS_MAX]; /* hashes of the rows with raw cells, or 0, as last written */
static bool changed[TTY_CELLS_MAX];

/* Early versions of VTE fail when a hyperlink scrolls. */
static bool is_old_vte(void)
{
    const char *version = getenv("VTE_VERSION");
    return version != NULL && strtol(version, NULL, 10) < VTE_MIN;
}

void raw_cells_open(void)
{
    is_enabled = cursor_address != NULL && save_cursor != NULL && restore_cursor != NULL;
    has_links = tty_takes_long_strings() && !is_old_vte();
}

void raw_cells_begin(void)
{
    count = 0;
}

static void add(struct piece piece)
{
    if (is_enabled && count < PIECES_MAX && piece.row < TTY_CELLS_MAX) pieces[count++] = piece;
}

void raw_cells_add_link(int row, int column, struct span part, struct span url)
{
    if (has_links) add((struct piece){row, column, part, url});
}

void raw_cells_add_emoji(int row, int column, struct span emoji)
{
    add((struct piece){row, column, emoji, {0}});
}

void raw_cells_add_row(int row)
{
    add((struct piece){.row = row});
}

/* Returns a hash (FNV-1a) of the row's cells, never 0. */
static uint64_t hash_row(int row)
{
    static cchar_t cells[TTY_CELLS_MAX + 1];
    uint64_t hash = UINT64_C(14695981039346656037);
    memset(cells, 0, sizeof cells);
    mvin_wchnstr(row, 0, cells, COLS < TTY_CELLS_MAX ? COLS : TTY_CELLS_MAX);
    const unsigned char *bytes = (const unsigned char *)cells;
    for (size_t i = 0; i < (size_t)COLS * sizeof *cells; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(1099511628211);
    return hash | 1;
}

/* A frame that is drawn anew from a cleared screen has no raw cells left. */
void raw_cells_compare(void)
{
    static uint64_t now[TTY_CELLS_MAX];
    int row, column, height = LINES < TTY_CELLS_MAX ? LINES : TTY_CELLS_MAX;
    if (!is_enabled) return;
    bool is_cleared_screen = is_cleared(curscr);
    getyx(stdscr, row, column);
    memset(now, 0, sizeof now);
    for (int i = 0; i < count; i++)
        if (now[pieces[i].row] == 0) now[pieces[i].row] = hash_row(pieces[i].row);
    for (int i = 0; i < height; i++) {
        changed[i] = now[i] != rows[i] || is_cleared_screen;
        if (now[i] != rows[i]) wredrawln(stdscr, i, 1);
    }
    memcpy(rows, now, sizeof rows);
    wmove(stdscr, row, column);
}

static void write_text(const char *p, size_t n)
{
    char text[TTY_CELLS_MAX + 1];
    if (n > TTY_CELLS_MAX) n = 0;
    memcpy(text, p, n);
    text[n] = '\0';
    tty_output_append(text);
}

static bool is_ascii(char c)
{
    return c > ' ' && c < '\x7f';
}

/* Writes the characters of ASCII only: the width of the others may differ between the terminal and
 * curses. */
static void write_link(struct span text, struct span url)
{
    char code[URL_SIZE + CONTROL_SIZE], encoded[URL_SIZE];
    if (!url_encode(url, encoded)) return;
    size_t n = 0;
    while (n < text.n && is_ascii(text.p[n])) n++;
    snprintf(code, sizeof code, "\x1b]8;id=klatch;%s\x1b\\", encoded);
    tty_output_append(code);
    write_text(text.p, n);
    tty_output_append("\x1b]8;;\x1b\\");
}

void raw_cells_write(void)
{
    bool begun = false;
    for (const struct piece *p = pieces; p < pieces + count; p++) {
        if (!changed[p->row] || p->text.n == 0) continue;
        if (!begun) tty_output_append(save_cursor);
        begun = true;
        tty_output_append(tparm(cursor_address, p->row, p->column));
        if (p->url.n > 0)
            write_link(p->text, p->url);
        else
            write_text(p->text.p, p->text.n);
    }
    if (begun) tty_output_append(restore_cursor);
}
