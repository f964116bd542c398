/* Packets that cannot be read as they are: klatch stays in the room, whichever face it has. */
#include "tests/system/support/client_fixture.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define BOB(msg)   "{\"nick\":\"bob\",\"msg\":" msg ",\"proto\":\"broadcast\"}"
#define SAID(text) BOB("\"" text "\"")
#define ROW(payload, shown)                                                                        \
    {                                                                                              \
        payload, sizeof(payload) - 1, shown                                                        \
    }
#define OWNED                                                                                      \
    "\033]0;owned\a\033[2J\x9b"                                                                    \
    "31m"

/* `shown` must be on the screen; NULL: the packet may show nothing. */
static const struct {
    const char *payload;
    size_t n;
    const char *shown;
} rows[] = {
    ROW(SAID("nul \\u0000 escaped"), "nul \u2400 escaped"),
    ROW(SAID("nul \0 raw"), "nul \u2400 raw"),
    ROW(SAID("half \\ud83d pair"), "half \uFFFD pair"),
    ROW(SAID("late \\ude00 half"), "late \uFFFD half"),
    ROW(SAID("bytes \xFF\xFE\xC3"), "bytes \uFFFD\uFFFD\uFFFD"),
    ROW(SAID("surrogate \xED\xA0\x80 raw"), "surrogate \uFFFD\uFFFD\uFFFD raw"),
    ROW(SAID("bad \\q escape"), "bad \uFFFDq escape"),
    ROW(SAID(OWNED), "]0;owned"),
    ROW("{\"nick\":\"" OWNED "\",\"msg\":\"hostile name\",\"proto\":\"broadcast\"}",
        "hostile name"),
    ROW(BOB("\"nested\",\"x\":{\"y\":[{}]}"), "nested"),
    ROW(BOB("\"first\",\"msg\":\"last counts\""), "last counts"),
    ROW("\xEF\xBB\xBF \r\n" SAID("marked") "\n", "marked"),
    ROW(BOB("5"), NULL),
    ROW(BOB("true"), NULL),
    ROW(BOB("{\"a\":\"" OWNED "\"}"), NULL),
    ROW(BOB("null"), NULL),
    ROW("{\"nick\":5,\"msg\":\"x\",\"proto\":\"broadcast\"}", NULL),
    ROW("{\"nick\":\"bob\",\"msg\":\"x\",\"proto\":7}", NULL),
    ROW("{\"nick\":\"bob\",\"msg\":\"x\",\"proto\":\"typing\"}", NULL),
    ROW("{\"nick\":\"bob\",\"msg\":\"x\",\"proto\":\"verify\"}", NULL),
    ROW("", NULL),
    ROW("[]", NULL),
    ROW(OWNED, NULL),
    ROW("{\"msg\":\"never closed", NULL),
};

enum { ROWS = sizeof rows / sizeof *rows };

static struct client start(const char *face)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 120, face, "-n", "ada", "127.0.0.1", c.listener.port);
    c.server = fake_server_admit(&c.listener, "ada");
    return c;
}

/* Sends the next good message, and waits until it is shown. */
static void expect_still_here(struct client *c)
{
    static int count;
    char text[32];
    snprintf(text, sizeof text, "still here %d.", ++count);
    client_receive(c, "bob", text);
    terminal_wait_for(c->term, text);
}

static void expect_no_control(const struct client *c)
{
    cr_expect_not(terminal_has_written(c->term, "\033]0;owned"));
    cr_expect_not(terminal_has_written(c->term, "\x9b"
                                                "31m"));
}

static void send_rows(struct client *c)
{
    for (size_t i = 0; i < ROWS; i++) {
        peer_send_payload(c->server, rows[i].payload, rows[i].n);
        expect_still_here(c);
        if (rows[i].shown) cr_expect_geq(terminal_find(c->term, rows[i].shown), 0, "row %zu", i);
    }
    expect_no_control(c);
}

/* The longest packets: of good text, and of bytes of which each is shown as a symbol. */
static void send_longest(struct client *c, char letter)
{
    static char payload[65535];
    static const char start[] = "{\"nick\":\"bob\",\"proto\":\"broadcast\",\"msg\":\"",
                      end[] = "\"}";
    memset(payload, letter, sizeof payload);
    memcpy(payload, start, sizeof start - 1);
    memcpy(payload + sizeof payload - sizeof end + 1, end, sizeof end - 1);
    peer_send_payload(c->server, payload, sizeof payload);
    expect_still_here(c);
}

static void check_face(const char *face)
{
    struct client c = start(face);
    send_rows(&c);
    send_longest(&c, 'x');
    send_longest(&c, '\xFF');
    client_quit(&c);
}

Test(client_unreadable_packets, the_full_screen_shows_what_can_be_read)
{
    check_face("--no-bell");
}

Test(client_unreadable_packets, line_mode_prints_what_can_be_read)
{
    check_face("--plain");
}

Test(client_unreadable_packets, json_mode_prints_what_can_be_read)
{
    check_face("--pipe");
}

Test(client_unreadable_packets, the_reason_is_said_once)
{
    struct client c = start("--plain");
    for (int i = 0; i < 5; i++) {
        peer_send_text(c.server, BOB("5"));
        expect_still_here(&c);
    }
    size_t n, count = 0;
    const char *at = terminal_output(c.term, &n);
    while ((at = strstr(at, "msg must be")) != NULL) at++, count++;
    cr_expect_eq(count, 1);
    client_quit(&c);
}

Test(client_unreadable_packets, lost_framing_means_a_new_connection_and_keeps_the_draft)
{
    struct client c = start("--no-bell");
    terminal_type(c.term, "a draft");
    for (int i = 0; i < 8; i++) peer_send_text(c.server, "garbage");
    peer_expect_eof(c.server);
    client_readmit(&c);
    client_wait_input(&c, "a draft", 7);
    expect_still_here(&c);
    client_quit(&c);
}

static void expect_another_server(const char *greeting, const char *protocol)
{
    struct fake_server f = fake_server_listen();
    struct terminal *t = klatch_start(24, 80, "-n", "ada", "127.0.0.1", f.port);
    struct peer *p = fake_server_accept(&f);
    peer_send_bytes(p, greeting, strlen(greeting));
    terminal_wait_written(t, protocol);
    cr_expect_eq(terminal_wait_exit(t), EX_PROTOCOL);
    peer_close(p);
    fake_server_close(&f);
}

Test(client_unreadable_packets, another_server_is_named_at_once)
{
    expect_another_server("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", "SSH");
    expect_another_server("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", "HTTP");
}
