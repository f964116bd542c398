/* Every key binding: each key in all the spellings that terminals send, and what the screen shows
 * then. */
#include "tests/count.h"
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 24, SPELLINGS = 6 };

#define LEFT_KEYS             "\033[D", "\033OD", "\x02"
#define RIGHT_KEYS            "\033[C", "\033OC", "\x06"
#define UP_KEYS               "\033[A", "\033OA", "\x10"
#define DOWN_KEYS             "\033[B", "\033OB", "\x0E"
#define WORD_LEFT_KEYS        "\033[1;5D", "\033[1;3D", "\033[5D", "\033Od", "\033\142"
#define WORD_RIGHT_KEYS       "\033[1;5C", "\033[1;3C", "\033[5C", "\033Oc", "\033\146"
#define HOME_KEYS             "\033[H", "\033OH", "\033[1~", "\033[7~", "\x01"
#define END_KEYS              "\033[F", "\033OF", "\033[4~", "\033[8~", "\x05"
#define BACKSPACE_KEYS        "\x7F", "\b"
#define DELETE_KEYS           "\033[3~", "\x04"
#define DELETE_WORD_KEYS      "\x17", "\033\x7F", "\033\b"
#define TAB                   "\t"
#define SHIFT_TAB             "\033[Z"
#define DELETE_NEXT_WORD_KEYS "\033\144", "\033[3;5~"

/* What is typed first, one key in all its spellings, and what the screen shows then. */
struct row {
    const char *before, *keys[SPELLINGS], *after;
};

/* `after` is the input line when # is typed after the key. "first" and "second 中文" are in the
 * history. */
static const struct row edits[] = {
    {"hello", {LEFT_KEYS}, "hell#o"},
    {"a" HAN, {LEFT_KEYS}, "a中#文"},
    {"x" E_ACUTE, {LEFT_KEYS}, "x#" E_ACUTE},
    {"a" BEAR, {LEFT_KEYS}, "a#" BEAR},
    {"hello\x01", {LEFT_KEYS}, "#hello"},
    {"hello\x01", {RIGHT_KEYS}, "h#ello"},
    {HAN "\x01", {RIGHT_KEYS}, "中#文"},
    {"hello", {RIGHT_KEYS}, "hello#"},
    {"one two three", {WORD_LEFT_KEYS}, "one two #three"},
    {"one, two\x02\x02\x02", {WORD_LEFT_KEYS}, "#one, two"},
    {"one two three\x01", {WORD_RIGHT_KEYS}, "one# two three"},
    {"one two three\x01\033f", {WORD_RIGHT_KEYS}, "one two# three"},
    {"hello", {HOME_KEYS}, "#hello"},
    {"hello\x01", {END_KEYS}, "hello#"},
    {"hello", {BACKSPACE_KEYS}, "hell#"},
    {"a" HAN, {BACKSPACE_KEYS}, "a中#"},
    {"x" E_ACUTE, {BACKSPACE_KEYS}, "x#"},
    {BEAR BEAR, {BACKSPACE_KEYS}, BEAR "#"},
    {"hello\x02\x02", {BACKSPACE_KEYS}, "he#lo"},
    {"hello\x01", {BACKSPACE_KEYS}, "#hello"},
    {"hello\x01", {DELETE_KEYS}, "#ello"},
    {HAN "\x01", {DELETE_KEYS}, "#文"},
    {"hello", {DELETE_KEYS}, "hello#"},
    {"one two three\033b", {"\x0B"}, "one two #"},
    {"one two three\033b", {"\x15"}, "#three"},
    {"one two three", {DELETE_WORD_KEYS}, "one two #"},
    {"one two three\x02\x02", {DELETE_WORD_KEYS}, "one two #ee"},
    {"one two three\x01", {DELETE_NEXT_WORD_KEYS}, "# two three"},
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
    {"draft", {UP_KEYS}, "second " HAN "#"},
    {"draft\033[A", {UP_KEYS}, "first#"},
    {"draft\033[A\033[A", {UP_KEYS}, "first#"},
    {"draft\033[A\033[A", {DOWN_KEYS}, "second " HAN "#"},
    {"draft\033[A", {DOWN_KEYS}, "draft#"},
    {"draft", {DOWN_KEYS}, "draft#"},
};

/* Returns whether the input line has this text, with the cursor after its #. */
static bool has_input(struct terminal *t, const void *text)
{
    int row, column;
    terminal_cursor(t, &row, &column);
    return row == ROWS - 1 && strcmp(terminal_text(t, row, CLIENT_PROMPT_WIDTH), text) == 0 &&
           terminal_text(t, row, column - 1)[0] == '#';
}

