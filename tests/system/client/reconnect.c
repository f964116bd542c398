/* Reconnecting after a lost connection, and the lines typed meanwhile. */
#include "tests/keys.h"
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/timeout.h"
#include "tui/base/messages.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

Test(client_reconnect, lines_typed_while_disconnected_are_sent_once_and_in_order)
{
    char text[32];
    struct client c = client_start(24, 80);
    peer_close(c.server);
    klatch_wait_disconnected(c.term);
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "line %02d\r", i);
        terminal_type(c.term, text);
    }
    klatch_wait_pending(c.term, "ada", "line 19");
    client_readmit(&c);
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "line %02d", i);
        peer_expect(c.server, "broadcast", "ada", text);
        client_receive(&c, "ada", text);
    }
    klatch_wait_message(c.term, "ada", "line 19");
    terminal_wait_gone(c.term, "…");
    client_quit(&c);
}

Test(client_reconnect, waits_while_its_old_connection_holds_the_nickname)
{
    struct client c = client_start(24, 80);
    peer_reset(c.server);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    for (int i = 0; i < 2; i++) {
        peer_expect(c.server, "verify", NULL, "ada");
        peer_send(c.server, "retry", "SERVER", "RETRY");
    }
    peer_expect(c.server, "verify", NULL, "ada");
    cr_assert_not(klatch_has_nick_dialog(c.term));
    peer_send(c.server, "ready", "SERVER", "READY");
    klatch_wait_rejoined(c.term, "ada");
    client_quit(&c);
}

static void send_ready_with_secret(struct peer *p, const char *secret)
{
    char payload[128];
    snprintf(payload, sizeof payload,
             "{\"nick\":\"SERVER\",\"msg\":\"READY\",\"proto\":\"ready\",\"resume\":\"%s\"}",
             secret);
    peer_send_text(p, payload);
}

static void expect_verify(struct peer *p, const char *nick, const char *secret)
{
    const struct packet_seen *seen = peer_next(p);
    cr_assert_str_eq(seen->proto, "verify");
    cr_expect_null(seen->nick);
    cr_expect_str_eq(seen->msg, nick);
    cr_assert(seen->resume != NULL ? secret != NULL && strcmp(seen->resume, secret) == 0
                                   : secret == NULL);
}

/* The server is not asked again: the nickname comes back with the first packet. */
static void expect_return_with_secret(const char *option)
{
    char text[64];
    snprintf(text, sizeof text, MESSAGE_BACK, "grace");
    struct client c = client_start_with(24, 80, NO_SETTING, option);
    terminal_enter(c.term, "/nick grace");
    expect_verify(c.server, "grace", NULL);
    send_ready_with_secret(c.server, "6f1c2a9be07d4453");
    terminal_wait_for(c.term, "grace");
    peer_reset(c.server);
    c.server = fake_server_accept(&c.listener);
    peer_send(c.server, "connect", "SERVER", "HELLO");
    expect_verify(c.server, "grace", "6f1c2a9be07d4453");
    peer_send(c.server, "ready", "SERVER", "READY");
    terminal_wait_for(c.term, text);
    terminal_type(c.term, KEY_CTRL_C);
    peer_expect(c.server, "goodbye", "grace", "BYE");
    peer_close(c.server);
    terminal_wait_exit(c.term);
}

Test(client_reconnect, comes_back_with_the_secret_of_the_server)
{
    expect_return_with_secret("--no-bell");
}

Test(client_reconnect, comes_back_with_the_secret_as_lines)
{
    expect_return_with_secret("--plain");
}

Test(client_reconnect, an_unconfirmed_line_waits_for_resend_or_drop)
{
    struct client c = client_start(24, 80);
    client_send(&c, "first");
    client_send(&c, "second");
    peer_reset(c.server);
    klatch_wait_unconfirmed(c.term, "ada", "first");
    client_readmit(&c);
    terminal_wait_for(c.term, "/resend");
    client_send(&c, "third");
    terminal_enter(c.term, "/drop");
    terminal_wait_gone(c.term, "? first");
    terminal_enter(c.term, "/resend");
    peer_expect(c.server, "broadcast", "ada", "second");
    klatch_wait_pending(c.term, "ada", "second");
    client_quit(&c);
}

Test(client_reconnect, quitting_while_disconnected_prints_every_unsent_line)
{
    struct client c = client_start(24, 80);
    client_send(&c, "on its way");
    peer_reset(c.server);
    klatch_wait_unconfirmed(c.term, "ada", "on its way");
    fake_server_close(&c.listener);
    client_type(&c, "never sent\rand a draft", "and a draft", 11);
    terminal_signal(c.term, SIGTERM);
    int status = terminal_wait_exit(c.term);
    cr_expect_eq(status, 69, "%d", status);
    terminal_wait_for(c.term, MESSAGE_EXIT_UNCONFIRMED ": on its way");
    terminal_wait_for(c.term, MESSAGE_EXIT_UNSENT ": never sent");
    terminal_wait_for(c.term, MESSAGE_EXIT_UNSENT ": and a draft");
    cr_expect(terminal_modes_restored(c.term));
}

Test(client_reconnect, enter_with_a_draft_queues_it_and_reconnects)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "The coffee is finished.");
    peer_close(c.server);
    klatch_wait_enter_to_reconnect(c.term);
    terminal_enter(c.term, "a draft");
    client_readmit(&c);
    peer_expect(c.server, "broadcast", "ada", "a draft");
    client_quit(&c);
}

