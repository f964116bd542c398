#include "common/text.h"
#include "tests/count.h"
#include "tests/unit/support/dice.h"
#include "tests/unit/support/edited.h"
#include "tui/editor/visible_text.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(line_editor_random, .init = edited_open, .fini = edited_close);

static const char *const parts[] = {
    "a",  "B ",     " ",  "word", "\u0301", "\u200D", "👩",      "🏽",   "🇳",      "🇱", "\u1112",
    "각", "\u1161", "漢", "\n",   "\r",     "\t",     "❤️", "\u202E", "\u3164", "é", "1️⃣",
};

/* The whole line as it would be shown, and where in it the cursor is. */
static char *shown(size_t *cursor)
{
    size_t n, len = 0;
    const char *text = editor_text(edited, &n);
    char *all = calloc(n + 1, 8);
    for (size_t from = 0, next; from <= n; from = next) {
        if (from == editor_cursor(edited)) *cursor = len;
        if (from == n) break;
        next = text_next(text, n, from);
        char *s = text[from] == '\n' ? strdup("↵")
                                     : text_clean(text + from, next - from, TEXT_ONE_LINE, NULL);
        memcpy(all + len, s, strlen(s) + 1);
        len += strlen(s);
        free(s);
    }
    return all;
}

static void expect_sound_view(int columns)
{
    struct editor_view v;
    editor_show(edited, columns, &v);
    size_t place = 0, blank = v.more_left && columns > 1, n = strlen(v.text);
    char *all = shown(&place);
    cr_assert(v.cursor >= 0 && v.cursor < columns);
    cr_assert_leq(text_width(v.text, n), (size_t)columns - 1);
    bool found = false;
    for (size_t from = 0; from <= place && !found; from++)
        found = text_width(all + from, place - from) + blank == (size_t)v.cursor &&
                strncmp(all + from, v.text + blank, n - blank) == 0 && (v.more_left || from == 0) &&
                (v.more_right || all[from + n - blank] == '\0');
    cr_assert(found, "%d columns: [%s] at %d of [%s]", columns, v.text, v.cursor, all);
    free(all);
    free(v.text);
}

/* Whether the row fits, without the spaces at its end; a cluster that is too wide is a row. */
static bool fits(const char *text, const struct text_row *row, size_t cells)
{
    size_t end = row->to;
    while (end > row->from && text[text_prev(text, end)] == ' ') end = text_prev(text, end);
    return visible_text_cells(text, row->from, end) <= cells ||
           text_next(text, row->to, row->from) == end;
}

/* Each position is in one row, no row is too wide, and the cursor is in a cell of its row. */
static void expect_sound_rows(int columns)
{
    size_t n, current, next = 0;
    const char *text = editor_text(edited, &n);
    editor_wrap(edited, columns);
    size_t count = editor_rows(edited, &current), cells = columns > 1 ? (size_t)columns - 1 : 1;
    struct text_row row = editor_row(edited, 0);
    do {
        struct editor_view v;
        editor_show_row(edited, &row, &v);
        cr_assert_eq(row.from, next);
        cr_assert(row.from <= row.to && row.to <= n && row.next > row.from);
        cr_assert(fits(text, &row, cells));
        cr_assert(v.cursor >= 0 && (size_t)v.cursor <= cells);
        bool here = editor_cursor(edited) >= row.from && editor_cursor(edited) < row.next;
        cr_assert_eq(here, row.index == current);
        next = row.next;
        free(v.text);
    } while (editor_next_row(edited, &row));
    cr_assert_eq(next, n + 1);
    cr_assert_eq(row.index + 1, count);
}

static void expect_sound(void)
{
    size_t n, from = 0;
    const char *text = editor_text(edited, &n);
    cr_assert_eq(strlen(text), n);
    cr_assert_leq(n, 60);
    cr_assert(text_valid(text, n));
    while (from < editor_cursor(edited)) from = text_next(text, n, from);
    cr_assert_eq(from, editor_cursor(edited));
}

static void any_command(void)
{
    unsigned what = dice(24);
    const char *part = parts[dice(COUNT(parts))];
    if (what <= EDIT_HISTORY_NEXT)
        editor_do(edited, (enum edit)what);
    else if (what == 23 && dice(10) == 0)
        editor_commit(edited);
    else
        editor_insert(edited, part, strlen(part));
}

Test(line_editor_random, stays_sound_whatever_is_done)
{
    for (int round = 0; round < 200; round++) {
        edited_open_limited(60);
        for (int step = 0; step < 200; step++) {
            any_command();
            expect_sound();
            expect_sound_view(1 + (int)dice(24));
            expect_sound_rows(1 + (int)dice(24));
        }
    }
}

/* A command that changed the text is taken back by one undo. */
Test(line_editor_random, undo_takes_any_command_back)
{
    edited_open_limited(60);
    for (int step = 0; step < 20000; step++) {
        char *text = strdup(editor_text(edited, NULL));
        size_t cursor = editor_cursor(edited);
        enum edit what = (enum edit)dice(EDIT_UNDO);
        editor_do(edited, what);
        if (strcmp(text, editor_text(edited, NULL)) != 0) {
            editor_do(edited, EDIT_UNDO);
            cr_assert_str_eq(editor_text(edited, NULL), text, "command %d", (int)what);
            cr_assert_eq(editor_cursor(edited), cursor, "command %d", (int)what);
        }
        free(text);
        any_command();
    }
}