static void check_edit(struct client *c, const char *before, const char *key, const char *text)
{
    terminal_type(c->term, before);
    terminal_type(c->term, key);
    terminal_type(c->term, "#");
    terminal_wait(c->term, has_input, text, text);
    client_type(c, KEY_BACKSPACE KEY_DOWN KEY_DOWN KEY_KILL_LINE, "", 0);
}

/* Calls check for each key of each row: with the row's `before`, the key, and `after`. */
static void for_each_key(struct client *c, const struct row *rows, size_t n,
                         void (*check)(struct client *, const char *, const char *, const char *))
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < SPELLINGS && rows[i].keys[k]; k++)
            check(c, rows[i].before, rows[i].keys[k], rows[i].after);
}

Test(client_key_bindings, keys_edit_the_input_line)
{
    struct client c = client_start(ROWS, 80);
    client_send(&c, "first");
    client_send(&c, "second " HAN);
    for_each_key(&c, edits, COUNT(edits), check_edit);
    client_quit(&c);
}

Test(client_key_bindings, enter_sends_and_alt_enter_breaks_the_line)
{
    static const char *const enters[] = {"\r", "\033OM"};
    static const char *const breaks[] = {"\033\r", "\033\n", "\n", "\033[13;2u", "\033[27;2;13~"};
    struct client c = client_start(ROWS, 80);
    for (size_t i = 0; i < COUNT(enters); i++) {
        terminal_type(c.term, "hello");
        terminal_type(c.term, enters[i]);
        peer_expect(c.server, "broadcast", "ada", "hello");
    }
    for (size_t i = 0; i < COUNT(breaks); i++) {
        terminal_type(c.term, "one");
        terminal_type(c.term, breaks[i]);
        terminal_wait_for(c.term, "2> one");
        client_wait_input(&c, "", 0);
        cr_assert_eq(terminal_find(c.term, "2> one"), ROWS - 2);
        terminal_enter(c.term, "two");
        peer_expect(c.server, "broadcast", "ada", "one\ntwo");
    }
    client_quit(&c);
}

/* The last sender comes first, the own nickname last. */
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
    client_type(&c, "b" TAB, "bob:", 5);
    terminal_wait_for(c.term, "bob, bert");
    client_type(&c, TAB, "bert:", 6);
    terminal_type(c.term, SHIFT_TAB "hi gra" TAB "\r");
    peer_expect(c.server, "broadcast", "ada", "bob: hi Grace Hopper ");
    client_type(&c, "a" TAB, "abe:", 5);
    client_type(&c, TAB, "ada:", 5);
    client_type(&c, "\x15" TAB, "Grace Hopper:", 14);
    client_type(&c, "\x1F", "", 0);
    client_quit(&c);
}

/* -- the view -- */

static void receive_all(struct client *c, const char *text, int count)
{
    client_receive_many(c, text, 0, count);
    client_sync(c);
}

#define LINE_UP_KEYS   "\033[1;2A", "\033[a"
#define LINE_DOWN_KEYS "\033[1;2B", "\033[b"
#define TOP_KEYS       "\033[1;5H", "\033[7^", "\033<"
#define BOTTOM_KEYS    "\033[1;5F", "\033[8^", "\033>"

/* The first words of MESSAGE_JOINED, the oldest line. */
#define TOP_ROW "You joined as"

/* `before` is typed at the newest of 200 lines; `after` is the view's first row. */
static const struct row moves[] = {
    {"", {KEY_PAGE_UP}, "line 163."},
    {KEY_PAGE_UP KEY_PAGE_UP, {KEY_PAGE_DOWN}, "line 163."},
    {KEY_PAGE_UP, {KEY_PAGE_DOWN}, "line 179."},
    {"", {LINE_UP_KEYS}, "line 178."},
    {"\033[a\033[a", {LINE_DOWN_KEYS}, "line 178."},
    {"\033[a", {LINE_DOWN_KEYS}, "line 179."},
    {"", {TOP_KEYS}, TOP_ROW},
    {KEY_PAGE_UP, {BOTTOM_KEYS}, "line 179."},
    {KEY_PAGE_UP, {"\033", "\x07"}, "line 179."},
};

static void check_move(struct client *c, const char *before, const char *key, const char *top)
{
    klatch_wait_top(c->term, "line 179.");
    terminal_type(c->term, before);
    client_type(c, "#", "#", 1);
    terminal_type(c->term, "\b");
    terminal_type(c->term, key);
    klatch_wait_top(c->term, top);
    terminal_type(c->term, "\033>");
}

