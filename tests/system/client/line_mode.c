/* klatch --plain: lines of text, for screen readers and simple terminals. */
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/tls_client.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 1 << 16 };
static char out[SIZE], err[SIZE];

#define PLAIN(...) ((const char *const[]){BUILD "/klatch", "--plain", __VA_ARGS__, NULL})

static int feed(const struct klatchd *d, const char *in)
{
    return child_feed(PLAIN("-n", "bob", d->address, d->port), in, strlen(in), out, err, SIZE);
}

/* Removes the line that tells whether the connection is encrypted. */
static void remove_encrypted(void)
{
    static const char line[] = "- " MESSAGE_ENCRYPTED "\n";
    char *at = tls_client_is_on() ? strstr(out, line) : NULL;
    if (at != NULL) memmove(at, at + strlen(line), strlen(at + strlen(line)) + 1);
}

/* Compares the output, with every time of day replaced by 00:00. */
__attribute__((format(printf, 1, 2))) static void expect_output(const char *format, ...)
{
    char expected[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(expected, sizeof expected, format, args);
    va_end(args);
    remove_encrypted();
    for (char *at = out; (at = strchr(at, ':')) != NULL; at++)
        if (at - out >= 2 && at[3] == ' ' && strspn(at - 2, "0123456789") == 2)
            memcpy(at - 2, "00:00", 5);
    cr_expect_str_eq(out, expected);
}

#define JOINED "- " MESSAGE_JOINED "\n"

Test(client_line_mode, lines_are_sent_and_printed)
{
    struct klatchd *d = klatchd_start();
    cr_expect_eq(feed(d, "hello\n//slash\n/who\n/nope\n/nick eve\nlast, without its end"), 0);
    cr_expect_str_empty(err);
    expect_output(JOINED "00:00 <bob> hello\n"
                         "00:00 <bob> /slash\n"
                         "- " MESSAGE_HERE "\n"
                         "- " MESSAGE_UNKNOWN_COMMAND "\n"
                         "- " MESSAGE_RENAMED "\n"
                         "* 00:00 «bob» is now known as «eve»\n"
                         "00:00 <eve> last, without its end\n",
                  "bob", (size_t)1, "«bob»", 4, "nope", 4, "nope", "eve");
    klatchd_wait_log(d, "eve left");
    klatchd_stop(d);
}

Test(client_line_mode, hostile_text_is_escaped)
{
    struct klatchd *d = klatchd_start();
    cr_expect_eq(feed(d, "\x1b]0;owned\x07\xE2\x80\xAE\nbad \xFF\n"), 1);
    cr_expect_null(strchr(out, '\033'));
    expect_output(JOINED "00:00 <bob> \\u001b]0;owned\\u0007\\u202e\n", "bob");
    cr_expect_str_eq(err, "klatch: line 2: not text in UTF-8, so it was not sent\n");
    klatchd_stop(d);
}

Test(client_line_mode, the_nickname_is_asked_for_first)
{
    struct klatchd *d = klatchd_start();
    const char *const argv[] = {BUILD "/klatch", "--plain", d->address, d->port, NULL};
    cr_expect_eq(child_feed(argv, "\nhello\n", 7, out, err, SIZE), 0);
    expect_output("- " MESSAGE_NICK_RULE "\n- " MESSAGE_ASK_NICK_PROPOSED "\n" JOINED
                  "00:00 <ada> hello\n",
                  "ada", "ada");
    cr_expect_eq(child_run(argv, out, err, SIZE), 0);
    klatchd_stop(d);
}

Test(client_line_mode, a_connection_that_fails)
{
    struct fake_server f = fake_server_listen();
    fake_server_close(&f);
    cr_expect_eq(child_run(PLAIN("-n", "bob", "127.0.0.1", f.port), out, err, SIZE), 69);
    cr_expect(strstr(err, "could not connect to 127.0.0.1"), "%s", err);
    cr_expect_str_empty(out);
}

/* -- in a terminal -- */

static struct client start(const char *term)
{
    return client_start_with(24, 80, term, "--plain");
}

static void expect_goodbye(struct client *c)
{
    peer_expect(c->server, "goodbye", "ada", "BYE");
    peer_half_close(c->server);
}

/* Expects klatch to exit, and to have written no escape sequence. */
static void expect_exit(struct client *c, int status)
{
    size_t n;
    int ended = terminal_wait_exit(c->term);
    cr_expect_eq(ended, status, "klatch exited with %d", ended);
    const char *bytes = terminal_output(c->term, &n);
    cr_expect_null(memchr(bytes, '\033', n), "%s", bytes);
    peer_close(c->server);
    fake_server_close(&c->listener);
}

Test(client_line_mode, works_in_a_terminal)
{
    struct client c = start("TERM=dumb");
    client_receive(&c, "bob", "good \033[2J morning");
    terminal_wait_for(c.term, " <bob> good \\u001b[2J morning");
    terminal_type(c.term, "hellp\177o\r");
    peer_expect(c.server, "broadcast", "ada", "hello");
    client_receive(&c, "ada", "hello");
    terminal_wait_for(c.term, " <ada> hello");
    peer_send(c.server, "shutdown", "SERVER", "Server Shutting down in 2 seconds");
    terminal_wait_for(c.term, "Server Shutting down in 2 seconds");
    terminal_type(c.term, "\004");
    expect_goodbye(&c);
    expect_exit(&c, 0);
}

/* The lines of a paste, the text that is sent of them, and the command that is neither. */
static const struct {
    const char *pasted, *sent[3], *refused;
} pastes[] = {
    {"one\n/quit\ntwo\n", {"one", "two"}, "/quit"},
    {"/quit\none\n", {"one"}, "/quit"},
    {"one\n/nick evil\n", {"one"}, "/nick evil"},
    {"\n/log /tmp/klatch-evil\n", {NULL}, "/log /tmp/klatch-evil"},
    {"//usr\none\n", {"/usr", "one"}, NULL},
};

Test(client_line_mode, a_pasted_command_is_not_run)
{
    struct client c = start("TERM=dumb");
    for (size_t i = 0; i < sizeof pastes / sizeof *pastes; i++) {
        terminal_send(c.term, pastes[i].pasted, strlen(pastes[i].pasted));
        for (const char *const *sent = pastes[i].sent; *sent != NULL; sent++) {
            peer_expect(c.server, "broadcast", "ada", *sent);
            client_receive(&c, "ada", *sent);
        }
        if (pastes[i].refused != NULL)
            klatch_wait_notice(c.term, "- " MESSAGE_PASTED_COMMAND, pastes[i].refused);
        client_sync(&c);
    }
    terminal_type(c.term, "\004");
    expect_goodbye(&c);
    expect_exit(&c, 0);
}

Test(client_line_mode, waiting_for_an_echo_times_out)
{
    struct client c = start("TERM=dumb");
    terminal_type(c.term, "hello\r\004");
    peer_expect(c.server, "broadcast", "ada", "hello");
    client_receive(&c, "ada", "HELLO");
    expect_goodbye(&c);
    terminal_wait_for(c.term, "? <ada> hello");
    klatch_wait_notice(c.term, "klatch: " MESSAGE_NO_ECHO, (size_t)1);
    expect_exit(&c, 1);
}

Test(client_line_mode, signals_and_a_closed_window_say_goodbye)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0 /* hang up */};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct client c = start("TERM=vt100");
        if (signals[i] != 0)
            terminal_signal(c.term, signals[i]);
        else
            terminal_hang_up(c.term);
        expect_goodbye(&c);
        expect_exit(&c, 0);
    }
}

