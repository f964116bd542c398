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

static void press(struct client *c, const char *before, const char *key)
{
    terminal_type(c->term, before);
    terminal_type(c->term, key);
}

/* The line reads so, and the cursor stands behind the #. */
static bool reads(struct terminal *t, const void *text)
{
    int row, column;
    terminal_cursor(t, &row, &column);
    return row == ROWS - 1 && strcmp(terminal_text(t, row, CLIENT_PROMPT_WIDTH), text) == 0 &&
           terminal_text(t, row, column - 1)[0] == '#';
}

Test(client_key_bindings, the_line_being_written)
{
    struct client c = client_start(ROWS, 80);
    client_send(&c, "first");
    client_send(&c, "second " HAN);
    for (size_t i = 0; i < COUNT(edits); i++)
        for (size_t k = 0; k < SPELLINGS && edits[i].keys[k]; k++) {
            press(&c, edits[i].before, edits[i].keys[k]);
            terminal_type(c.term, "#");
            terminal_wait(c.term, reads, edits[i].text, edits[i].text);
            terminal_type(c.term, "\033[B\033[B\x05\x15");
            client_wait_input(&c, "", 0);
        }
    client_quit(&c);
}

Test(client_key_bindings, enter_sends_and_alt_enter_breaks_the_line)
{
    static const char *const enters[] = {"\r", "\n", "\033OM"};
    static const char *const breaks[] = {"\033\r", "\033\n"};
    struct client c = client_start(ROWS, 80);
    for (size_t i = 0; i < COUNT(enters); i++) {
        press(&c, "hello", enters[i]);
        peer_expect(c.server, "broadcast", "ada", "hello");
    }
    for (size_t i = 0; i < COUNT(breaks); i++) {
        press(&c, "one", breaks[i]);
        terminal_wait_for(c.term, "> one");
        client_wait_input(&c, "", 0);
        cr_assert_eq(terminal_find(c.term, "> one"), ROWS - 2);
        terminal_type(c.term, "two\r");
        peer_expect(c.server, "broadcast", "ada", "one\ntwo");
    }
    client_quit(&c);
}

