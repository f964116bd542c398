/* The table of keys, row by row: what is typed, in every spelling that terminals send, into a real
 * terminal, and what is on the screen then. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define HAN          "中文"
#define BEAR         "🐻"
#define E_ACUTE      "e\u0301"

enum { ROWS = 24, SPELLINGS = 6 };

#define LEFT       "\033[D", "\033OD", "\x02"
#define RIGHT      "\033[C", "\033OC", "\x06"
#define UP         "\033[A", "\033OA"
#define DOWN       "\033[B", "\033OB"
#define WORD_LEFT  "\033[1;5D", "\033[1;3D", "\033[5D", "\033Od", "\033\142"
#define WORD_RIGHT "\033[1;5C", "\033[1;3C", "\033[5C", "\033Oc", "\033\146"
#define HOME       "\033[H", "\033OH", "\033[1~", "\033[7~", "\x01"
#define END        "\033[F", "\033OF", "\033[4~", "\033[8~", "\x05"
#define BACKSPACE  "\x7F", "\b"
#define DELETE     "\033[3~", "\x04"
#define CUT_WORD   "\x17", "\033\x7F", "\033\b"
#define TAB        "\t"
#define SHIFT_TAB  "\033[Z"
#define CUT_NEXT   "\033\144", "\033[3;5~"

/* What stands in the input line before, any of these keys, and what stands there when # is typed
 * then. Before it all, "first" and "second 中文" were said. */
static const struct {
    const char *before, *keys[SPELLINGS], *text;
} edits[] = {
    {"hello", {LEFT}, "hell#o"},
    {"a" HAN, {LEFT}, "a中#文"},
    {"x" E_ACUTE, {LEFT}, "x#" E_ACUTE},
    {"a" BEAR, {LEFT}, "a#" BEAR},
    {"hello\x01", {LEFT}, "#hello"},
    {"hello\x01", {RIGHT}, "h#ello"},
    {HAN "\x01", {RIGHT}, "中#文"},
    {"hello", {RIGHT}, "hello#"},
    {"one two three", {WORD_LEFT}, "one two #three"},
    {"one, two\x02\x02\x02", {WORD_LEFT}, "#one, two"},
    {"one two three\x01", {WORD_RIGHT}, "one# two three"},
    {"one two three\x01\033f", {WORD_RIGHT}, "one two# three"},
    {"hello", {HOME}, "#hello"},
    {"hello\x01", {END}, "hello#"},
    {"hello", {BACKSPACE}, "hell#"},
    {"a" HAN, {BACKSPACE}, "a中#"},
    {"x" E_ACUTE, {BACKSPACE}, "x#"},
    {BEAR BEAR, {BACKSPACE}, BEAR "#"},
    {"hello\x02\x02", {BACKSPACE}, "he#lo"},
    {"hello\x01", {BACKSPACE}, "#hello"},
    {"hello\x01", {DELETE}, "#ello"},
    {HAN "\x01", {DELETE}, "#文"},
    {"hello", {DELETE}, "hello#"},
    {"one two three\033b", {"\x0B"}, "one two #"},
    {"one two three\033b", {"\x15"}, "#three"},
    {"one two three", {CUT_WORD}, "one two #"},
    {"one two three\x02\x02", {CUT_WORD}, "one two #ee"},
    {"one two three\x01", {CUT_NEXT}, "# two three"},
    {"one two three\x17\x01", {"\x19"}, "three#one two"},
    {"one two three\x17\x17", {"\x19"}, "one two three#"},
    {"one two\x15\x19", {"\x19"}, "one twoone two#"},
    {"one two\033b\x0B\x01", {"\x19"}, "two#one"},
    {"one two\x01\033d", {"\x19"}, "one# two"},
    {"ab", {"\x14"}, "ba#"},
    {"abc\x02", {"\x14"}, "acb#"},
    {"a" HAN, {"\x14"}, "a文中#"},
    {"one two\x17", {"\x1F"}, "one two#"},
    {"one two", {"\x1F"}, "#"},
    {"draft", {UP}, "second " HAN "#"},
    {"draft\033[A", {UP}, "first#"},
    {"draft\033[A\033[A", {UP}, "first#"},
    {"draft\033[A\033[A", {DOWN}, "second " HAN "#"},
    {"draft\033[A", {DOWN}, "draft#"},
    {"draft", {DOWN}, "draft#"},
};

