/* What terminals and networks make of keys and pastes: marks left out, sequences cut, protocols
 * left on by another program. Rows of bytes, with a pause after each part. */
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof *(table))

enum { PARTS = 4, CUT_MS = 70 };

static void send_part(struct client *c, const char *bytes, size_t n, int pause_ms)
{
    terminal_send(c->term, bytes, n);
    poll(NULL, 0, pause_ms);
}

/* Nothing reached the server but what is typed now. */
static void expect_alive(struct client *c)
{
    client_send(c, "still here");
}

static int count_written(const struct client *c, const char *code)
{
    size_t n;
    int count = 0;
    for (const char *p = terminal_output(c->term, &n); (p = strstr(p, code)) != NULL; p++) count++;
    return count;
}

/* -- pastes -- */

/* Each opens the dialog, which says how many lines there are. */
static const struct {
    const char *parts[PARTS];
    int lines;
} pastes[] = {
    {{"one\r/quit\r"}, 2},
    {{"one\n/quit\n"}, 2},
    {{"one\r\n/quit\r\n"}, 2},
    {{"/nick evil\r/quit\r"}, 2},
    {{"one\rtwo\r", "/quit\r"}, 3},
    {{"one\rtwo", "\r", "/quit", "\r"}, 3},
    {{"\033[200~one\rtwo\033[201~\r/quit\r\033[201~"}, 3},
    {{"\033[200~one\033[201~\r/quit\r\033[201~"}, 2},
    {{"\033[200~one\rtwo\033[201~", "\r/quit\r\033[201~"}, 3},
    {{"\033[200~one\r", "/quit\r", "\033[201~"}, 2},
    {{"\033[200~one\r", "/quit\r\033[20", "1~"}, 2},
    {{"one\r\033[I/quit\r"}, 2},
};

static void cancel_paste(struct client *c, int lines)
{
    klatch_wait_paste_dialog(c->term, lines);
    poll(NULL, 0, CUT_MS);
    terminal_type(c->term, "c");
    klatch_wait_paste_dialog_closed(c->term);
    expect_alive(c);
}

Test(client_key_sequences, a_paste_runs_nothing)
{
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(pastes); i++) {
        for (size_t k = 0; k < PARTS && pastes[i].parts[k]; k++)
            send_part(&c, pastes[i].parts[k], strlen(pastes[i].parts[k]), 5);
        cancel_paste(&c, pastes[i].lines);
    }
    client_quit(&c);
}

/* As GNU screen pastes, more than one read holds. */
Test(client_key_sequences, a_long_paste_without_markers_runs_nothing)
{
    static char text[20000];
    struct client c = client_start(24, 80);
    for (size_t n = 0; n < sizeof text; n += 10) memcpy(text + n, "/quit now\r", 10);
    terminal_send(c.term, text, sizeof text);
    cancel_paste(&c, 2000);
    client_quit(&c);
}

