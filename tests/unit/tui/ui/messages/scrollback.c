#include "tui/ui/messages/scrollback.h"

#include "common/text.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ROWS = 512 };

static struct scrollback *s;
static struct row rows[MAX_ROWS];

/* Ten cells before every row's text, whatever the line. */
static int gutter(const void *place, const struct line *line, bool first)
{
    (void)place, (void)line, (void)first;
    return 10;
}

static void open_scrollback(void)
{
    s = scrollback_new(100, gutter, NULL);
    cr_assert_not_null(s);
    scrollback_resize(s, 4, 20);
}

static void close_scrollback(void)
{
    scrollback_free(s);
}

TestSuite(scrollback, .init = open_scrollback, .fini = close_scrollback);

static void add(const char *text)
{
    cr_assert(scrollback_add(s, 0, LINE_MESSAGE, "ada", text));
}

static void add_numbered(int from, int to)
{
    for (int i = from; i < to; i++) {
        char text[32];
        snprintf(text, sizeof text, "line %d", i);
        add(text);
    }
}

/* The pane as one string: rows joined by bars; a row that does not begin its line has a plus. */
static const char *pane(void)
{
    static char text[4096];
    int n = scrollback_rows(s, rows, MAX_ROWS);
    size_t end = 0;
    for (int i = 0; i < n; i++) {
        const struct row *r = &rows[i];
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

Test(scrollback, an_empty_one_is_blank)
{
    cr_expect_str_eq(pane(), "|||");
    scrollback_scroll(s, -5);
    scrollback_top(s);
    cr_expect(scrollback_at_bottom(s));
}

Test(scrollback, few_lines_stand_at_the_bottom)
{
    add("one");
    add("two");
    cr_expect_str_eq(pane(), "||one|two");
}

Test(scrollback, words_wrap)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"0123456789", "|||0123456789"},
        {"01234 56789", "||01234|+56789"},
        {"0123456789 x", "||0123456789|+x"},
        {"0123456789x", "||0123456789|+x"},
        {"ab   0123456789", "||ab|+0123456789"},
        {"a b c d e f g", "||a b c d e|+f g"},
        {"one\ntwo", "||one|+two"},
        {"one\n\ntwo", "|one|+|+two"},
        {"one\n", "|||one"},
        {"", "|||"},
        {"日本語日本語", "||日本語日本|+語"},
        {"x日本語日本語", "||x日本語日|+本語"},
        {"e\xcc\x81"
         "23456789ab",
         "||e\xcc\x81"
         "23456789a|+b"},
        {"          x", "||          |+x"},
        {"0123456789 \nx", "||0123456789|+x"},
        {"0123456789 \n\nx", "|0123456789|+|+x"},
        {"  0123456789", "||  01234567|+89"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scrollback_clear(s);
        add(cases[i].text);
        cr_expect_str_eq(pane(), cases[i].want, "%s: %s", cases[i].text, pane());
    }
}

static unsigned seed = 5;

static unsigned dice(unsigned sides)
{
    seed = seed * 1103515245U + 12345U;
    return (seed >> 8) % sides;
}

static size_t scramble(char *text)
{
    static const char *const bits[] = {
        "a",
        "word",
        " ",
        "  ",
        "\n",
        "日本",
        "👋",
        "e\u0301",
        "longlonglongword",
        "\u1100\u1100\u1161",
    };
    size_t n = 0;
    for (unsigned i = dice(20) + 1; i > 0; i--) {
        const char *bit = bits[dice(sizeof bits / sizeof *bits)];
        memcpy(text + n, bit, strlen(bit) + 1);
        n += strlen(bit);
    }
    return n;
}

/* Only spaces and line feeds may lie between two rows, before the first and after the last. */
static void expect_blank(const char *text, size_t from, size_t to)
{
    cr_assert_leq(from, to);
    for (; from < to; from++) cr_assert(text[from] == ' ' || text[from] == '\n', "%s", text);
}