static void press(struct visit *v, const char *before, const char *key)
{
    terminal_type(v->t, before);
    terminal_type(v->t, key);
}

/* The line reads so, and the cursor stands behind the #. */
static bool reads(struct terminal *t, const void *text)
{
    int row, column;
    terminal_cursor(t, &row, &column);
    return row == ROWS - 1 && strcmp(terminal_text(t, row, VISIT_PROMPT), text) == 0 &&
           terminal_text(t, row, column - 1)[0] == '#';
}

Test(client_table, the_line_being_written)
{
    struct visit v = visit_start(ROWS, 80);
    visit_say(&v, "first");
    visit_say(&v, "second " HAN);
    for (size_t i = 0; i < COUNT(edits); i++)
        for (size_t k = 0; k < SPELLINGS && edits[i].keys[k]; k++) {
            press(&v, edits[i].before, edits[i].keys[k]);
            terminal_type(v.t, "#");
            terminal_wait(v.t, reads, edits[i].text, edits[i].text);
            terminal_type(v.t, "\033[B\033[B\x05\x15");
            visit_wait_line(&v, "", 0);
        }
    visit_end(&v);
}

Test(client_table, enter_sends_and_alt_enter_breaks_the_line)
{
    static const char *const enters[] = {"\r", "\n", "\033OM"};
    static const char *const breaks[] = {"\033\r", "\033\n"};
    struct visit v = visit_start(ROWS, 80);
    for (size_t i = 0; i < COUNT(enters); i++) {
        press(&v, "hello", enters[i]);
        peer_expect(v.server, "broadcast", "ada", "hello");
    }
    for (size_t i = 0; i < COUNT(breaks); i++) {
        press(&v, "one", breaks[i]);
        terminal_wait_for(v.t, "> one");
        visit_wait_line(&v, "", 0);
        cr_assert_eq(terminal_find(v.t, "> one"), ROWS - 2);
        terminal_type(v.t, "two\r");
        peer_expect(v.server, "broadcast", "ada", "one\ntwo");
    }
    visit_end(&v);
}

/* Who spoke last comes first, and oneself last. */
Test(client_table, tab_completes_nicknames)
{
    struct visit v = visit_start(ROWS, 80);
    visit_hear(&v, "SERVER", "bert joined the chat");
    visit_hear(&v, "ada", "of myself");
    visit_hear(&v, "abe", "hello");
    visit_hear(&v, "bob", "hello");
    visit_hear(&v, "Grace Hopper", "hello");
    visit_hear(&v, "ada", "of myself");
    visit_settle(&v);
    terminal_type(v.t, "b" TAB);
    visit_wait_line(&v, "bob:", 5);
    terminal_wait_for(v.t, "bob, bert");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "bert:", 6);
    terminal_type(v.t, SHIFT_TAB "hi gra" TAB "\r");
    peer_expect(v.server, "broadcast", "ada", "bob: hi Grace Hopper ");
    terminal_type(v.t, "a" TAB);
    visit_wait_line(&v, "abe:", 5);
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "ada:", 5);
    terminal_type(v.t, "\x15" TAB);
    visit_wait_line(&v, "Grace Hopper:", 14);
    terminal_type(v.t, "\x1F");
    visit_wait_line(&v, "", 0);
    visit_end(&v);
}

/* -- reading -- */

static void hear(struct visit *v, const char *what, int count)
{
    visit_hear_many(v, what, 0, count);
    visit_settle(v);
}

static bool top_says(struct terminal *t, const void *text)
{
    return strstr(terminal_row(t, 1), text) != NULL;
}

static void wait_top(struct visit *v, const char *text)
{
    terminal_wait(v->t, top_says, text, text);
}

#define PAGE_UP   "\033[5~"
#define PAGE_DOWN "\033[6~"
#define ROW_UP    "\033[1;2A", "\033[a"
#define ROW_DOWN  "\033[1;2B", "\033[b"
#define TOP       "\033[1;5H", "\033[7^", "\033<"
#define BOTTOM    "\033[1;5F", "\033[8^", "\033>"

/* What is pressed at the newest line of 200, any of these keys, and what the pane's first row says
 * then. */