Test(client_key_bindings, keys_scroll_the_view)
{
    struct client c = client_start(ROWS, 80);
    client_receive_many(&c, "line", 0, 200);
    for_each_key(&c, moves, COUNT(moves), check_move);
    client_quit(&c);
}

Test(client_key_bindings, the_page_being_read_stays_and_the_newest_lines_stay_visible)
{
    struct client c = client_start(ROWS, 80);
    client_receive_many(&c, "line", 0, 200);
    int bottom = terminal_wait_for(c.term, "line 199.");
    terminal_type(c.term, KEY_PAGE_UP);
    klatch_wait_scrolled_up(c.term);
    cr_assert_eq(terminal_find(c.term, "line 199."), bottom, "the newest lines are pinned");
    cr_assert_lt(terminal_find(c.term, "line 196."), 0);
    client_receive_many(&c, "new", 0, 1000);
    klatch_wait_new_below(c.term, 1000);
    klatch_wait_top(c.term, "line 163.");
    terminal_type(c.term, "\033>");
    terminal_wait_for(c.term, "new 979.");
    terminal_wait_gone(c.term, "1000 new");
    terminal_type(c.term, KEY_PAGE_UP);
    klatch_wait_scrolled_up(c.term);
    client_send(&c, "what I say brings me back");
    klatch_wait_pending(c.term, "ada", "what I say");
    client_quit(&c);
}

Test(client_key_bindings, search_in_both_directions)
{
    struct client c = client_start(24, 80);
    receive_all(&c, "Line", 100);
    terminal_type(c.term, "draft\x12line 7");
    klatch_wait_search(c.term, "line 7");
    terminal_wait_for(c.term, "Line 79.");
    klatch_wait_scrolled_up(c.term);
    size_t n;
    const char *output = terminal_output(c.term, &n);
    cr_assert(memmem(output, n, ";7mLine 7", 9), "matches are not highlighted");
    terminal_type(c.term, "\x12");
    terminal_wait_for(c.term, "Line 78.");
    terminal_type(c.term, "\x7F"
                          "5.\x12");
    terminal_wait_for(c.term, "Line 5.");
    klatch_wait_match(c.term, 1, 1);
    terminal_type(c.term, "\x7F\x13");
    terminal_wait_for(c.term, "down: line 5");
    terminal_wait_for(c.term, "Line 50.");
    klatch_wait_match(c.term, 10, 11);
    client_type(&c, "\r", "draft", 5);
    terminal_wait_for(c.term, "Line 50.");
    terminal_type(c.term, "\x12line 9x");
    klatch_wait_no_match(c.term, "line 9x");
    client_type(&c, "\033", "draft", 5);
    terminal_wait_for(c.term, "Line 50.");
    terminal_type(c.term, "\033");
    klatch_wait_at_bottom(c.term);
    client_quit(&c);
}

Test(client_key_bindings, jumps_between_mentions_and_to_unread_lines)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "ADA, come here");
    receive_all(&c, "canada", 50);
    client_receive(&c, "bob", "is ada there?");
    receive_all(&c, "nomad", 50);
    terminal_type(c.term, "\033p");
    terminal_wait_for(c.term, "is ada there?");
    terminal_type(c.term, "\033p");
    terminal_wait_for(c.term, "ADA, come here");
    terminal_type(c.term, "\033p");
    klatch_wait_notice(c.term, MESSAGE_NO_MENTION, "earlier");
    terminal_type(c.term, "\033n");
    terminal_wait_for(c.term, "is ada there?");
    receive_all(&c, "unread", 40);
    terminal_type(c.term, "\033u");
    cr_assert_eq(terminal_wait_for(c.term, "unread 0."), 1);
    terminal_type(c.term, "\033>\033u");
    klatch_wait_notice(c.term, MESSAGE_NOTHING_UNREAD);
    client_quit(&c);
}

Test(client_key_bindings, ctrl_g_leaves_what_is_open)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "hello");
    terminal_type(c.term, "draft\x12hell");
    klatch_wait_search(c.term, "hell");
    client_type(&c, "\x07", "draft", 5);
    terminal_type(c.term, KEY_F1);
    klatch_wait_help(c.term);
    terminal_type(c.term, "\x07");
    klatch_wait_help_closed(c.term);
    terminal_type(c.term, PASTE("one\ntwo"));
    klatch_wait_paste_dialog(c.term, 2);
    terminal_type(c.term, "\x07");
    klatch_wait_paste_dialog_closed(c.term);
    client_wait_input(&c, "draft", 5);
    client_quit(&c);
}

/* -- other keys -- */

