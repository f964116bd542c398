/* Words that fit: whatever is written in, every row ends where it should, and what was painted bit
 * by bit is what would be painted at once. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define KISS         "👩‍❤️‍💋‍👩"

enum { ROWS = 24, ROW_BYTES = 1024 };

static const char *const words[] = {
    "👨‍👩‍👧‍👦 a family",
    "👩🏽‍💻 👍🏿 skin tones",
    "🇨🇭🇯🇵🇧🇷 flags, and half a one: 🇩",
    "❤️ ❤ ☎️ ⚠︎ 1️⃣ #️⃣ selectors and keycaps",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 tags",
    "漢字かな交じり文、한국어와 조합 힣",
    "नमस्ते दुनिया, สวัสดี, বাংলা, தமிழ்",
    "سلام דנייה שלום",
    "e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 a tower, \u0301 a mark on nothing",
    "\u1112\u1161\u11ab jamo, \u115f\u1160 fillers",
    "ｆｕｌｌ ｗｉｄｔｈ, ﾊﾝｶｸ half",
    "🫨🪿🫠 of late, ㉈ ䷀ ambiguous",
    KISS KISS KISS KISS KISS KISS KISS KISS KISS KISS,
};

static void copy_screen(struct terminal *t, char screen[ROWS][ROW_BYTES])
{
    for (int row = 0; row < ROWS; row++)
        snprintf(screen[row], ROW_BYTES, "%s", terminal_row(t, row));
}

/* The cell behind which the input line goes on; each look is told from the last by a mark there. */
static void press_and_settle(struct visit *v, const char *keys, const char *line)
{
    terminal_type(v->t, keys);
    visit_wait_line(v, line, (int)strlen(line));
}

/* Ctrl+L paints every cell anew. */
static void expect_same_when_painted_at_once(struct visit *v)
{
    static char before[ROWS][ROW_BYTES], after[ROWS][ROW_BYTES];
    press_and_settle(v, "#", "#");
    press_and_settle(v, "\x7f", "");
    copy_screen(v->t, before);
    press_and_settle(v, "\x0c#", "#");
    press_and_settle(v, "\x7f", "");
    copy_screen(v->t, after);
    for (int row = 0; row < ROWS; row++) cr_assert_str_eq(before[row], after[row], "row %d", row);
}

static bool is_framed(struct terminal *t, const void *unused)
{
    int last = terminal_columns(t) - 1;
    (void)unused;
    return strcmp(terminal_text(t, 0, last), "─") == 0 &&
           strcmp(terminal_text(t, ROWS - 2, last), "─") == 0;
}

static void hear_all(struct visit *v)
{
    for (size_t i = 0; i < COUNT(words); i++) visit_hear(v, i % 2 ? "美咲" : "👍🏽", words[i]);
    visit_settle(v);
}

/* At every width some cluster or other meets the right edge. */
Test(client_words, no_cell_is_left_behind)
{
    struct visit v = visit_start(ROWS, 80);
    for (int columns = 20; columns <= 100; columns += columns < 40 ? 1 : 7) {
        terminal_resize(v.t, ROWS, columns);
        hear_all(&v);
        terminal_wait(v.t, is_framed, NULL, "a whole frame");
        expect_same_when_painted_at_once(&v);
    }
    visit_end(&v);
}

Test(client_words, nor_when_reading_moves_them)
{
    struct visit v = visit_start(ROWS, 60);
    for (int i = 0; i < 4; i++) hear_all(&v);
    for (int i = 0; i < 30; i++) {
        terminal_type(v.t, i % 3 == 2 ? "\033[1;2B" : "\033[1;2A\033[1;2A");
        expect_same_when_painted_at_once(&v);
    }
    visit_end(&v);
}

/* In the input line a cluster comes and goes whole. */
Test(client_words, nor_in_the_input_line)
{
    struct visit v = visit_start(ROWS, 30);
    for (size_t i = 0; i < COUNT(words); i++) {
        terminal_type(v.t, words[i]);
        terminal_type(v.t, "\x01\x06\x06\x04\x05\x17\x15");
        expect_same_when_painted_at_once(&v);
    }
    visit_end(&v);
}

/* What a cell of curses cannot hold is seen in its parts, not dropped. */
Test(client_words, what_no_cell_holds_is_seen_in_parts)
{
    struct visit v = visit_start(ROWS, 80);
    visit_hear(&v, "bob", "👨‍👩‍👧‍👦 came");
    int row = terminal_wait_for(v.t, "came");
    cr_assert(strstr(terminal_row(v.t, row), "👨👩👧👦 came"), "%s", terminal_row(v.t, row));
    visit_hear(&v, "bob", "🏴󠁧󠁢 tagged");
    row = terminal_wait_for(v.t, "tagged");
    cr_assert(strstr(terminal_row(v.t, row), "🏴<U+E0067><U+E0062> tagged"), "%s",
              terminal_row(v.t, row));
    visit_end(&v);
}

Test(client_words, an_address_that_fits_is_on_one_row)
{
    static const char address[] = "https://example.org/some/where?in=the&net=of%20things#here";
    struct visit v = visit_start(ROWS, 80);
    char text[128];
    snprintf(text, sizeof text, "what we talked about is at %s", address);
    visit_hear(&v, "bob", text);
    terminal_wait_for(v.t, address);
    visit_end(&v);
}