Test(client_key_sequences, enter_stays_enter)
{
    struct client c = client_start(24, 80);
    terminal_send(c.term, "hi\r", 3);
    peer_expect(c.server, "broadcast", "ada", "hi");
    terminal_send(c.term, "hi\r\n", 4);
    peer_expect(c.server, "broadcast", "ada", "hi");
    terminal_send(c.term, "hi", 2);
    client_wait_input(&c, "hi", 2);
    terminal_send(c.term, "\r", 1);
    peer_expect(c.server, "broadcast", "ada", "hi");
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

/* -- slow links -- */

static const char *const replies[] = {
    "\033[?62;1;4c",
    "\033[24;80R",
    "\033[?1036;1$y",
    "\033]10;rgb:ffff/ffff/ffff\033\\",
    "\033]52;c;aGVsbG8=\a",
    "\033P1$r0m\033\\",
    "\033P>|XTerm(370)\033\\",
    "\033_Gi=31;OK\033\\",
    "\033[?0u",
    "\033[<64;10;10M",
    "\033[M !!",
};

/* Cut in two by 70 ms, the first half times out as a key would. */
static void send_cut(struct client *c, const char *reply, size_t cut)
{
    send_part(c, reply, cut, CUT_MS);
    send_part(c, reply + cut, strlen(reply) - cut, 0);
}

Test(client_key_sequences, a_reply_in_two_parts_types_nothing_into_the_nickname_dialog)
{
    struct client c = client_start_unnamed(24, 80);
    for (size_t i = 0; i < COUNT(replies); i++) {
        size_t n = strlen(replies[i]), cuts[] = {1, 2, n / 2, n - 1};
        for (size_t k = 0; k < COUNT(cuts); k++) send_cut(&c, replies[i], cuts[k]);
    }
    terminal_type(c.term, "bob\r");
    peer_expect(c.server, "verify", NULL, "bob");
    terminal_signal(c.term, SIGTERM);
    client_expect_quit(&c, NULL);
}

Test(client_key_sequences, a_reply_in_two_parts_types_nothing_into_the_line)
{
    struct client c = client_start(24, 80);
    for (size_t i = 0; i < COUNT(replies); i++) {
        size_t n = strlen(replies[i]), cuts[] = {1, 2, n / 2, n - 1};
        for (size_t k = 0; k < COUNT(cuts); k++) send_cut(&c, replies[i], cuts[k]);
    }
    client_type(&c, "#", "#", 1);
    client_quit(&c);
}

Test(client_key_sequences, alt_enter_in_two_parts_sends_no_half_of_a_message)
{
    static const char *const settings[] = {NO_SETTING, "SSH_TTY=/dev/pts/0"};
    static const int pauses_ms[] = {0, 60, 200};
    for (size_t s = 0; s < COUNT(settings); s++) {
        struct client c = client_start_with(24, 80, settings[s], "--bell");
        for (size_t i = 0; i < COUNT(pauses_ms); i++) {
            client_type(&c, "half", "half", 4);
            send_part(&c, "\033", 1, pauses_ms[i]);
            send_part(&c, "\r", 1, 0);
            client_wait_input(&c, "", 0);
            terminal_type(c.term, "rest\r");
            peer_expect(c.server, "broadcast", "ada", "half\nrest");
        }
        client_quit(&c);
    }
}

/* Here Escape is a key of its own after 50 ms, over ssh after 300. */
Test(client_key_sequences, escape_waits_longer_over_ssh)
{
    struct client c = client_start(24, 80);
    send_part(&c, "\033", 1, 120);
    client_type(&c, "p", "p", 1);
    client_quit(&c);
    c = client_start_with(24, 80, "SSH_TTY=/dev/pts/0", "--bell");
    send_part(&c, "\033", 1, 120);
    terminal_type(c.term, "p");
    klatch_wait_notice(c.term, MESSAGE_NO_MENTION, "earlier");
    client_wait_input(&c, "", 0);
    client_quit(&c);
}

/* -- protocols of other programs -- */

/* Typed into the line "one two three" and answered there. */
static const struct {
    const char *key, *text;
} edits[] = {
    {"\033[119;5u", "one two #"},          /* Ctrl+W */
    {"\033[27;5;119~", "one two #"},       /**/
    {"\033[97;5u", "#one two three"},      /* Ctrl+A */
    {"\033[27;5;97~", "#one two three"},   /**/
    {"\033[98;3u", "one two #three"},      /* Alt+B */
    {"\033[27;3;98~", "one two #three"},   /**/
    {"\033[57417;129u", "one two thre#e"}, /* Left of the keypad with Num Lock */
    {"\033[1;129D", "one two thre#e"},     /* Left with Num Lock */
    {"\033[1;1:3D", "one two three#"},     /* Left, released */
    {"\033[127u", "one two thre#"},        /* Backspace */
    {"\033[127;3u", "one two #"},          /* Alt+Backspace */
    {"\033[45;6u", "one two#"},            /* Ctrl+_ */
    {"\033[33u", "one two three!#"},       /* ! */
    {"\033[27;2;33~", "one two three!#"},  /**/
    {"\033[27u", "one two three#"},        /* Escape */
};

Test(client_key_sequences, keys_of_other_protocols_are_alive)
{
    struct client c = client_start(24, 80);
    client_receive(&c, "bob", "is ada there?");
    client_sync(&c);
    for (size_t i = 0; i < COUNT(edits); i++) {
        client_type(&c, "one two", "one two", 7);
        client_type(&c, " three", "one two three", 13);
        terminal_type(c.term, edits[i].key);
        terminal_type(c.term, "#");
        int column = (int)(strchr(edits[i].text, '#') - edits[i].text);
        client_wait_input(&c, edits[i].text, column + 1);
        client_type(&c, "\x05\x15", "", 0);
    }
    terminal_type(c.term, "\033[112;3u");
    klatch_wait_message(c.term, "bob", "is ada there?");
    terminal_type(c.term, "\033[27;3;110~");
    klatch_wait_notice(c.term, MESSAGE_NO_MENTION, "later");
    terminal_type(c.term, "\033[P");
    klatch_wait_help(c.term);
    terminal_type(c.term, "\033[27u");
    klatch_wait_help_closed(c.term);
    terminal_type(c.term, "two\033[13;3ulines\033[13u");
    peer_expect(c.server, "broadcast", "ada", "two\nlines");
    terminal_type(c.term, "two\033[27;3;13~lines\033[27;5;13~");
    peer_expect(c.server, "broadcast", "ada", "two\nlines");
    terminal_type(c.term, "two\033[13;2ulines\r");
    peer_expect(c.server, "broadcast", "ada", "two\nlines");
    terminal_type(c.term, "two\033[27;2;13~lines\r");
    peer_expect(c.server, "broadcast", "ada", "two\nlines");
    client_send(&c, "one");
    terminal_type(c.term, "\033[112;5u!\r");
    peer_expect(c.server, "broadcast", "ada", "one!");
    client_quit(&c);
}

Test(client_key_sequences, ctrl_c_quits_in_every_protocol)
{
    static const char *const spellings[] = {"\x03", "\033[99;5u", "\033[27;5;99~", "\033[99;5:1u"};
    for (size_t i = 0; i < COUNT(spellings); i++) {
        struct client c = client_start(24, 80);
        terminal_type(c.term, spellings[i]);
        client_expect_quit(&c, "ada");
    }
}

/* In the order in which a terminal needs them: kitty has a stack for each screen. */
static void expect_order(const struct client *c, const char *const codes[], size_t count)
{
    size_t n;
    const char *p = terminal_output(c->term, &n);
    for (size_t i = 0; i < count; i++) {
        p = strstr(p, codes[i]);
        cr_assert(p, "%zu: ESC %s is not written, or too early", i, codes[i] + 1);
    }
}

Test(client_key_sequences, the_keyboard_is_asked_for_all_keys_and_given_back)
{
    static const char *const codes[] = {"\033[?1049h", "\033[?1036;1039;1007s",
                                        "\033[>5u",    "\033[?1036;1039;1007h",
                                        "\033[>4;1m",  "\033[>4m",
                                        "\033[<u",     "\033[?1036;1039;1007r",
                                        "\033[?1049l"};
    struct client c = client_start(24, 80);
    terminal_type(c.term, "\x0C");
    client_send(&c, "painted");
    terminal_signal(c.term, SIGCONT);
    client_send(&c, "and again");
    client_quit(&c);
    expect_order(&c, codes, COUNT(codes));
    cr_assert_eq(count_written(&c, "\033[>5u"), 1);
    cr_assert_eq(count_written(&c, "\033[?1036;1039;1007s"), 1);
    cr_assert_eq(count_written(&c, "\033[<u"), 1);
}

Test(client_key_sequences, a_terminal_that_knows_none_of_it_is_not_asked)
{
    static const char *const terms[] = {"TERM=linux", "TERM=vt100", "TERM=screen"};
    for (size_t i = 0; i < COUNT(terms); i++) {
        struct client c = client_start_with(24, 80, terms[i], "--bell");
        client_quit(&c);
        cr_expect_not(terminal_has_written(c.term, "\033[>"), "%s", terms[i]);
        cr_expect_not(terminal_has_written(c.term, "\033[<"), "%s", terms[i]);
        cr_expect_not(terminal_has_written(c.term, "1036"), "%s", terms[i]);
    }
}