Test(client_key_bindings, keys_show_and_hide_times_and_joins)
{
    struct client c = client_start(24, 80);
    client_receive_arrival(&c);
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
    terminal_wait_for(c.term, "«cy», «dan» joined; «eve» left");
    terminal_type(c.term, "\033=");
    klatch_wait_notice(c.term, MESSAGE_JOINS_TOGGLED, "hidden");
    client_receive(&c, "SERVER", "fay joined the chat");
    client_sync(&c);
    cr_assert_lt(terminal_find(c.term, "fay"), 0);
    client_quit(&c);
}

Test(client_key_bindings, help_fits_one_screen)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "spoken before");
    terminal_wait_for(c.term, "spoken before");
    terminal_enter(c.term, "/help");
    klatch_wait_help(c.term);
    klatch_wait_help_whole(c.term);
    terminal_wait_for(c.term, "Ctrl+C");
    terminal_wait_for(c.term, "/clear");
    terminal_wait_for(c.term, "/who");
    terminal_wait_gone(c.term, "spoken before");
    terminal_type(c.term, "\033");
    terminal_wait_for(c.term, "spoken before");
    klatch_wait_help_closed(c.term);
    terminal_resize(c.term, 10, 30);
    terminal_type(c.term, "\033OP");
    klatch_wait_help(c.term);
    klatch_wait_help_scrollable(c.term);
    for (int i = 0; i < 20; i++) terminal_type(c.term, "\033[6~");
    terminal_wait_for(c.term, "/who");
    terminal_type(c.term, "x");
    terminal_wait_for(c.term, "spoken before");
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

Test(client_key_bindings, ctrl_l_redraws_everything)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "painted");
    terminal_wait_for(c.term, "painted");
    terminal_resize(c.term, 24, 79);
    client_wait_input(&c, "", 0);
    size_t before, after;
    terminal_output(c.term, &before);
    client_type(&c, "\x0C#", "#", 1);
    const char *output = terminal_output(c.term, &after);
    cr_assert(strstr(output + before, "painted"), "nothing was redrawn");
    client_quit(&c);
}

/* A terminal in its default modes would stop and restart its output instead. */
Test(client_key_bindings, ctrl_s_and_ctrl_q_reach_klatch)
{
    struct client c = client_start(ROWS, 80);
    terminal_type(c.term, "\x13");
    terminal_wait_for(c.term, "search down");
    client_type(&c, "\r\x11x", "x", 1);
    client_quit(&c);
}

struct written {
    const char *text;
    int times;
};

static int count_written(struct terminal *t, const char *text)
{
    size_t n;
    const char *at = terminal_output(t, &n);
    int times = 0;
    for (; (at = strstr(at, text)) != NULL; at += strlen(text)) times++;
    return times;
}

/* At least so many times. */
static bool has_written_times(struct terminal *t, const void *arg)
{
    const struct written *w = arg;
    return count_written(t, w->text) >= w->times;
}

static void wait_written_times(struct terminal *t, const char *text, int times)
{
    struct written w = {text, times};
    terminal_wait(t, has_written_times, &w, text);
}

/* Under a shell with job control, which can resume it. The alternate screen is left once, as a
 * second time would move the cursor in the shell. */
Test(client_key_bindings, ctrl_z_restores_the_terminal_and_fg_resumes)
{
    static const char script[] =
        "set -m; " BUILD "/klatch -n ada 127.0.0.1 $0; s=$?; n=1;"
        "while [ $s = 148 ]; do echo suspended $n; n=2; read x; fg; s=$?; done; exit $s";
    struct client c = client_start_argv(24, 80, (const char *[]){"sh", "-c", script, NULL, NULL});
    client_type(&c, "a draft", "a draft", 7);
    for (int i = 0; i < 2; i++) {
        if (i == 0) terminal_type(c.term, "\x1a");
        if (i == 1) terminal_signal(c.term, SIGTSTP);
        terminal_wait_for(c.term, i ? "suspended 2" : "suspended 1");
        cr_assert(terminal_modes_restored(c.term));
        cr_assert_not(terminal_full_screen(c.term));
        wait_written_times(c.term, "\033[23;2t", i + 1);
        client_receive(&c, "bob", i ? "again" : "meanwhile");
        terminal_type(c.term, "\r");
        terminal_wait_for(c.term, i ? "again" : "meanwhile");
        client_wait_input(&c, "a draft", 7);
        cr_assert(terminal_full_screen(c.term));
        wait_written_times(c.term, "\033[22;2t", i + 2);
        wait_written_times(c.term, "\033]2;klatch: 127.0.0.1 port ", i + 2);
        cr_expect_eq(count_written(c.term, "\033[?1049l"), i + 1);
    }
    terminal_enter(c.term, "!");
    peer_expect(c.server, "broadcast", "ada", "a draft!");
    client_quit(&c);
}
