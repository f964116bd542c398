/* klatch at a server that speaks as the protocol's authors' does, and at others that are not quite
 * like klatchd. */
#include "tests/system/support/relay_server.h"

#include "tests/keys.h"
#include "tests/system/support/child.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tui/base/messages.h"
#include "tui/ui/drawing/status_bar.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 1 << 16 };
static char out[SIZE], err[SIZE];

struct visit {
    struct relay_server server;
    struct terminal *term;
    struct peer *bob;
};

/* Starts klatch as ada, beside bob. */
static struct visit visit(int refusals)
{
    struct visit v = {.server = relay_server_start(refusals)};
    v.bob = relay_server_join(&v.server, "bob");
    v.term = klatch_start(24, 80, "-n", "ada", "127.0.0.1", v.server.port);
    klatch_wait_joined(v.term);
    return v;
}

static void end(struct visit *v)
{
    terminal_type(v->term, KEY_CTRL_C KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(v->term), 0);
    peer_close(v->bob);
    relay_server_stop(&v->server);
}

Test(client_relay_server, who_leaves_in_a_goodbye_is_shown)
{
    struct visit v = visit(RELAY_SERVER_NEVER);
    peer_send(v.bob, "goodbye", "bob", "BYE");
    klatch_wait_notice(v.term, "bob" RELAY_SERVER_LEFT);
    end(&v);
}

Test(client_relay_server, chat_before_ready_is_shown_behind_the_dialog)
{
    struct visit v = {.server = relay_server_start(RELAY_SERVER_NEVER)};
    v.bob = relay_server_join(&v.server, "bob");
    v.term = klatch_start(24, 80, "127.0.0.1", v.server.port);
    klatch_wait_choosing_nick(v.term);
    peer_broadcast(v.bob, "early");
    klatch_wait_message(v.term, "bob", "early");
    terminal_enter(v.term, "");
    klatch_wait_nick_dialog_closed(v.term);
    peer_broadcast(v.bob, "later");
    klatch_wait_message(v.term, "bob", "later");
    klatch_wait_message(v.term, "bob", "early");
    end(&v);
}

Test(client_relay_server, messages_that_it_relays_unread_end_nothing)
{
    static const char *const payloads[] = {
        "{\"nick\":\"bob\",\"msg\":\"half \\ud800 pair\",\"proto\":\"broadcast\"}",
        "{\"nick\":\"bob\",\"msg\":\"nul \\u0000\",\"proto\":\"broadcast\"}",
        "{\"nick\":\"bob\",\"msg\":\"byte \xff\",\"proto\":\"broadcast\"}",
        "{\"nick\":\"bob\",\"msg\":7,\"proto\":\"broadcast\"}",
        "{\"nick\":\"bob\",\"msg\":\"x\",\"more\":{\"a\":[]},\"proto\":\"broadcast\"}",
        "not an object",
    };
    struct visit v = visit(RELAY_SERVER_NEVER);
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        char good[] = "good 0";
        good[5] = (char)('0' + i);
        peer_send_text(v.bob, payloads[i]);
        peer_broadcast(v.bob, good);
        klatch_wait_message(v.term, "bob", good);
    }
    end(&v);
}

Test(client_relay_server, an_unanswered_who_is_said_on_the_screen)
{
    struct visit v = visit(RELAY_SERVER_NEVER);
    terminal_enter(v.term, "/who");
    klatch_wait_notice(v.term, MESSAGE_NO_WHO);
    end(&v);
}

/* Runs klatch without a screen as ada, with this input, and returns its exit status. */
static int feed(const struct relay_server *s, const char *mode, const char *in)
{
    const char *const argv[] = {BUILD "/klatch", mode, "-n", "ada", "127.0.0.1", s->port, NULL};
    return child_feed(argv, in, strlen(in), out, err, SIZE);
}

