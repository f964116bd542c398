/* The keys and commands that reach beyond the input line. */
#include "tests/system/visit.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAB       "\t"
#define SHIFT_TAB "\033[Z"

Test(client_keys, tab_completes_nicknames)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "SERVER", "bert joined the chat");
    visit_hear(&v, "bob", "hello");
    visit_hear(&v, "Grace Hopper", "hello");
    visit_settle(&v);
    terminal_type(v.t, "b" TAB);
    visit_wait_line(&v, "bob:", 5);
    terminal_wait_for(v.t, "bob, bert");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "bert:", 6);
    terminal_type(v.t, SHIFT_TAB "hi gra" TAB "\r");
    peer_expect(v.server, "broadcast", "ada", "bob: hi Grace Hopper ");
    terminal_type(v.t, TAB);
    visit_wait_line(&v, "Grace Hopper:", 14);
    terminal_type(v.t, "\x1F");
    visit_wait_line(&v, "", 0);
    visit_end(&v);
}

static void hear_numbered(struct visit *v, const char *what, int count)
{
    for (int i = 0; i < count; i++) {
        char text[64];
        snprintf(text, sizeof text, "%s %d.", what, i);
        visit_hear(v, "bob", text);
    }
    visit_settle(v);
}

Test(client_keys, search_both_ways)
{
    struct visit v = visit_start(24, 80);
    hear_numbered(&v, "Line", 100);
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

Test(client_keys, between_mentions_and_to_what_is_unread)
{
    struct visit v = visit_start(24, 80);
    visit_hear(&v, "bob", "ADA, come here");
    hear_numbered(&v, "canada", 50);
    visit_hear(&v, "bob", "is ada there?");
    hear_numbered(&v, "nomad", 50);
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "is ada there?");
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "ADA, come here");
    terminal_type(v.t, "\033p");
    terminal_wait_for(v.t, "Nobody mentions you further up.");
    terminal_type(v.t, "\033n");
    terminal_wait_for(v.t, "is ada there?");
    hear_numbered(&v, "unread", 40);
    terminal_type(v.t, "\033u");
    cr_assert_eq(terminal_wait_for(v.t, "unread 0."), 1);
    terminal_type(v.t, "\033>\033u");
    terminal_wait_for(v.t, "Nothing is unread.");
    visit_end(&v);
}

Test(client_keys, help_is_one_screen)
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
    terminal_resize(v.t, 8, 30);
    terminal_type(v.t, "\033OP");
    terminal_wait_for(v.t, "Alt+Enter");
    for (int i = 0; i < 10; i++) terminal_type(v.t, "\033[6~");
    terminal_wait_for(v.t, "/who");
    terminal_type(v.t, "x");
    terminal_wait_for(v.t, "spoken before");
    visit_wait_line(&v, "x", 1);
    visit_end(&v);
}

Test(client_keys, reconnect_takes_a_new_connection)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "/reconnect\r");
    peer_expect_eof(v.server);
    peer_close(v.server);
    v.server = fake_admit(&v.fake, "ada");
    terminal_wait_for(v.t, "You are back as ada.");
    visit_say(&v, "again");
    visit_end(&v);
}

Test(client_keys, me_ignore_and_log)
{
    char path[] = "/tmp/klatch-test-XXXXXX", command[64], text[4096];
    int fd = mkstemp(path);
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "/me waves\r");
    peer_expect(v.server, "broadcast", "ada", "* ada waves");
    terminal_type(v.t, "/ignore bob\r");
    terminal_wait_for(v.t, "is not shown any more");
    snprintf(command, sizeof command, "/log %s\r", path);
    terminal_type(v.t, command);
    terminal_wait_for(v.t, "from here on");
    visit_hear(&v, "bob", "not to be seen");
    visit_hear(&v, "cy", "for the log");
    visit_settle(&v);
    cr_assert_lt(terminal_find(v.t, "not to be seen"), 0);
    visit_end(&v);
    ssize_t n = read(fd, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    cr_assert(strstr(text, "for the log"), "%s", text);
    close(fd);
    unlink(path);
}

Test(client_keys, times_and_joins_on_and_off)
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

Test(client_keys, times_and_joins_left_out_from_the_start)
{
    struct visit v = {.fake = fake_listen()};
    v.t = klatch_start(24, 80, "--no-timestamps", "--no-joins", "-n", "ada", "127.0.0.1",
                       v.fake.port);
    v.server = fake_admit(&v.fake, "ada");
    terminal_wait_for(v.t, "here");
    visit_hear(&v, "SERVER", "fay joined the chat");
    visit_settle(&v);
    cr_assert_lt(terminal_find(v.t, "fay"), 0);
    cr_assert_lt(terminal_find(v.t, ":"), 0);
    visit_end(&v);
}

Test(client_keys, the_input_grows_with_its_lines)
{
    struct visit v = visit_start(24, 80);
    terminal_type(v.t, "one\033\rtwo\033\rthree");
    visit_wait_line(&v, "three", 5);
    cr_assert_str_eq(terminal_row(v.t, 21), "> one");
    cr_assert_str_eq(terminal_row(v.t, 22), "  two");
    terminal_type(v.t, "\033[A\033[A#");
    terminal_wait_cursor(v.t, 21, VISIT_PROMPT + 4);
    terminal_type(v.t, "\r");
    peer_expect(v.server, "broadcast", "ada", "one#\ntwo\nthree");
    visit_wait_line(&v, "", 0);
    for (int i = 0; i < 30; i++) terminal_type(v.t, "x\033\r");
    terminal_type(v.t, "end");
    visit_wait_line(&v, "end", 3);
    terminal_wait_for(v.t, "^ x");
    cr_assert_eq(terminal_find(v.t, "^ x"), 16);
    terminal_type(v.t, "\r");
    visit_wait_line(&v, "", 0);
    peer_next(v.server);
    visit_end(&v);
}

static struct visit visit_with_state(const char *state)
{
    char setting[64];
    struct visit v = {.fake = fake_listen()};
    snprintf(setting, sizeof setting, "XDG_STATE_HOME=%s", state);
    v.t = terminal_start(24, 80,
                         (const char *[]){"env", setting, BUILD "/klatch", "-n", "ada", "127.0.0.1",
                                          v.fake.port, NULL});
    v.server = fake_admit(&v.fake, "ada");
    terminal_wait_for(v.t, "here");
    return v;
}

static void expect_mode(const char *path, mode_t mode)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0, "%s", path);
    cr_assert_eq(st.st_mode & 07777, mode, "%s: %o", path, (unsigned)st.st_mode);
}

Test(client_keys, the_history_is_kept_between_runs)
{
    char state[] = "/tmp/klatch-state-XXXXXX", path[64];
    cr_assert(mkdtemp(state));
    struct visit v = visit_with_state(state);
    visit_say(&v, "first");
    terminal_type(v.t, "two\033\rlines\r");
    peer_expect(v.server, "broadcast", "ada", "two\nlines");
    visit_end(&v);
    v = visit_with_state(state);
    terminal_type(v.t, "\033[A");
    visit_wait_line(&v, "lines", 5);
    terminal_type(v.t, "\033[A\033[A");
    visit_wait_line(&v, "first", 5);
    visit_end(&v);
    snprintf(path, sizeof path, "%s/klatch/history", state);
    expect_mode(path, 0600);
    unlink(path);
    *strrchr(path, '/') = '\0';
    expect_mode(path, 0700);
    rmdir(path);
    rmdir(state);
}