Test(scrollback, no_row_is_wider_than_its_place_and_no_word_is_lost)
{
    for (int round = 0; round < 5000; round++) {
        char text[512];
        size_t len = scramble(text), cells = dice(20) + 2, at = 0;
        scrollback_clear(s);
        scrollback_resize(s, MAX_ROWS, (int)cells + 10);
        add(text);
        int n = scrollback_rows(s, rows, MAX_ROWS);
        for (int i = 0; i < n; i++) {
            if (!rows[i].line) continue;
            expect_blank(text, at, rows[i].from);
            cr_assert_leq(text_width(text + rows[i].from, rows[i].to - rows[i].from), cells);
            at = rows[i].to;
        }
        expect_blank(text, at, len);
    }
}

Test(scrollback, the_reading_place_stays_put_while_lines_come)
{
    add_numbered(0, 20);
    cr_expect_str_eq(pane(), "line 16|line 17|line 18|line 19");
    scrollback_page(s, -1);
    cr_expect_str_eq(pane(), "line 13|line 14|line 15|line 16");
    cr_expect_not(scrollback_at_bottom(s));
    add_numbered(20, 25);
    cr_expect_str_eq(pane(), "line 13|line 14|line 15|line 16");
    cr_expect_eq(scrollback_unread(s), 5);
    scrollback_bottom(s);
    cr_expect_str_eq(pane(), "line 21|line 22|line 23|line 24");
    cr_expect_eq(scrollback_unread(s), 0);
}

Test(scrollback, what_is_unread_are_messages_and_notices)
{
    add_numbered(0, 20);
    scrollback_scroll(s, -1);
    scrollback_add(s, 0, LINE_SERVER, "", "x");
    scrollback_add(s, 0, LINE_OWN, "me", "x");
    scrollback_add(s, 0, LINE_STATUS, "", "x");
    scrollback_add(s, 0, LINE_DAY, "", "x");
    cr_expect_eq(scrollback_unread(s), 1);
}

Test(scrollback, scrolling_down_to_the_newest_is_the_bottom)
{
    add_numbered(0, 20);
    scrollback_scroll(s, -3);
    scrollback_scroll(s, 2);
    cr_expect_not(scrollback_at_bottom(s));
    scrollback_scroll(s, 1);
    cr_expect(scrollback_at_bottom(s));
    scrollback_page(s, -100);
    cr_expect_str_eq(pane(), "line 0|line 1|line 2|line 3");
    scrollback_page(s, 100);
    cr_expect(scrollback_at_bottom(s));
    scrollback_top(s);
    cr_expect_str_eq(pane(), "line 0|line 1|line 2|line 3");
}

Test(scrollback, what_is_read_is_kept_at_the_top_through_any_width)
{
    add_numbered(0, 10);
    add("aaaa bbbb cccc dddd eeee ffff");
    add_numbered(10, 30);
    scrollback_scroll(s, -18);
    cr_expect_str_eq(pane(), "+cccc dddd|+eeee ffff|line 10|line 11");
    scrollback_resize(s, 4, 60);
    cr_expect_str_eq(pane(), "aaaa bbbb cccc dddd eeee ffff|line 10|line 11|line 12");
    scrollback_resize(s, 2, 20);
    cr_expect_str_eq(pane(), "+cccc dddd|+eeee ffff");
}

Test(scrollback, a_pane_that_grows_past_the_newest_is_at_the_bottom)
{
    add_numbered(0, 10);
    scrollback_scroll(s, -2);
    scrollback_resize(s, 20, 20);
    pane();
    cr_expect(scrollback_at_bottom(s));
}

Test(scrollback, the_page_being_read_stays_and_a_mark_stands_for_what_goes)
{
    add_numbered(0, 100);
    scrollback_page(s, -2);
    cr_expect_str_eq(pane(), "line 90|line 91|line 92|line 93");
    add_numbered(100, 190);
    cr_expect_str_eq(pane(), "line 90|line 91|line 92|line 93", "the older ones go first");
    add_numbered(190, 191);
    cr_expect_str_eq(pane(), "line 90|line 91|line 92|line 93");
    scrollback_scroll(s, 2);
    cr_expect_str_eq(pane(), "line 92|line 93|2 lines|+not kept");
    scrollback_scroll(s, -2);
    add_numbered(191, 5000);
    cr_expect_str_eq(pane(), "line 90|line 91|line 92|line 93");
    cr_expect_eq(scrollback_unread(s), 4900);
    scrollback_scroll(s, -1);
    cr_expect_str_eq(pane(), "line 90|line 91|line 92|line 93");
    scrollback_resize(s, 8, 40);
    cr_expect_str_eq(pane(), "line 90|line 91|line 92|line 93|4811 lines not kept|line 4905|"
                             "line 4906|line 4907");
    scrollback_bottom(s);
    add_numbered(5000, 5100);
    scrollback_top(s);
    cr_expect_str_eq(pane(), "line 5000|line 5001|line 5002|line 5003|line 5004|line 5005|"
                             "line 5006|line 5007");
}