Test(client_relay_server, an_unanswered_who_is_said_in_line_mode)
{
    struct relay_server s = relay_server_start(RELAY_SERVER_NEVER);
    cr_expect_eq(feed(&s, "--plain", "/who\nafterwards\n"), 0);
    cr_expect(strstr(out, "- " MESSAGE_NO_WHO "\n"), "%s", out);
    cr_expect(strstr(out, " <ada> afterwards\n"), "%s", out);
    cr_expect_str_empty(err);
    relay_server_stop(&s);
}

Test(client_relay_server, an_unanswered_who_is_an_error_in_json_mode)
{
    struct relay_server s = relay_server_start(RELAY_SERVER_NEVER);
    cr_expect_eq(feed(&s, "--pipe", "{\"proto\":\"who\"}\nafterwards\n"), 1);
    cr_expect(strstr(out, "\"msg\":\"afterwards\""), "%s", out);
    cr_expect(strstr(err, MESSAGE_NO_WHO), "%s", err);
    relay_server_stop(&s);
}

/* The server does not know that the old connection is gone. */
Test(client_relay_server, an_own_nickname_that_stays_taken_is_asked_for_again)
{
    struct visit v = visit(2);
    terminal_enter(v.term, "/reconnect");
    klatch_wait_notice(v.term, MESSAGE_NICK_STALE, "ada");
    terminal_type(v.term, "queued\ra draft");
    klatch_wait_pending(v.term, "ada", "queued");
    klatch_wait_rejoined(v.term, "ada");
    peer_expect_broadcast(v.bob, "ada", "queued");
    terminal_wait_for(v.term, "> a draft");
    end(&v);
}

Test(client_relay_server, another_nickname_is_taken_when_the_own_one_stays_taken)
{
    struct visit v = visit(RELAY_SERVER_NEVER);
    terminal_enter(v.term, "/reconnect");
    klatch_wait_notice(v.term, MESSAGE_NICK_STALE, "ada");
    terminal_enter(v.term, "queued");
    terminal_enter(v.term, "/nick eve");
    klatch_wait_rejoined(v.term, "eve");
    peer_expect_broadcast(v.bob, "eve", "queued");
    end(&v);
}

Test(client_relay_server, the_nickname_of_a_killed_klatch_stays_taken_for_the_next_one)
{
    struct visit v = visit(RELAY_SERVER_NEVER);
    terminal_signal(v.term, SIGKILL);
    cr_expect_eq(terminal_wait_exit(v.term), -SIGKILL);
    v.term = klatch_start(24, 80, "-n", "ada", "127.0.0.1", v.server.port);
    klatch_wait_refused(v.term);
    terminal_enter(v.term, "2");
    klatch_wait_nick_dialog_closed(v.term);
    terminal_enter(v.term, "back");
    peer_expect_broadcast(v.bob, "ada2", "back");
    end(&v);
}

/* Expects klatch to say after ten seconds that this server has sent no HELLO. */
static void wait_for_greeting(struct terminal *t)
{
    klatch_wait_notice(t, "for 6 s");
    klatch_wait_notice(t, MESSAGE_WAITING_GREETING, "127.0.0.1");
}

Test(client_relay_server, a_stopped_server_is_said_to_send_no_hello_until_it_continues)
{
    unsetenv("KLATCH_TLS"); /* the handshake of TLS would have to end first */
    struct klatchd *d = klatchd_start();
    klatchd_signal(d, SIGSTOP);
    struct terminal *t = klatch_start(24, 80, "-n", "ada", d->address, d->port);
    wait_for_greeting(t);
    klatchd_signal(d, SIGCONT);
    klatch_wait_joined(t);
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), 0);
    klatchd_stop(d);
}

/* Reads klatch's standard error to its first line. */
static void read_error(int fd)
{
    size_t n = 0;
    memset(err, 0, sizeof err);
    for (int i = 0; i < 2 && strchr(err, '\n') == NULL;) {
        if (!timeout_poll(fd, POLLIN, timeout_deadline())) {
            i++;
            continue;
        }
        ssize_t got = read(fd, err + n, sizeof err - 1 - n);
        if (got <= 0) return;
        n += (size_t)got;
    }
}

