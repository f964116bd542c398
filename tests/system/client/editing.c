/* The input line: characters as a reader counts them, long lines, pastes, and what is kept. */
#include "tests/system/support/client_fixture.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

#define LEFT      "\033[D"
#define HOME      "\033[H"
#define END       "\033[F"
#define DELETE    "\033[3~"
#define BACKSPACE "\x7F"
#define E_ACUTE   "e\xCC\x81"                                    /* two code points */
#define BEAR      "\xF0\x9F\x90\xBB"                             /* two cells */
#define FAMILY    "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7" /* two joined by a ZWJ */
#define FLAG      "\xF0\x9F\x87\xA8\xF0\x9F\x87\xAD"             /* two letters make one */
#define HAN       "\xE4\xB8\xAD\xE6\x96\x87"                     /* two cells each */
#define JAMO      "\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"         /* three make a syllable */

/* What the server gets for it. */
Test(client_editing, clusters_are_deleted_whole)
{
    static const struct {
        const char *keys, *sent;
    } rows[] = {
        {"a" FAMILY LEFT DELETE "b", "ab"},
        {"a" FAMILY LEFT LEFT "b", "ba" FAMILY},
        {"a" FLAG FLAG BACKSPACE, "a" FLAG},
        {"a" JAMO BACKSPACE "b", "ab"},
        {FAMILY "x\x14", "x" FAMILY},
        {"\xCC\x81"
         "a" HOME DELETE,
         "a"},
        {"a" FLAG BACKSPACE "\x1F", "a" FLAG},
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(rows); i++) {
        terminal_type(c.term, rows[i].keys);
        terminal_type(c.term, "\r");
        peer_expect(c.server, "broadcast", "ada", rows[i].sent);
    }
    client_quit(&c);
}

/* The cursor stands right behind the mark that was typed last, in the terminal's own count. */
static bool behind_mark(struct terminal *t, const void *mark)
{
    int row, column;
    terminal_cursor(t, &row, &column);
    return row == terminal_rows(t) - 1 && column > 0 &&
           strcmp(terminal_text(t, row, column - 1), mark) == 0;
}

Test(client_editing, the_cursor_agrees_with_the_terminal)
{
    static const char *const texts[] = {
        "plain",
        HAN HAN,
        BEAR,
        E_ACUTE E_ACUTE,
        "a\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85\xCC\x86",
        "\xCC\x81 a mark on nothing",
        FAMILY,
        FLAG,
        JAMO,
        "\xED\x95\x9C\xEA\xB8\x80",
        "\xEF\xBC\xA1\xEF\xBC\xA2",
        "\xE2\x9D\xA4\xEF\xB8\x8F",
        "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD",
        "\xE0\xA4\xA8\xE0\xA4\xAE\xE0\xA4\xB8\xE0\xA5\x8D\xE0\xA4\xA4\xE0\xA5\x87",
        "\xD8\xB3\xD9\x84\xD8\xA7\xD9\x85",
        "\xE2\x80\xAE override \xE2\x80\x8B",
        "\xC2\xAD soft \xE3\x85\xA4",
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(texts); i++) {
        terminal_type(c.term, texts[i]);
        terminal_type(c.term, "#");
        terminal_wait(c.term, behind_mark, "#", texts[i]);
        terminal_type(c.term, "\x05\x15");
        client_wait_input(&c, "", 0);
    }
    client_quit(&c);
}

Test(client_editing, a_line_longer_than_the_screen_scrolls)
{
    static char text[301];
    memset(text, 'x', 300);
    struct client c = client_start(10, 40);
    for (int i = 0; i < 30; i++) terminal_type(c.term, "xxxxxxxxxx");
    terminal_type(c.term, "#");
    terminal_wait(c.term, behind_mark, "#", "the end of the long line");
    terminal_type(c.term, HOME "#");
    terminal_wait_cursor(c.term, 9, CLIENT_PROMPT_WIDTH + 1);
    terminal_type(c.term, BACKSPACE END BACKSPACE "\r");
    peer_expect(c.server, "broadcast", "ada", text);
    terminal_type(c.term, HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN HAN "#");
    terminal_wait(c.term, behind_mark, "#", "the end of the wide line");
    client_quit(&c);
}

Test(client_editing, a_long_paste_can_be_stopped_under_way)
{
    static char many[1024] = "\033[200~";
    for (int i = 1; i <= 40; i++) sprintf(many + strlen(many), "many %d.\n", i);
    strcat(many, "\033[201~");
    struct client c = client_start(24, 80);
    terminal_type(c.term, many);
    terminal_wait_for(c.term, "as 40 lines");
    terminal_type(c.term, "l");
    terminal_wait_for(c.term, "of 40");
    terminal_type(c.term, "\033");
    terminal_wait_for(c.term, "Stopped;");
    terminal_wait_gone(c.term, "of 40");
    terminal_type(c.term, "\x05#");
    terminal_wait(c.term, behind_mark, "#", "the rest of the paste");
    cr_assert(strstr(terminal_row(c.term, 23), "many 40.#"), "%s", terminal_row(c.term, 23));
    terminal_type(c.term, "\x15");
    terminal_type(c.term, "\x03");
    while (strcmp(peer_next(c.server)->proto, "broadcast") == 0) continue;
    peer_close(c.server);
    client_expect_exit(&c, 0);
}