/* Long texts push as well as many do; whatever is lost is counted once, wherever one reads. */
Test(scrollback, every_line_is_kept_or_counted)
{
    static char text[1 << 16];
    size_t kept = 0, gone = 0;
    memset(text, 'x', sizeof text - 1);
    scrollback_resize(s, 12, 40);
    for (int i = 0; i < 3000; i++) {
        if (i % 7 == 3) scrollback_add(s, 0, LINE_DAY, "", "");
        if (i > 50 && i % 200 == 0) scrollback_scroll(s, i % 3 == 0 ? 9 : -5);
        cr_assert(scrollback_add(s, 0, LINE_MESSAGE, "ada", i % 2 ? text : "short"));
        if (i == 50) scrollback_page(s, -1);
        if (i > 50) cr_assert_not(scrollback_at_bottom(s));
    }
    scrollback_resize(s, MAX_ROWS, INT_MAX);
    int n = scrollback_rows(s, rows, MAX_ROWS);
    for (int i = 0; i < n; i++) {
        if (rows[i].line == NULL) continue;
        if (rows[i].line->kind == LINE_GAP) gone += strtoul(rows[i].line->text, NULL, 10);
        kept += rows[i].line->kind == LINE_MESSAGE;
    }
    cr_expect_eq(scrollback_pinned(s), 0);
    cr_expect_leq(kept, 100);
    cr_expect_leq(gone + kept, 3000);
    cr_expect_geq(gone, 2900 - 51, "%zu", gone);
}

Test(scrollback, the_smallest_panes_are_safe)
{
    add("some words 日本語");
    for (int r = -1; r < 3; r++)
        for (int c = -1; c < 13; c++) {
            scrollback_resize(s, r, c);
            scrollback_scroll(s, -1);
            scrollback_rows(s, rows, MAX_ROWS);
            scrollback_bottom(s);
            scrollback_rows(s, rows, 0);
        }
}

Test(scrollback, text_and_nickname_are_made_safe)
{
    scrollback_add(s, 0, LINE_MESSAGE, "a\nb", "x\x1b[2Jy");
    scrollback_rows(s, rows, 4);
    cr_expect_str_eq(rows[3].line->nick, "a␊b");
    cr_expect_str_eq(rows[3].line->text, "x␛[2Jy");
}

Test(scrollback, a_very_long_message_wraps_and_scrolls)
{
    char *text = malloc(65001);
    for (int i = 0; i < 65000; i++) text[i] = i % 6 == 5 ? ' ' : 'x';
    text[65000] = '\0';
    add(text);
    scrollback_top(s);
    cr_expect_str_eq(pane(), "xxxxx|+xxxxx|+xxxxx|+xxxxx");
    scrollback_bottom(s);
    cr_expect_str_eq(pane(), "+xxxxx|+xxxxx|+xxxxx|+xxxxx xx");
    free(text);
}

Test(scrollback, a_cluster_wider_than_its_row_is_split)
{
    char text[128] = "";
    for (size_t i = 0; i < 36; i += 3) memcpy(text + i, "\u1100", 4);
    add(text);
    int n = scrollback_rows(s, rows, MAX_ROWS);
    for (int i = 0; i < n; i++)
        if (rows[i].line)
            cr_expect_leq(text_width(text + rows[i].from, rows[i].to - rows[i].from), 10);
}

Test(scrollback, growing_to_the_newest_is_the_bottom_at_once)
{
    add_numbered(0, 10);
    scrollback_scroll(s, -2);
    add("new");
    scrollback_resize(s, 20, 20);
    cr_expect(scrollback_at_bottom(s));
    cr_expect_eq(scrollback_unread(s), 0);
}

