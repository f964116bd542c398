#include "tests/unit/support/curses_screen.h"

#include "tests/unit/support/unsafe_chars.h"
#include "tui/ui/drawing/render.h"

#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS_MAX = 1000 };

bool curses_screen_open(void)
{
    FILE *nowhere = fopen("/dev/null", "r+");
    setlocale(LC_ALL, "C.UTF-8");
    return nowhere && newterm("xterm-256color", nowhere, nowhere) && render_open(true);
}

void curses_screen_resize(int rows, int columns)
{
    resizeterm(rows, columns);
}

static int read_row(int row, cchar_t cells[COLUMNS_MAX + 1])
{
    int columns = getmaxx(curscr) < COLUMNS_MAX ? getmaxx(curscr) : COLUMNS_MAX;
    memset(cells, 0, (size_t)(columns + 1) * sizeof *cells);
    return mvwin_wchnstr(curscr, row, 0, cells, columns) == ERR ? 0 : columns;
}

static const char *cell_flaw(const cchar_t *cell)
{
    wchar_t text[CCHARW_MAX + 1] = {0};
    attr_t attributes;
    short pair;
    if (getcchar(cell, text, &attributes, &pair, NULL) == ERR) return NULL;
    for (const wchar_t *c = text; *c != L'\0'; c++)
        if (unsafe_char((int32_t)*c)) return unsafe_char((int32_t)*c);
    return NULL;
}

const char *curses_screen_flaw(void)
{
    cchar_t cells[COLUMNS_MAX + 1];
    for (int row = 0; row < getmaxy(curscr); row++) {
        int columns = read_row(row, cells);
        for (int i = 0; i < columns; i++)
            if (cell_flaw(&cells[i])) return cell_flaw(&cells[i]);
    }
    return NULL;
}

bool curses_screen_shows(const wchar_t *text)
{
    wchar_t row[COLUMNS_MAX + 1];
    for (int i = 0; i < getmaxy(curscr); i++) {
        int n = mvwinnwstr(curscr, i, 0, row, COLUMNS_MAX);
        row[n > 0 ? n : 0] = L'\0';
        if (wcsstr(row, text)) return true;
    }
    return false;
}