/* Who spoke last comes first, and oneself last. */
Test(client_key_bindings, tab_completes_nicknames)
{
    struct client c = client_start(ROWS, 80);
    client_receive(&c, "SERVER", "bert joined the chat");
    client_receive(&c, "ada", "of myself");
    client_receive(&c, "abe", "hello");
    client_receive(&c, "bob", "hello");
    client_receive(&c, "Grace Hopper", "hello");
    client_receive(&c, "ada", "of myself");
    client_sync(&c);
    terminal_type(c.term, "b" TAB);
    client_wait_input(&c, "bob:", 5);
    terminal_wait_for(c.term, "bob, bert");
    terminal_type(c.term, TAB);
    client_wait_input(&c, "bert:", 6);
    terminal_type(c.term, SHIFT_TAB "hi gra" TAB "\r");
    peer_expect(c.server, "broadcast", "ada", "bob: hi Grace Hopper ");
    terminal_type(c.term, "a" TAB);
    client_wait_input(&c, "abe:", 5);
    terminal_type(c.term, TAB);
    client_wait_input(&c, "ada:", 5);
    terminal_type(c.term, "\x15" TAB);
    client_wait_input(&c, "Grace Hopper:", 14);
    terminal_type(c.term, "\x1F");
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

/* -- reading -- */

static void hear(struct client *c, const char *what, int count)
{
    client_receive_many(c, what, 0, count);
    client_sync(c);
}

static bool top_says(struct terminal *t, const void *text)
{
    return strstr(terminal_row(t, 1), text) != NULL;
}

static void wait_top(struct client *c, const char *text)
{
    terminal_wait(c->term, top_says, text, text);
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

Test(client_key_bindings, the_reading_place)
{
    struct client c = client_start(ROWS, 80);
    client_receive_many(&c, "line", 0, 200);
    for (size_t i = 0; i < COUNT(moves); i++)
        for (size_t k = 0; k < SPELLINGS && moves[i].keys[k]; k++) {
            wait_top(&c, "line 179.");
            press(&c, moves[i].before, "#");
            client_wait_input(&c, "#", 1);
            press(&c, "\b", moves[i].keys[k]);
            wait_top(&c, moves[i].top);
            terminal_type(c.term, "\033>");
        }
    client_quit(&c);
}

Test(client_key_bindings, what_one_reads_stays_put_and_the_newest_stay_in_sight)
{
    struct client c = client_start(ROWS, 80);
    client_receive_many(&c, "line", 0, 200);
    int bottom = terminal_wait_for(c.term, "line 199.");
    terminal_type(c.term, PAGE_UP);
    terminal_wait_for(c.term, "more below");
    cr_assert_eq(terminal_find(c.term, "line 199."), bottom, "the newest stay pinned");
    cr_assert_lt(terminal_find(c.term, "line 196."), 0);
    client_receive_many(&c, "new", 0, 1000);
    terminal_wait_for(c.term, "1000 new");
    wait_top(&c, "line 163.");
    terminal_type(c.term, "\033>");
    terminal_wait_for(c.term, "new 979.");
    terminal_wait_gone(c.term, "1000 new");
    terminal_type(c.term, PAGE_UP);
    terminal_wait_for(c.term, "more below");
    client_send(&c, "what I say brings me back");
    terminal_wait_for(c.term, "ada … what I say");
    client_quit(&c);
}

Test(client_key_bindings, search_both_ways)
{
    struct client c = client_start(24, 80);
    hear(&c, "Line", 100);
    terminal_type(c.term, "draft\x12line 7");
    terminal_wait_for(c.term, "search: line 7");
    terminal_wait_for(c.term, "Line 79.");
    terminal_wait_for(c.term, "more below");
    size_t n;
    const char *output = terminal_output(c.term, &n);
    cr_assert(memmem(output, n, ";7mLine 7", 9), "matches are not marked");
    terminal_type(c.term, "\x12");
    terminal_wait_for(c.term, "Line 78.");
    terminal_type(c.term, "\x7F"
                          "5.\x12");
    terminal_wait_for(c.term, "Line 5.");
    terminal_wait_for(c.term, "not found: line 5.");
    terminal_type(c.term, "\x7F\x13");
    terminal_wait_for(c.term, "search on: line 5");
    terminal_wait_for(c.term, "Line 50.");
    terminal_type(c.term, "\033");
    client_wait_input(&c, "draft", 5);
    terminal_wait_for(c.term, "Line 50.");
    terminal_type(c.term, "\033");
    terminal_wait_gone(c.term, "more below");
    client_quit(&c);
}

Test(client_key_bindings, between_mentions_and_to_what_is_unread)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "ADA, come here");
    hear(&c, "canada", 50);
    client_receive(&c, "bob", "is ada there?");
    hear(&c, "nomad", 50);
    terminal_type(c.term, "\033p");
    terminal_wait_for(c.term, "is ada there?");
    terminal_type(c.term, "\033p");
    terminal_wait_for(c.term, "ADA, come here");
    terminal_type(c.term, "\033p");
    terminal_wait_for(c.term, "Nobody mentions you further up.");
    terminal_type(c.term, "\033n");
    terminal_wait_for(c.term, "is ada there?");
    hear(&c, "unread", 40);
    terminal_type(c.term, "\033u");
    cr_assert_eq(terminal_wait_for(c.term, "unread 0."), 1);
    terminal_type(c.term, "\033>\033u");
    terminal_wait_for(c.term, "Nothing is unread.");
    client_quit(&c);
}

/* -- the rest -- */

Test(client_key_bindings, times_and_joins_on_and_off)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "first");
    int row = terminal_wait_for(c.term, "first");
    cr_assert_eq(terminal_row(c.term, row)[2], ':');
    terminal_type(c.term, "\033t");
    terminal_wait_gone(c.term, ":");
    terminal_type(c.term, "\033t");
    terminal_wait_for(c.term, ":");
    client_receive(&c, "SERVER", "cy joined the chat");
    client_receive(&c, "SERVER", "dan joined the chat");
    client_receive(&c, "SERVER", "eve left the chat");
    terminal_wait_for(c.term, "cy, dan joined; eve left");
    terminal_type(c.term, "\033=");
    terminal_wait_for(c.term, "not shown");
    client_receive(&c, "SERVER", "fay joined the chat");
    client_sync(&c);
    cr_assert_lt(terminal_find(c.term, "fay"), 0);
    client_quit(&c);
}

