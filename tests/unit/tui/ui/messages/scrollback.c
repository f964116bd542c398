#include "tui/ui/messages/scrollback.h"

#include "common/text.h"
#include "tests/count.h"
#include "tests/unit/support/dice.h"
#include "tests/unit/support/message_pane.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

TestSuite(scrollback, .init = pane_open, .fini = pane_close);

Test(scrollback, an_empty_one_is_blank)
{
    pane_expect("|||");
    scrollback_scroll(pane, -5);
    scrollback_top(pane);
    cr_expect(scrollback_at_bottom(pane));
}

Test(scrollback, few_lines_stand_at_the_bottom)
{
    pane_add("one");
    pane_add("two");
    pane_expect("||one|two");
}

Test(scrollback, a_text_with_a_star_and_its_authors_nickname_is_an_action)
{
    static const struct {
        const char *nick, *text, *shown;
        bool action;
    } rows[] = {
        {"bob", "* bob makes tea", "bob makes tea", true},
        {"a b", "* a b waves", "a b waves", true},
        {"bob", "* bob ", "bob ", true},
        {"bob", "* ada makes tea", "* ada makes tea", false},
        {"bob", "* bobby makes tea", "* bobby makes tea", false},
        {"bob", "* BOB makes tea", "* BOB makes tea", false},
        {"bob", "* bob", "* bob", false},
        {"bob", "*bob makes tea", "*bob makes tea", false},
        {"bob", " * bob makes tea", " * bob makes tea", false},
        {"*", "ada makes tea", "ada makes tea", false},
        {"", "* ada makes tea", "* ada makes tea", false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        cr_assert(scrollback_add(pane, 0, LINE_MESSAGE, rows[i].nick, rows[i].text));
        const struct line *line = pane_rows[pane_read() - 1].line;
        cr_expect_eq(line->action, rows[i].action, "%s", rows[i].text);
        cr_expect_str_eq(line->text, rows[i].shown);
        cr_expect_str_eq(line->nick, rows[i].nick);
    }
}

Test(scrollback, words_wrap)
{
    const char *const *rows =
        STRINGS("0123456789 => |||0123456789", "01234 56789 => ||01234|+56789",
                "0123456789 x => ||0123456789|+x", "0123456789x => ||0123456789|+x",
                "ab   0123456789 => ||ab|+0123456789", "a b c d e f g => ||a b c d e|+f g",
                "one\ntwo => ||one|+two", "one\n\ntwo => |one|+|+two", "one\n => |||one", " => |||",
                "日本語日本語 => ||日本語日本|+語", "x日本語日本語 => ||x日本語日|+本語",
                "e\u030123456789ab => ||e\u030123456789a|+b", "          x => ||          |+x",
                "0123456789 \nx => ||0123456789|+x", "0123456789 \n\nx => |0123456789|+|+x",
                "  0123456789 => ||  01234567|+89");
    for (; *rows; rows++) {
        const char *arrow = strstr(*rows, " => ");
        char *text = strndup(*rows, (size_t)(arrow - *rows));
        scrollback_clear(pane);
        pane_add(text);
        pane_expect(arrow + strlen(" => "));
        free(text);
    }
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
        char text[512] = "";
        size_t len = scramble(text), cells = dice(20) + 2, at = 0;
        scrollback_clear(pane);
        scrollback_resize(pane, PANE_ROWS_MAX, (int)cells + 10);
        pane_add(text);
        scrollback_toggle_folds(pane);
        int n = pane_read();
        for (int i = 0; i < n; i++) {
            if (!pane_rows[i].line) continue;
            expect_blank(text, at, pane_rows[i].from);
            cr_assert_leq(text_width(text + pane_rows[i].from, pane_rows[i].to - pane_rows[i].from),
                          cells);
            at = pane_rows[i].to;
        }
        expect_blank(text, at, len);
    }
}

Test(scrollback, the_smallest_panes_are_safe)
{
    pane_add("some words 日本語");
    for (int r = -1; r < 3; r++)
        for (int c = -1; c < 13; c++) {
            scrollback_resize(pane, r, c);
            scrollback_scroll(pane, -1);
            pane_read();
            scrollback_bottom(pane);
            scrollback_rows(pane, pane_rows, 0);
        }
}

Test(scrollback, text_and_nickname_are_made_safe)
{
    scrollback_add(pane, 0, LINE_MESSAGE, "a\nb", "x\x1b[2Jy");
    scrollback_rows(pane, pane_rows, 4);
    cr_expect_str_eq(pane_rows[3].line->nick, "a␊b");
    cr_expect_str_eq(pane_rows[3].line->text, "x␛[2Jy");
}

Test(scrollback, a_very_long_message_wraps_and_scrolls)
{
    char *text = malloc(65001);
    for (int i = 0; i < 65000; i++) text[i] = i % 6 == 5 ? ' ' : 'x';
    text[65000] = '\0';
    pane_add(text);
    scrollback_toggle_folds(pane);
    scrollback_top(pane);
    pane_expect("xxxxx|+xxxxx|+xxxxx|+xxxxx");
    scrollback_bottom(pane);
    pane_expect("+xxxxx|+xxxxx|+xxxxx|+xxxxx xx");
    free(text);
}

Test(scrollback, a_cluster_wider_than_its_row_is_split)
{
    char text[128] = "";
    for (size_t i = 0; i < 36; i += 3) memcpy(text + i, "\u1100", 4);
    pane_add(text);
    int n = pane_read();
    for (int i = 0; i < n; i++)
        if (pane_rows[i].line)
            cr_expect_leq(text_width(text + pane_rows[i].from, pane_rows[i].to - pane_rows[i].from),
                          10);
}

Test(scrollback, a_pane_without_rows_has_none)
{
    pane_add_numbered(0, 10);
    scrollback_resize(pane, 0, 20);
    cr_expect_eq(pane_read(), 0);
}

Test(scrollback, long_lines_make_the_oldest_go_sooner)
{
    enum { LONG = MESSAGE_BUFFER_BYTES_MAX / 8 };
    char *text = calloc(1, LONG + 1);
    memset(text, 'x', LONG);
    pane_add("the oldest");
    for (int i = 0; i < 8; i++) pane_add(text);
    scrollback_resize(pane, 1, 1000);
    scrollback_top(pane);
    cr_assert_eq(scrollback_rows(pane, pane_rows, 1), 1);
    cr_expect_eq(pane_rows[0].line->text[0], 'x');
    free(text);
}