static const struct {
    const char *before, *keys[SPELLINGS], *top;
} moves[] = {
    {"", {PAGE_UP}, "line 163."},
    {PAGE_UP PAGE_UP, {PAGE_DOWN}, "line 163."},
    {PAGE_UP, {PAGE_DOWN}, "line 179."},
    {"", {ROW_UP}, "line 178."},
    {"\033[a\033[a", {ROW_DOWN}, "line 178."},
    {"\033[a", {ROW_DOWN}, "line 179."},
    {"", {TOP}, "You are here"},
    {PAGE_UP, {BOTTOM}, "line 179."},
    {PAGE_UP, {"\033"}, "line 179."},
};

Test(client_table, the_reading_place)
{
    struct visit v = visit_start(ROWS, 80);
    visit_hear_many(&v, "line", 0, 200);
    for (size_t i = 0; i < COUNT(moves); i++)
        for (size_t k = 0; k < SPELLINGS && moves[i].keys[k]; k++) {
            wait_top(&v, "line 179.");
            press(&v, moves[i].before, "#");
            visit_wait_line(&v, "#", 1);
            press(&v, "\b", moves[i].keys[k]);
            wait_top(&v, moves[i].top);
            terminal_type(v.t, "\033>");
        }
    visit_end(&v);
}

Test(client_table, what_one_reads_stays_put_and_the_newest_stay_in_sight)
{
    struct visit v = visit_start(ROWS, 80);
    visit_hear_many(&v, "line", 0, 200);
    int bottom = terminal_wait_for(v.t, "line 199.");
    terminal_type(v.t, PAGE_UP);
    terminal_wait_for(v.t, "more below");
    cr_assert_eq(terminal_find(v.t, "line 199."), bottom, "the newest stay pinned");
    cr_assert_lt(terminal_find(v.t, "line 196."), 0);
    visit_hear_many(&v, "new", 0, 1000);
    terminal_wait_for(v.t, "1000 new");
    wait_top(&v, "line 163.");
    terminal_type(v.t, "\033>");
    terminal_wait_for(v.t, "new 979.");
    terminal_wait_gone(v.t, "1000 new");
    terminal_type(v.t, PAGE_UP);
    terminal_wait_for(v.t, "more below");
    visit_say(&v, "what I say brings me back");
    terminal_wait_for(v.t, "ada … what I say");
    visit_end(&v);
}

Test(client_table, search_both_ways)
{
    struct visit v = visit_start(24, 80);
    hear(&v, "Line", 100);
    terminal_type(v.t, "draft\x12line 7");
    terminal_wait_for(v.t, "search: line 7");
    terminal_wait_for(v.t, "Line 79.");
    terminal_wait_for(v.t, "more below");
    size_t n;
    const char *output = terminal_output(v.t, &n);
    cr_assert(memmem(output, n, ";7mLine 7", 9), "matches are not marked");
    terminal_type(v.t, "\x12");
    terminal_wait_for(v.t, "Line 78.");
    terminal_type(v.t, "\x7F"
                       "5.\x12");
    terminal_wait_for(v.t, "Line 5.");
    terminal_wait_for(v.t, "not found: line 5.");
    terminal_type(v.t, "\x7F\x13");
    terminal_wait_for(v.t, "search on: line 5");
    terminal_wait_for(v.t, "Line 50.");
    terminal_type(v.t, "\033");
    visit_wait_line(&v, "draft", 5);
    terminal_wait_for(v.t, "Line 50.");
    terminal_type(v.t, "\033");
    terminal_wait_gone(v.t, "more below");
    visit_end(&v);
}

Test(client_table, between_mentions_and_to_what_is_unread)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "ADA, come here");
    hear(&v, "canada", 50);
    visit_hear(&v, "bob", "is ada there?");
    hear(&v, "nomad", 50);
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "is ada there?");
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "ADA, come here");
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "Nobody mentions you further up.");
    terminal_type(v.t, "\033n");
    terminal_wait_for(v.t, "is ada there?");
    hear(&v, "unread", 40);
    terminal_type(v.t, "\033u");
    cr_assert_eq(terminal_wait_for(v.t, "unread 0."), 1);
    terminal_type(v.t, "\033>\033u");
    terminal_wait_for(v.t, "Nothing is unread.");
    visit_end(&v);
}

/* -- the rest -- */