Test(scrollback, a_pane_without_rows_has_none)
{
    add_numbered(0, 10);
    scrollback_resize(s, 0, 20);
    cr_expect_eq(scrollback_rows(s, rows, MAX_ROWS), 0);
}

Test(scrollback, any_distance_will_do)
{
    add_numbered(0, 10);
    scrollback_page(s, INT_MIN);
    cr_expect_str_eq(pane(), "line 0|line 1|line 2|line 3");
    scrollback_page(s, INT_MAX);
    cr_expect(scrollback_at_bottom(s));
    scrollback_scroll(s, INT_MIN);
    cr_expect_str_eq(pane(), "line 0|line 1|line 2|line 3");
}

Test(scrollback, long_lines_make_the_oldest_go_sooner)
{
    enum { LONG = MESSAGE_BUFFER_BYTES_MAX / 8 };
    char *text = calloc(1, LONG + 1);
    memset(text, 'x', LONG);
    add("the oldest");
    for (int i = 0; i < 8; i++) add(text);
    scrollback_resize(s, 1, 1000);
    scrollback_top(s);
    cr_assert_eq(scrollback_rows(s, rows, 1), 1);
    cr_expect_eq(rows[0].line->text[0], 'x');
    free(text);
}

static void pend(const char *text)
{
    cr_assert(scrollback_add(s, 0, LINE_PENDING, "ada", text));
}

Test(scrollback, what_is_pending_stands_below_what_comes)
{
    add("one");
    pend("mine");
    pend("also mine");
    add("two");
    cr_expect_str_eq(pane(), "one|two|mine|also mine");
    scrollback_remove_pending(s, 0);
    add("mine");
    cr_expect_str_eq(pane(), "one|two|mine|also mine");
    scrollback_set_pending_kind(s, 0, LINE_UNCONFIRMED);
    scrollback_rows(s, rows, MAX_ROWS);
    cr_expect_eq(rows[3].line->kind, LINE_UNCONFIRMED);
    scrollback_remove_pending(s, 0);
    scrollback_remove_pending(s, 0);
    scrollback_set_pending_kind(s, 0, LINE_UNCONFIRMED);
    cr_expect_str_eq(pane(), "|one|two|mine");
}

Test(scrollback, what_is_pending_is_not_cleared)
{
    add("one");
    pend("mine");
    scrollback_clear(s);
    cr_expect_str_eq(pane(), "|||mine");
    scrollback_remove_pending(s, 0);
    cr_expect_str_eq(pane(), "|||");
}

Test(scrollback, the_reading_place_stays_put_among_pending_lines)
{
    for (int i = 0; i < 10; i++) pend("mine");
    pend("last");
    scrollback_scroll(s, -3);
    const struct line *top = (scrollback_rows(s, rows, MAX_ROWS), rows[0].line);
    const char *text = top->text;
    for (int i = 0; i < 5; i++) add("theirs");
    scrollback_rows(s, rows, MAX_ROWS);
    cr_expect_eq(rows[0].line->text, text);
    scrollback_remove_pending(s, 0);
    scrollback_rows(s, rows, MAX_ROWS);
    cr_expect_eq(rows[0].line->text, text);
    for (int i = 0; i < 10; i++) scrollback_remove_pending(s, 0);
    cr_expect(scrollback_at_bottom(s));
    cr_expect_str_eq(pane(), "theirs|theirs|theirs|theirs");
}

/* Against a model: two lists, shown one below the other. */
Test(scrollback, any_order_of_coming_and_settling)
{
    enum { STEPS = 3000 };
    int said[STEPS], pending[STEPS], many = 0, waiting = 0;
    for (int step = 0; step < STEPS; step++) {
        char text[16], want[128] = "";
        snprintf(text, sizeof text, "%d", step);
        unsigned what = dice(3);
        if (what == 0) add(text), said[many++] = step;
        if (what == 1) pend(text), pending[waiting++] = step;
        if (what == 2 && waiting > 0) {
            int i = (int)dice((unsigned)waiting--);
            scrollback_remove_pending(s, (size_t)i);
            memmove(pending + i, pending + i + 1, (size_t)(waiting - i) * sizeof *pending);
        }
        if (waiting > 50)
            scrollback_remove_pending(s, 0),
                memmove(pending, pending + 1, (size_t)--waiting * sizeof *pending);
        for (int row = 4; row > 0; row--) {
            int back = row - waiting;
            if (back <= 0)
                snprintf(text, sizeof text, "%d", pending[waiting - row]);
            else if (back <= many)
                snprintf(text, sizeof text, "%d", said[many - back]);
            else
                text[0] = '\0';
            strcat(strcat(want, text), row > 1 ? "|" : "");
        }
        cr_assert_str_eq(pane(), want);
    }
}