/* On the least screen there is, the answers are all there. */
Test(client_editing, the_card_fits_the_smallest_screen)
{
    struct client c = client_start(6, 20);
    terminal_type(c.term, "\033[200~one\ntwo\033[201~");
    terminal_wait_for(c.term, "c  cancel");
    cr_assert_geq(terminal_find(c.term, "o  as one message"), 0);
    cr_assert_geq(terminal_find(c.term, "l  as 2 lines"), 0);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "one\ntwo");
    client_quit(&c);
}

Test(client_editing, what_is_pasted_is_cleaned)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "\033[200~a\x03"
                          "b\033c\033[201~\r");
    const struct packet_seen *seen = peer_next(c.server);
    cr_assert_str_eq(seen->proto, "broadcast", "a pasted Ctrl+C is text");
    for (const char *p = seen->msg; *p; p++) cr_assert((unsigned char)*p >= ' ', "%s", seen->msg);
    client_quit(&c);
}

Test(client_editing, bytes_that_are_not_utf8_are_not_sent)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "a\xFF\xC3(\xED\xA0\x80z\r");
    const struct packet_seen *seen = peer_next(c.server);
    cr_assert_str_eq(seen->proto, "broadcast");
    cr_assert(strchr(seen->msg, 'a') && strchr(seen->msg, 'z'), "%s", seen->msg);
    cr_assert_not(strchr(seen->msg, '\xFF'));
    client_quit(&c);
}

/* A key that klatch does not know puts nothing into the line. */
Test(client_editing, unknown_keys_leave_no_trace)
{
    static const char *const keys[] = {
        "\033[15~", "\033[24~", "\033[1;2P",      "\033[2~",         "\033[Z",     "\033[1;6A",
        "\033[I",   "\033[O",   "\033[<0;10;10M", "\033[<65;10;10m", "\033[99;5u", "\x11",
    };
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(keys); i++) {
        terminal_type(c.term, keys[i]);
        terminal_type(c.term, "ok");
        client_wait_input(&c, "ok", 2);
        terminal_type(c.term, "\x05\x15");
        client_wait_input(&c, "", 0);
    }
    client_quit(&c);
}

Test(client_editing, the_input_grows_with_its_lines)
{
    struct client c = client_start(24, 80);
    terminal_type(c.term, "one\033\rtwo\033\rthree");
    client_wait_input(&c, "three", 5);
    cr_assert_str_eq(terminal_row(c.term, 21), "> one");
    cr_assert_str_eq(terminal_row(c.term, 22), "  two");
    terminal_type(c.term, "\033[A\033[A#");
    terminal_wait_cursor(c.term, 21, CLIENT_PROMPT_WIDTH + 4);
    terminal_type(c.term, "\r");
    peer_expect(c.server, "broadcast", "ada", "one#\ntwo\nthree");
    client_wait_input(&c, "", 0);
    for (int i = 0; i < 30; i++) terminal_type(c.term, "x\033\r");
    terminal_type(c.term, "end");
    client_wait_input(&c, "end", 3);
    terminal_wait_for(c.term, "^ x");
    cr_assert_eq(terminal_find(c.term, "^ x"), 16);
    terminal_type(c.term, "\r");
    client_wait_input(&c, "", 0);
    peer_next(c.server);
    client_quit(&c);
}

static struct client start_with_state(const char *state)
{
    char setting[64];
    struct client c = {.listener = fake_server_listen()};
    snprintf(setting, sizeof setting, "XDG_STATE_HOME=%s", state);
    c.term = terminal_start(24, 80,
                            (const char *[]){"env", setting, BUILD "/klatch", "-n", "ada",
                                             "127.0.0.1", c.listener.port, NULL});
    c.server = fake_server_admit(&c.listener, "ada");
    terminal_wait_for(c.term, "here");
    return c;
}

static void expect_mode(const char *path, mode_t mode)
{
    struct stat st;
    cr_assert_eq(stat(path, &st), 0, "%s", path);
    cr_assert_eq(st.st_mode & 07777, mode, "%s: %o", path, (unsigned)st.st_mode);
}

Test(client_editing, the_history_is_kept_between_runs)
{
    char state[] = "/tmp/klatch-state-XXXXXX", path[64];
    cr_assert(mkdtemp(state));
    struct client c = start_with_state(state);
    client_send(&c, "first");
    terminal_type(c.term, "two\033\rlines\r");
    peer_expect(c.server, "broadcast", "ada", "two\nlines");
    client_quit(&c);
    c = start_with_state(state);
    terminal_type(c.term, "\033[A");
    client_wait_input(&c, "lines", 5);
    terminal_type(c.term, "\033[A\033[A");
    client_wait_input(&c, "first", 5);
    client_quit(&c);
    snprintf(path, sizeof path, "%s/klatch/history", state);
    expect_mode(path, 0600);
    unlink(path);
    *strrchr(path, '/') = '\0';
    expect_mode(path, 0700);
    rmdir(path);
    rmdir(state);
}