Test(client_reconnect, a_line_that_waits_can_be_taken_back)
{
    struct client c = client_start(24, 80);
    fake_server_close(&c.listener);
    peer_close(c.server);
    klatch_wait_disconnected(c.term);
    terminal_enter(c.term, "first");
    terminal_enter(c.term, "second");
    klatch_wait_pending(c.term, "ada", "second");
    client_type(&c, KEY_UP, "second", 6);
    terminal_wait_gone(c.term, "… second");
    client_type(&c, "\x15/drop\r", "", 0);
    terminal_wait_gone(c.term, "… first");
    client_quit_disconnected(&c);
}

Test(client_reconnect, after_a_stated_reason_it_reconnects_only_on_enter)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "The coffee is finished.");
    peer_close(c.server);
    klatch_wait_enter_to_reconnect(c.term);
    terminal_type(c.term, "\r");
    client_readmit(&c);
    client_quit(&c);
}

Test(client_reconnect, keys_are_handled_while_the_connection_is_not_answered)
{
    struct client c = client_start(24, 80);
    int stranger = fake_server_fill_backlog(&c.listener);
    peer_reset(c.server);
    klatch_wait_connecting(c.term);
    client_type(&c, "still awake", "still awake", 11);
    close(accept(c.listener.fd, NULL, NULL)); /* the stranger */
    close(stranger);
    client_readmit(&c);
    client_wait_input(&c, "still awake", 11);
    client_quit(&c);
}

/* -- three clients of a server that is killed and restarted -- */

enum { CLIENTS = 3, LINES = 10 };

static const char *const names[CLIENTS] = {"ada", "bob", "eve"};
static struct terminal *terms[CLIENTS];
static int received[CLIENTS][LINES]; /* how often the observer received each line */

static void type_lines(int from, int to)
{
    char line[32];
    for (int i = from; i < to; i++)
        for (int who = 0; who < CLIENTS; who++) {
            snprintf(line, sizeof line, "%s says %d.\r", names[who], i);
            terminal_type(terms[who], line);
        }
}

static void count_line(const struct packet_seen *p)
{
    for (int who = 0; who < CLIENTS; who++) {
        int i;
        char name[32];
        if (p->nick == NULL || strcmp(p->nick, names[who]) != 0) continue;
        if (sscanf(p->msg, "%31s says %d.", name, &i) != 2) continue;
        cr_assert_str_eq(name, names[who]);
        received[who][i]++;
    }
}

/* Returns whether a reader's screen shows a line with this mark before it. */
static bool is_shown(int who, const char *mark, int reader, int i)
{
    char row[64];
    snprintf(row, sizeof row, "%s %s %s says %d.", names[who], mark, names[who], i);
    return terminal_find(terms[reader], row) >= 0;
}

static bool has_arrived(int who, int i)
{
    for (int reader = 0; reader < CLIENTS; reader++)
        if (is_shown(who, BAR, reader, i)) return true;
    return received[who][i] > 0;
}

/* Sends each unconfirmed line again, or drops it when another client has it. */
static void resolve_unconfirmed(int who)
{
    for (int i = 0; i < LINES; i++) {
        char mark[64];
        if (!is_shown(who, "?", who, i)) continue;
        snprintf(mark, sizeof mark, "? %s says %d.", names[who], i);
        terminal_type(terms[who], has_arrived(who, i) ? "/drop\r" : "/resend\r");
        terminal_wait_gone(terms[who], mark);
    }
}

static bool has_nothing_pending(struct terminal *t, const void *who)
{
    char pending[32], unconfirmed[32];
    snprintf(pending, sizeof pending, "… %s", (const char *)who);
    snprintf(unconfirmed, sizeof unconfirmed, "? %s", (const char *)who);
    return terminal_find(t, pending) < 0 && terminal_find(t, unconfirmed) < 0;
}

Test(client_reconnect, three_clients_survive_a_killed_server_while_typing)
{
    struct klatchd *d = klatchd_start();
    char port[8];
    snprintf(port, sizeof port, "%s", d->port);
    for (int who = 0; who < CLIENTS; who++) {
        terms[who] = klatch_start(60, 80, "-n", names[who], d->address, port);
        klatch_wait_joined(terms[who]);
    }
    struct peer *observer = peer_join(d, "observer");
    type_lines(0, 5);
    peer_allow_cut(observer);
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    for (const struct packet_seen *p; (p = peer_next_or_end(observer));) count_line(p);
    for (int who = 0; who < CLIENTS; who++) klatch_wait_disconnected(terms[who]);
    type_lines(5, LINES);
    for (int who = 0; who < CLIENTS; who++) terminal_type(terms[who], "a draft");

    struct klatchd *again = klatchd_start_at("127.0.0.1", port);
    observer = peer_join(again, "observer");
    for (int who = 0; who < CLIENTS; who++) {
        klatch_wait_rejoined(terms[who], names[who]);
        terminal_wait_for(terms[who], "> a draft");
        terminal_type(terms[who], "\x15");
    }
    for (int who = 0; who < CLIENTS; who++) resolve_unconfirmed(who);
    for (int who = 0; who < CLIENTS; who++)
        terminal_wait(terms[who], has_nothing_pending, names[who], "no pending line");
    peer_broadcast(observer, "end of test");
    for (const struct packet_seen *p = peer_next(observer); strcmp(p->msg, "end of test") != 0;
         p = peer_next(observer))
        count_line(p);
    for (int who = 0; who < CLIENTS; who++)
        for (int i = 0; i < LINES; i++) {
            cr_expect(is_shown(who, BAR, who, i) || has_arrived(who, i), "%s lost %d", names[who],
                      i);
            cr_expect_leq(received[who][i], 1, "%s sent %d twice", names[who], i);
        }
    for (int who = 0; who < CLIENTS; who++) {
        terminal_type(terms[who], KEY_CTRL_C);
        cr_assert_eq(terminal_wait_exit(terms[who]), 0);
    }
    peer_close(observer);
    klatchd_stop(again);
}