/* -- what was not seen -- */

Test(scrollback, there_is_one_rule_at_most)
{
    scrollback_set_unread_marker(s, 0);
    cr_expect_str_eq(pane(), "|||");
    add("one");
    pend("mine");
    scrollback_set_unread_marker(s, 0);
    add("two");
    cr_expect_str_eq(pane(), "one|new|two|mine");
    scrollback_set_unread_marker(s, 0);
    add("three");
    cr_expect_str_eq(pane(), "two|new|three|mine");
    scrollback_remove_pending(s, 0);
    cr_expect_str_eq(pane(), "one|two|new|three");
}

Test(scrollback, the_reading_place_stays_put_when_the_rule_moves)
{
    add_numbered(0, 3);
    scrollback_set_unread_marker(s, 0);
    add_numbered(3, 20);
    scrollback_scroll(s, -5);
    cr_expect_str_eq(pane(), "line 11|line 12|line 13|line 14");
    scrollback_set_unread_marker(s, 0);
    cr_expect_str_eq(pane(), "line 11|line 12|line 13|line 14");
    scrollback_top(s);
    scrollback_scroll(s, 3);
    add_numbered(20, 22);
    cr_expect_str_eq(pane(), "line 3|line 4|line 5|line 6");
    cr_expect_eq(scrollback_unread(s), 2);
}

Test(scrollback, who_reads_at_the_rule_stays_there)
{
    add_numbered(0, 3);
    scrollback_set_unread_marker(s, 0);
    add_numbered(3, 20);
    scrollback_top(s);
    scrollback_scroll(s, 3);
    cr_expect_str_eq(pane(), "new|line 3|line 4|line 5");
    scrollback_set_unread_marker(s, 0);
    cr_expect_str_eq(pane(), "line 3|line 4|line 5|line 6");
}

Test(scrollback, the_oldest_goes_though_it_is_the_rule)
{
    add_numbered(0, 1);
    scrollback_set_unread_marker(s, 0);
    add_numbered(1, 300);
    cr_expect_str_eq(pane(), "line 296|line 297|line 298|line 299");
    scrollback_set_unread_marker(s, 0);
    cr_expect_str_eq(pane(), "line 297|line 298|line 299|new");
}

Test(scrollback, the_newest_that_is_not_pending_is_highlighted)
{
    scrollback_highlight_last(s);
    add("to us");
    pend("mine");
    scrollback_highlight_last(s);
    scrollback_rows(s, rows, MAX_ROWS);
    cr_expect(rows[2].line->highlighted);
    cr_expect_not(rows[3].line->highlighted);
}

/* -- pinned rows -- */

static void expect(const char *shown)
{
    cr_expect_str_eq(pane(), shown);
}

static void open_high(void)
{
    scrollback_resize(s, SCROLLBACK_PINNING_ROWS_MIN, 20);
    add_numbered(0, 30);
}

Test(scrollback, the_newest_rows_stay_in_sight_below_the_reading_place)
{
    open_high();
    cr_expect_eq(scrollback_pinned(s), 0);
    scrollback_scroll(s, -1);
    cr_expect_eq(scrollback_pinned(s), SCROLLBACK_PINNED_ROWS);
    expect("line 19|line 20|line 21|line 22|line 23|line 24||line 27|line 28|line 29");
    add("new");
    expect("line 19|line 20|line 21|line 22|line 23|line 24||line 28|line 29|new");
    scrollback_page(s, -1);
    expect("line 14|line 15|line 16|line 17|line 18|line 19||line 28|line 29|new");
    scrollback_page(s, 1);
    expect("line 19|line 20|line 21|line 22|line 23|line 24||line 28|line 29|new");
    scrollback_page(s, 1);
    expect("line 21|line 22|line 23|line 24|line 25|line 26|line 27|line 28|line 29|new");
    cr_expect_eq(scrollback_pinned(s), 0);
}