Test(client_relay_server, json_mode_says_on_standard_error_what_came_instead_of_hello)
{
    int errors[2];
    struct fake_server f = fake_server_listen();
    cr_assert(pipe2(errors, O_CLOEXEC) == 0);
    const char *const argv[] = {BUILD "/klatch", "--pipe", "-n", "ada", "127.0.0.1", f.port, NULL};
    pid_t pid = child_start(argv, -1, -1, errors[1]);
    struct peer *server = fake_server_accept(&f);
    peer_send(server, "welcome", "SERVER", "Hi \033[2J there");
    close(errors[1]);
    read_error(errors[0]);
    cr_expect(strstr(err, "\"welcome\""), "%s", err);
    cr_expect_null(strchr(err, '\033'), "%s", err);
    child_kill(pid);
    peer_close(server);
    fake_server_close(&f);
    close(errors[0]);
}

Test(client_relay_server, what_came_instead_of_hello_is_said_after_ten_seconds)
{
    struct client c = {.listener = fake_server_listen()};
    c.term = klatch_start(24, 80, "-n", "ada", "127.0.0.1", c.listener.port);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "welcome", "SERVER", "Hi there");
    klatch_wait_notice(c.term, "Hi there");
    klatch_wait_notice(c.term, "for 6 s");
    klatch_wait_notice(c.term, "\"welcome\" with the text \"Hi there\"");
    terminal_type(c.term, KEY_CTRL_C);
    client_expect_goodbye(&c, NULL);
    client_expect_exit(&c, 0);
}

/* Waits until klatchd has disconnected klatch for having no nickname, and klatch has noticed. */
static void outlast(struct klatchd *d, size_t descriptors)
{
    klatchd_wait_log(d, "nickname");
    klatchd_expect_descriptors(d, descriptors);
}

/* A server that disconnects a client without a nickname says so; the user learns nothing of it. */
Test(client_relay_server, a_dialog_that_outlasts_the_servers_nick_timeout_still_joins)
{
    struct klatchd *d = klatchd_start_with("--nick-timeout", "1");
    peer_join(d, "bob"); /* now all permanent descriptors are open */
    size_t before = klatchd_descriptors(d);
    struct terminal *t = klatch_start(24, 80, d->address, d->port);
    klatch_wait_choosing_nick(t);
    outlast(d, before);
    terminal_type(t, "grace");
    terminal_wait_for(t, "grace");
    terminal_type(t, "\r");
    klatch_wait_nick_dialog_closed(t);
    klatchd_wait_log(d, "grace");
    cr_expect_not(terminal_has_written(t, "nickname in time"));
    cr_expect_not(terminal_has_written(t, STATUS_LOST));
    terminal_type(t, KEY_CTRL_C);
    cr_expect_eq(terminal_wait_exit(t), 0);
    peers_close_and_stop(d);
}

Test(client_relay_server, a_question_that_outlasts_the_servers_nick_timeout_still_joins)
{
    struct klatchd *d = klatchd_start_with("--nick-timeout", "1");
    peer_join(d, "bob"); /* now all permanent descriptors are open */
    size_t before = klatchd_descriptors(d);
    struct terminal *t = klatch_start(24, 80, "--plain", d->address, d->port);
    klatch_wait_notice(t, "- " MESSAGE_ASK_NICK_PROPOSED, "ada");
    outlast(d, before);
    terminal_enter(t, "grace");
    klatch_wait_notice(t, "- " MESSAGE_JOINED, "grace");
    cr_expect_not(terminal_has_written(t, "nickname in time"));
    cr_expect_not(terminal_has_written(t, MESSAGE_CLOSED));
    terminal_type(t, "\004");
    cr_expect_eq(terminal_wait_exit(t), 0);
    peers_close_and_stop(d);
}