Test(client_line_mode, a_protocol_error_is_printed_on_standard_error)
{
    struct fake_server f = fake_server_listen();
    struct terminal *t = klatch_start(24, 80, "--plain", "127.0.0.1", f.port);
    struct peer *p = fake_server_accept(&f);
    peer_send_text(p, "[]");
    terminal_wait_for(t, "not a klatch server");
    cr_expect_eq(terminal_wait_exit(t), 76);
    peer_close(p);
    fake_server_close(&f);
}

Test(client_line_mode, reconnects_in_a_terminal_and_sends_the_waiting_line)
{
    struct client c = start("TERM=dumb");
    peer_send(c.server, "shutdown", "SERVER", "The coffee is finished.");
    peer_close(c.server);
    klatch_wait_notice(c.term, "- " MESSAGE_ENTER_RECONNECTS);
    terminal_enter(c.term, "typed meanwhile");
    c.server = fake_server_admit(&c.listener, "ada");
    peer_expect(c.server, "broadcast", "ada", "typed meanwhile");
    client_receive(&c, "ada", "typed meanwhile");
    terminal_wait_for(c.term, " <ada> typed meanwhile");
    terminal_enter(c.term, "/quit");
    expect_goodbye(&c);
    expect_exit(&c, 0);
}

Test(client_line_mode, the_end_of_input_ends_reconnecting)
{
    struct client c = start("TERM=dumb");
    peer_half_close(c.server);
    fake_server_close(&c.listener);
    c.listener.fd = -1;
    klatch_wait_notice(c.term, "- " MESSAGE_RECONNECTING);
    terminal_type(c.term, "unsent\r\004");
    terminal_wait_for(c.term, "klatch: " MESSAGE_EXIT_UNSENT ": unsent");
    expect_exit(&c, 69);
}

