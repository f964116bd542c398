#include "tui/ui/drawing/hyperlinks.h"

#include "tui/base/url.h"
#include "tui/terminal/tty.h"
#include "tui/terminal/tty_output.h"
#include "tui/ui/drawing/draw.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>

enum { LINKS_MAX = 256, CONTROL_SIZE = 64, VTE_MIN = 5000 };

struct link {
    int row, column;
    struct span part, url;
};

static bool is_enabled;
static struct link links[LINKS_MAX];
static int count;
static uint64_t rows[TTY_CELLS_MAX]; /* hashes of the rows with hyperlinks, or 0, as last written */
static bool changed[TTY_CELLS_MAX];

/* Early versions of VTE fail when a hyperlink scrolls. */
static bool is_old_vte(void)
{
    const char *version = getenv("VTE_VERSION");
    return version != NULL && strtol(version, NULL, 10) < VTE_MIN;
}

void hyperlinks_open(void)
{
    is_enabled = tty_has_title() && !is_old_vte() && cursor_address != NULL &&
                 save_cursor != NULL && restore_cursor != NULL;
}

void hyperlinks_begin(void)
{
    count = 0;
}

void hyperlinks_add(int row, int column, struct span part, struct span url)
{
    if (is_enabled && count < LINKS_MAX && row < TTY_CELLS_MAX)
        links[count++] = (struct link){row, column, part, url};
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

/* A frame that is drawn anew from a cleared screen has no hyperlinks left. */
void hyperlinks_compare(void)
{
    static uint64_t now[TTY_CELLS_MAX];
    int row, column, height = LINES < TTY_CELLS_MAX ? LINES : TTY_CELLS_MAX;
    if (!is_enabled) return;
    bool is_cleared_screen = is_cleared(curscr);
    getyx(stdscr, row, column);
    memset(now, 0, sizeof now);
    for (int i = 0; i < count; i++)
        if (now[links[i].row] == 0) now[links[i].row] = hash_row(links[i].row);
    for (int i = 0; i < height; i++) {
        changed[i] = now[i] != rows[i] || is_cleared_screen;
        if (rows[i] != 0 && now[i] != rows[i]) wredrawln(stdscr, i, 1);
    }
    memcpy(rows, now, sizeof rows);
    wmove(stdscr, row, column);
}

static bool is_ascii(char c)
{
    return c > ' ' && c < '\x7f';
}

/* Writes the characters of ASCII only: the width of the others may differ between the terminal and
 * curses. */
static void write_link(const struct link *l, const char *encoded)
{
    char code[URL_SIZE + CONTROL_SIZE], text[TTY_CELLS_MAX + 1];
    size_t n = 0;
    while (n < l->part.n && is_ascii(l->part.p[n])) n++;
    if (n == 0 || n > TTY_CELLS_MAX) return;
    memcpy(text, l->part.p, n);
    text[n] = '\0';
    tty_output_append(tparm(cursor_address, l->row, l->column));
    snprintf(code, sizeof code, "\x1b]8;id=klatch;%s\x1b\\", encoded);
    tty_output_append(code);
    tty_output_append(text);
    tty_output_append("\x1b]8;;\x1b\\");
}

void hyperlinks_write(void)
{
    char encoded[URL_SIZE];
    bool begun = false;
    if (!is_enabled) return;
    for (int i = 0; i < count; i++) {
        if (!changed[links[i].row] || !url_encode(links[i].url, encoded)) continue;
        if (!begun) tty_output_append(save_cursor);
        begun = true;
        write_link(&links[i], encoded);
    }
    if (begun) tty_output_append(restore_cursor);
}