/* -- seeking -- */

static long holds(const struct line *line, const void *what)
{
    const char *at = strstr(line->text, what);
    return at ? at - line->text : SCROLLBACK_NO_MATCH;
}

static void expect_found(int step, bool next, const char *what, const char *text)
{
    bool any = scrollback_seek(s, step, next, holds, what);
    cr_expect_eq(any, text != NULL, "\"%s\"", what);
    if (text) cr_expect_str_eq(scrollback_found(s)->text, text);
}

Test(scrollback, what_is_sought_is_found_upwards_from_the_newest)
{
    open_high();
    expect_found(-1, false, "7", "line 27");
    cr_expect(scrollback_at_bottom(s));
    expect_found(-1, false, "7", "line 27");
    expect_found(-1, true, "7", "line 17");
    cr_expect_not(scrollback_at_bottom(s));
    expect("line 14|line 15|line 16|line 17|line 18|line 19||line 27|line 28|line 29");
    expect_found(-1, true, "7", "line 7");
    expect_found(-1, true, "7", NULL);
    cr_expect_str_eq(scrollback_found(s)->text, "line 7");
    expect_found(1, true, "7", "line 17");
    expect_found(-1, false, "line 1", "line 17");
    scrollback_scroll(s, -1);
    cr_expect_null(scrollback_found(s));
}

Test(scrollback, downwards_from_the_first_in_sight)
{
    open_high();
    scrollback_top(s);
    expect_found(1, false, "line", "line 0");
    expect_found(1, true, "line 2", "line 2");
    expect_found(1, true, "line 2", "line 20");
    expect_found(1, true, "9", "line 29");
    cr_expect(scrollback_at_bottom(s));
    scrollback_clear(s);
    expect_found(1, true, "9", NULL);
    cr_expect_null(scrollback_found(s));
}

Test(scrollback, what_was_found_stays_so_while_lines_come_and_go)
{
    open_high();
    cr_assert(scrollback_add(s, 0, LINE_PENDING, "ada", "pending 17"));
    expect_found(-1, false, "17", "pending 17");
    add("new");
    cr_expect_str_eq(scrollback_found(s)->text, "pending 17");
    expect_found(-1, true, "17", "line 17");
    add("new");
    scrollback_remove_pending(s, 0);
    cr_expect_str_eq(scrollback_found(s)->text, "line 17");
    for (int i = 0; i < 300; i++) add("flood");
    cr_expect_str_eq(scrollback_found(s)->text, "line 17");
    scrollback_bottom(s);
    for (int i = 0; i < 100; i++) add("flood");
    cr_expect_null(scrollback_found(s));
    expect_found(-1, true, "17", NULL);
}

Test(scrollback, a_found_row_that_is_settled_is_no_more)
{
    open_high();
    cr_assert(scrollback_add(s, 0, LINE_PENDING, "ada", "pending"));
    expect_found(-1, false, "pending", "pending");
    scrollback_remove_pending(s, 0);
    cr_expect_null(scrollback_found(s));
    expect_found(-1, true, "29", "line 29");
}

Test(scrollback, the_first_unread_comes_to_the_top)
{
    open_high();
    cr_expect_not(scrollback_first_unread(s));
    scrollback_top(s);
    cr_assert(scrollback_add(s, 0, LINE_PENDING, "ada", "pending"));
    add_numbered(30, 50);
    cr_expect_eq(scrollback_unread(s), 20);
    cr_expect(scrollback_first_unread(s));
    expect("line 30|line 31|line 32|line 33|line 34|line 35||line 48|line 49|pending");
    scrollback_bottom(s);
    scrollback_top(s);
    add_numbered(50, 52);
    cr_expect(scrollback_first_unread(s));
    cr_expect(scrollback_at_bottom(s));
}

Test(scrollback, the_newest_line_is_amended)
{
    cr_expect_not(scrollback_edit_last(s, "nothing there"));
    add("one");
    cr_assert(scrollback_add(s, 0, LINE_PENDING, "ada", "pending"));
    cr_expect(scrollback_edit_last(s, "two words"));
    expect("||two words|pending");
    cr_expect(scrollback_edit_last(s, "two words and more"));
    expect("|two words|+and more|pending");
}