Test(client_line_mode, the_log_is_written_and_its_end_is_printed)
{
    struct klatchd *d = klatchd_start();
    char file[] = "/tmp/klatch-log-XXXXXX";
    close(mkstemp(file));
    const char *const *argv = PLAIN("-n", "bob", "--log", file, d->address, d->port);
    cr_expect_eq(child_feed(argv, "one\n", 4, out, err, SIZE), 0);
    expect_output(JOINED "00:00 <bob> one\n", "bob");
    klatchd_wait_log(d, "bob left");
    cr_expect_eq(child_feed(argv, "two\n", 4, out, err, SIZE), 0);
    cr_expect(strstr(out, " <bob> one\n- earlier, from /tmp/klatch-log-"), "%s", out);
    cr_expect(strstr(out, " <bob> two\n"), "%s", out);
    unlink(file);
    klatchd_stop(d);
}

/* A server that accepts the connection and sends nothing, and one that does not accept it. */
Test(client_line_mode, the_end_of_input_ends_connecting)
{
    for (int i = 0; i < 2; i++) {
        struct fake_server f = fake_server_listen();
        struct peer *first = NULL; /* fills the backlog */
        if (i == 1) cr_assert_eq(listen(f.fd, 0), 0);
        if (i == 1) first = peer_connect_to("127.0.0.1", f.port);
        struct terminal *t = terminal_start(24, 80, PLAIN("-n", "ada", "127.0.0.1", f.port));
        terminal_type(t, "\x04");
        cr_expect_eq(terminal_wait_exit(t), 0);
        if (first != NULL) peer_close(first);
        fake_server_close(&f);
    }
}

Test(client_line_mode, lines_typed_while_connecting_are_sent_before_the_end)
{
    struct fake_server f = fake_server_listen();
    struct terminal *t = terminal_start(24, 80, PLAIN("-n", "ada", "127.0.0.1", f.port));
    terminal_type(t, "early\n\x04");
    struct peer *server = fake_server_admit(&f, "ada");
    peer_expect(server, "broadcast", "ada", "early");
    peer_send(server, "broadcast", "ada", "early");
    peer_expect(server, "goodbye", "ada", "BYE");
    peer_close(server);
    cr_expect_eq(terminal_wait_exit(t), 0);
    fake_server_close(&f);
}
