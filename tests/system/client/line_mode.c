/* klatch --plain: lines of text, for screen readers and simple terminals. */
#include "tests/system/support/child.h"
#include "tests/system/support/fake_server.h"
#include "tests/system/support/terminal.h"

#include <criterion/criterion.h>
#include <signal.h>
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

/* The output, with every time of day written as 00:00. */
static void expect_output(const char *text)
{
    for (char *at = out; (at = strchr(at, ':')) != NULL; at++)
        if (at - out >= 2 && at[3] == ' ' && strspn(at - 2, "0123456789") == 2)
            memcpy(at - 2, "00:00", 5);
    cr_expect_str_eq(out, text);
}

#define HERE "- You are here as bob. /help shows the keys and commands.\n"

Test(client_line_mode, lines_in_and_lines_out)
{
    struct klatchd *d = klatchd_start();
    cr_expect_eq(feed(d, "hello\n//slash\n/who\n/nope\n/nick eve\nlast, without its end"), 0);
    cr_expect_str_empty(err);
    expect_output(HERE
                  "00:00 bob: hello\n"
                  "00:00 bob: /slash\n"
                  "- Here now: bob\n"
                  "- There is no command /nope, so nothing was sent. /help lists them; to send "
                  "such a line as text, begin it with //.\n"
                  "* 00:00 bob is now known as eve\n"
                  "- You are eve now.\n"
                  "00:00 eve: last, without its end\n");
    klatchd_wait_log(d, "eve left");
    klatchd_stop(d);
}

Test(client_line_mode, hostile_text_is_shown_not_obeyed)
{
    struct klatchd *d = klatchd_start();
    cr_expect_eq(feed(d, "\x1b]0;owned\x07\xE2\x80\xAE\nbad \xFF\n"), 1);
    cr_expect_null(strchr(out, '\033'));
    expect_output(HERE "00:00 bob: \xE2\x90\x9B]0;owned\xE2\x90\x87<U+202E>\n");
    cr_expect_str_eq(err, "klatch: line 2: not text in UTF-8, so it was not sent\n");
    klatchd_stop(d);
}

Test(client_line_mode, no_nickname_no_lines)
{
    struct klatchd *d = klatchd_start();
    const char *const argv[] = {BUILD "/klatch", "--plain", d->address, d->port, NULL};
    cr_expect_eq(child_feed(argv, "\nhello\n", 7, out, err, SIZE), 0);
    expect_output("- Up to 32 letters, digits, symbols; single spaces.\n"
                  "- Your nickname? Enter alone takes ada.\n"
                  "- You are here as ada. /help shows the keys and commands.\n"
                  "00:00 ada: hello\n");
    cr_expect_eq(child_run(argv, out, err, SIZE), 0);
    klatchd_stop(d);
}

Test(client_line_mode, a_connection_that_ends)
{
    struct fake_server f = fake_server_listen();
    fake_server_close(&f);
    cr_expect_eq(child_run(PLAIN("-n", "bob", "127.0.0.1", f.port), out, err, SIZE), 69);
    cr_expect(strstr(err, "could not connect to 127.0.0.1"), "%s", err);
    cr_expect_str_empty(out);
}

/* -- in a terminal -- */

struct talk {
    struct fake_server fake;
    struct terminal *t;
    struct peer *server;
};

static struct talk start(const char *term)
{
    struct talk k = {.fake = fake_server_listen()};
    const char *const argv[] = {"env", term,        BUILD "/klatch", "--plain", "-n",
                                "ada", "127.0.0.1", k.fake.port,     NULL};
    k.t = terminal_start(24, 80, argv);
    k.server = fake_server_admit(&k.fake, "ada");
    terminal_wait_for(k.t, "You are here as ada.");
    return k;
}

static void expect_exit(struct talk *k, int status)
{
    size_t n;
    cr_expect_eq(terminal_wait_exit(k->t), status);
    const char *bytes = terminal_output(k->t, &n);
    cr_expect_null(memchr(bytes, '\033', n), "%s", bytes);
    peer_close(k->server);
    fake_server_close(&k->fake);
}

Test(client_line_mode, on_a_terminal)
{
    struct talk k = start("TERM=dumb");
    peer_send(k.server, "broadcast", "bob", "good \033[2J morning");
    terminal_wait_for(k.t, " bob: good \xE2\x90\x9B[2J morning");
    terminal_type(k.t, "hellp\177o\r");
    peer_expect(k.server, "broadcast", "ada", "hello");
    peer_send(k.server, "broadcast", "ada", "hello");
    terminal_wait_for(k.t, " ada: hello");
    peer_send(k.server, "shutdown", "SERVER", "Server Shutting down in 2 seconds");
    terminal_wait_for(k.t, "Server Shutting down in 2 seconds");
    terminal_type(k.t, "\004");
    peer_expect(k.server, "goodbye", "ada", "BYE");
    peer_half_close(k.server);
    expect_exit(&k, 0);
}