Test(client_table, times_and_joins_on_and_off)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "first");
    int row = terminal_wait_for(v.t, "first");
    cr_assert_eq(terminal_row(v.t, row)[2], ':');
    terminal_type(v.t, "\033t");
    terminal_wait_gone(v.t, ":");
    terminal_type(v.t, "\033t");
    terminal_wait_for(v.t, ":");
    visit_hear(&v, "SERVER", "cy joined the chat");
    visit_hear(&v, "SERVER", "dan joined the chat");
    visit_hear(&v, "SERVER", "eve left the chat");
    terminal_wait_for(v.t, "cy, dan joined; eve left");
    terminal_type(v.t, "\033=");
    terminal_wait_for(v.t, "not shown");
    visit_hear(&v, "SERVER", "fay joined the chat");
    visit_settle(&v);
    cr_assert_lt(terminal_find(v.t, "fay"), 0);
    visit_end(&v);
}

Test(client_table, f1_is_one_screen_of_help)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "spoken before");
    terminal_wait_for(v.t, "spoken before");
    terminal_type(v.t, "/help\r");
    terminal_wait_for(v.t, "Alt+Enter");
    terminal_wait_for(v.t, "Ctrl+C");
    terminal_wait_for(v.t, "/clear");
    terminal_wait_for(v.t, "/who");
    terminal_wait_gone(v.t, "spoken before");
    terminal_type(v.t, "\033");
    terminal_wait_for(v.t, "spoken before");
    terminal_wait_gone(v.t, "Alt+Enter");
    terminal_resize(v.t, 10, 30);
    terminal_type(v.t, "\033OP");
    terminal_wait_for(v.t, "Alt+Enter");
    for (int i = 0; i < 20; i++) terminal_type(v.t, "\033[6~");
    terminal_wait_for(v.t, "/who");
    terminal_type(v.t, "x");
    terminal_wait_for(v.t, "spoken before");
    visit_wait_line(&v, "x", 1);
    visit_end(&v);
}

Test(client_table, ctrl_l_paints_everything_again)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "painted");
    terminal_wait_for(v.t, "painted");
    terminal_resize(v.t, 24, 79);
    visit_wait_line(&v, "", 0);
    size_t before, after;
    terminal_output(v.t, &before);
    terminal_type(v.t, "\x0C#");
    visit_wait_line(&v, "#", 1);
    const char *output = terminal_output(v.t, &after);
    cr_assert(strstr(output + before, "painted"), "nothing was painted again");
    visit_end(&v);
}

/* Ctrl+S would stop what is shown, and Ctrl+Q is what would let it go on. */
Test(client_table, ctrl_s_and_ctrl_q_arrive)
{
    struct visit v = visit_start(ROWS, 80);
    terminal_type(v.t, "\x13");
    terminal_wait_for(v.t, "search on:");
    terminal_type(v.t, "\r\x11x");
    visit_wait_line(&v, "x", 1);
    visit_end(&v);
}

/* Under a shell, as only then there is somebody to come back to. */
Test(client_table, ctrl_z_gives_the_terminal_back_and_fg_takes_it_again)
{
    static const char script[] =
        "set -m; " BUILD "/klatch -n ada 127.0.0.1 $0; s=$?; n=1;"
        "while [ $s = 148 ]; do echo suspended $n; n=2; read x; fg; s=$?; done; exit $s";
    struct visit v = {.fake = fake_listen()};
    v.t = terminal_start(24, 80, (const char *[]){"sh", "-c", script, v.fake.port, NULL});
    v.server = fake_admit(&v.fake, "ada");
    terminal_wait_for(v.t, "here");
    terminal_type(v.t, "a draft");
    visit_wait_line(&v, "a draft", 7);
    for (int i = 0; i < 2; i++) {
        if (i == 0) terminal_type(v.t, "\x1a");
        if (i == 1) terminal_signal(v.t, SIGTSTP);
        terminal_wait_for(v.t, i ? "suspended 2" : "suspended 1");
        cr_assert(terminal_modes_restored(v.t));
        cr_assert_not(terminal_full_screen(v.t));
        visit_hear(&v, "bob", i ? "again" : "meanwhile");
        terminal_type(v.t, "\r");
        terminal_wait_for(v.t, i ? "again" : "meanwhile");
        visit_wait_line(&v, "a draft", 7);
        cr_assert(terminal_full_screen(v.t));
    }
    terminal_type(v.t, "!\r");
    peer_expect(v.server, "broadcast", "ada", "a draft!");
    visit_end(&v);
}