Test(client_key_bindings, f1_is_one_screen_of_help)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "spoken before");
    terminal_wait_for(c.term, "spoken before");
    terminal_type(c.term, "/help\r");
    terminal_wait_for(c.term, "Alt+Enter");
    terminal_wait_for(c.term, "Ctrl+C");
    terminal_wait_for(c.term, "/clear");
    terminal_wait_for(c.term, "/who");
    terminal_wait_gone(c.term, "spoken before");
    terminal_type(c.term, "\033");
    terminal_wait_for(c.term, "spoken before");
    terminal_wait_gone(c.term, "Alt+Enter");
    terminal_resize(c.term, 10, 30);
    terminal_type(c.term, "\033OP");
    terminal_wait_for(c.term, "Alt+Enter");
    for (int i = 0; i < 20; i++) terminal_type(c.term, "\033[6~");
    terminal_wait_for(c.term, "/who");
    terminal_type(c.term, "x");
    terminal_wait_for(c.term, "spoken before");
    client_wait_input(&c, "x", 1);
    client_quit(&c);
}

Test(client_key_bindings, ctrl_l_paints_everything_again)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "painted");
    terminal_wait_for(c.term, "painted");
    terminal_resize(c.term, 24, 79);
    client_wait_input(&c, "", 0);
    size_t before, after;
    terminal_output(c.term, &before);
    terminal_type(c.term, "\x0C#");
    client_wait_input(&c, "#", 1);
    const char *output = terminal_output(c.term, &after);
    cr_assert(strstr(output + before, "painted"), "nothing was painted again");
    client_quit(&c);
}

/* Ctrl+S would stop what is shown, and Ctrl+Q is what would let it go on. */
Test(client_key_bindings, ctrl_s_and_ctrl_q_arrive)
{
    struct client c = client_start(ROWS, 80);
    terminal_type(c.term, "\x13");
    terminal_wait_for(c.term, "search on:");
    terminal_type(c.term, "\r\x11x");
    client_wait_input(&c, "x", 1);
    client_quit(&c);
}

/* Under a shell, as only then there is somebody to come back to. */
Test(client_key_bindings, ctrl_z_gives_the_terminal_back_and_fg_takes_it_again)
{
    static const char script[] =
        "set -m; " BUILD "/klatch -n ada 127.0.0.1 $0; s=$?; n=1;"
        "while [ $s = 148 ]; do echo suspended $n; n=2; read x; fg; s=$?; done; exit $s";
    struct client c = {.listener = fake_server_listen()};
    c.term = terminal_start(24, 80, (const char *[]){"sh", "-c", script, c.listener.port, NULL});
    c.server = fake_server_admit(&c.listener, "ada");
    terminal_wait_for(c.term, "here");
    terminal_type(c.term, "a draft");
    client_wait_input(&c, "a draft", 7);
    for (int i = 0; i < 2; i++) {
        if (i == 0) terminal_type(c.term, "\x1a");
        if (i == 1) terminal_signal(c.term, SIGTSTP);
        terminal_wait_for(c.term, i ? "suspended 2" : "suspended 1");
        cr_assert(terminal_modes_restored(c.term));
        cr_assert_not(terminal_full_screen(c.term));
        client_receive(&c, "bob", i ? "again" : "meanwhile");
        terminal_type(c.term, "\r");
        terminal_wait_for(c.term, i ? "again" : "meanwhile");
        client_wait_input(&c, "a draft", 7);
        cr_assert(terminal_full_screen(c.term));
    }
    terminal_type(c.term, "!\r");
    peer_expect(c.server, "broadcast", "ada", "a draft!");
    client_quit(&c);
}
