#include "tests/unit/support/message_pane.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct scrollback *pane;
struct row pane_rows[PANE_ROWS_MAX];

/* Ten cells before every row's text, whatever the line. */
static int gutter(const void *place, const struct line *line, bool first)
{
    (void)place, (void)line, (void)first;
    return 10;
}

void pane_open(void)
{
    pane = scrollback_new(100, gutter, NULL);
    cr_assert_not_null(pane);
    scrollback_resize(pane, 4, 20);
}

void pane_close(void)
{
    scrollback_free(pane);
}

void pane_add(const char *text)
{
    cr_assert(scrollback_add(pane, 0, LINE_MESSAGE, "ada", text));
}

void pane_add_numbered(int from, int to)
{
    for (int i = from; i < to; i++) {
        char text[32];
        snprintf(text, sizeof text, "line %d", i);
        pane_add(text);
    }
}

void pane_add_pending(const char *text)
{
    cr_assert(scrollback_add(pane, 0, LINE_PENDING, "ada", text));
}

void pane_fill(void)
{
    scrollback_resize(pane, SCROLLBACK_PINNING_ROWS_MIN, 20);
    pane_add_numbered(0, 30);
}

int pane_read(void)
{
    return scrollback_rows(pane, pane_rows, PANE_ROWS_MAX);
}

const char *pane_text(void)
{
    static char text[4096];
    int n = pane_read();
    size_t end = 0;
    for (int i = 0; i < n; i++) {
        const struct row *r = &pane_rows[i];
        if (i > 0) text[end++] = '|';
        if (!r->line) continue;
        if (!r->first) text[end++] = '+';
        cr_assert_lt(end + r->to - r->from, sizeof text - 2);
        memcpy(text + end, r->line->text + r->from, r->to - r->from);
        end += r->to - r->from;
    }
    text[end] = '\0';
    return text;
}

void pane_expect(const char *text)
{
    cr_expect_str_eq(pane_text(), text, "\"%s\", not \"%s\"", pane_text(), text);
}