Test(client_line_mode, a_room_that_says_something_else_is_not_waited_for_for_ever)
{
    struct talk k = start("TERM=dumb");
    terminal_type(k.t, "hello\r\004");
    peer_expect(k.server, "broadcast", "ada", "hello");
    peer_send(k.server, "broadcast", "ada", "HELLO");
    peer_expect(k.server, "goodbye", "ada", "BYE");
    peer_half_close(k.server);
    terminal_wait_for(k.t, "? ada: hello");
    terminal_wait_for(k.t, "klatch: 1 of what was sent did not come back");
    expect_exit(&k, 1);
}

Test(client_line_mode, signals_and_a_closed_window_say_goodbye)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, 0 /* the window */};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        struct talk k = start("TERM=vt100");
        if (signals[i] != 0)
            terminal_signal(k.t, signals[i]);
        else
            terminal_hang_up(k.t);
        peer_expect(k.server, "goodbye", "ada", "BYE");
        peer_half_close(k.server);
        expect_exit(&k, 0);
    }
}

Test(client_line_mode, the_end_is_told_on_standard_error)
{
    struct talk k = start("TERM=dumb");
    peer_send_text(k.server, "[]");
    terminal_wait_for(k.t, "klatch: The server broke the protocol");
    expect_exit(&k, 76);
}

Test(client_line_mode, a_person_is_brought_back_and_loses_no_line)
{
    struct talk k = start("TERM=dumb");
    peer_send(k.server, "shutdown", "SERVER", "The coffee is finished.");
    peer_close(k.server);
    terminal_wait_for(k.t, "- Enter tries to come back.");
    terminal_type(k.t, "typed meanwhile\r");
    k.server = fake_server_admit(&k.fake, "ada");
    peer_expect(k.server, "broadcast", "ada", "typed meanwhile");
    peer_send(k.server, "broadcast", "ada", "typed meanwhile");
    terminal_wait_for(k.t, " ada: typed meanwhile");
    terminal_type(k.t, "/quit\r");
    peer_expect(k.server, "goodbye", "ada", "BYE");
    peer_half_close(k.server);
    expect_exit(&k, 0);
}

Test(client_line_mode, the_end_of_input_ends_a_wait_for_the_server)
{
    struct talk k = start("TERM=dumb");
    peer_half_close(k.server);
    fake_server_close(&k.fake);
    k.fake.fd = -1;
    terminal_wait_for(k.t, "- Trying to come back; Enter tries at once.");
    terminal_type(k.t, "unsent\r\004");
    terminal_wait_for(k.t, "klatch: Your unsent line: unsent");
    expect_exit(&k, 69);
}

Test(client_line_mode, the_log_is_kept_and_the_end_of_it_is_shown)
{
    struct klatchd *d = klatchd_start();
    char file[] = "/tmp/klatch-log-XXXXXX";
    close(mkstemp(file));
    const char *const *argv = PLAIN("-n", "bob", "--log", file, d->address, d->port);
    cr_expect_eq(child_feed(argv, "one\n", 4, out, err, SIZE), 0);
    expect_output(HERE "00:00 bob: one\n");
    klatchd_wait_log(d, "bob left");
    cr_expect_eq(child_feed(argv, "two\n", 4, out, err, SIZE), 0);
    cr_expect(strstr(out, " bob: one\n- earlier, from /tmp/klatch-log-"), "%s", out);
    cr_expect(strstr(out, " bob: two\n"), "%s", out);
    unlink(file);
    klatchd_stop(d);
}

/* A server that lets nobody in: it takes the connection and is silent, or does not even take it. */
Test(client_line_mode, the_end_of_input_is_heard_while_connecting)
{
    for (int i = 0; i < 2; i++) {
        struct fake_server f = fake_server_listen();
        struct peer *only = NULL; /* whom the queue has room for */
        if (i == 1) cr_assert_eq(listen(f.fd, 0), 0);
        if (i == 1) only = peer_connect_to("127.0.0.1", f.port);
        struct terminal *t = terminal_start(24, 80, PLAIN("-n", "ada", "127.0.0.1", f.port));
        terminal_type(t, "\x04");
        cr_expect_eq(terminal_wait_exit(t), 0);
        if (only != NULL) peer_close(only);
        fake_server_close(&f);
    }
}

Test(client_line_mode, what_was_typed_while_connecting_is_said_before_the_end)
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
