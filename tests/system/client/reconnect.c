/* How klatch comes back after a lost connection, and what it keeps meanwhile. */
#include "tests/system/support/client_fixture.h"
#include "tests/system/support/timeout.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BAR "\xE2\x94\x82"

static void readmit(struct client *c)
{
    c->server = fake_server_admit(&c->listener, "ada");
    terminal_wait_for(c->term, "back as ada");
}

Test(client_reconnect, what_is_typed_meanwhile_goes_out_in_order_and_once)
{
    char text[32];
    struct client c = client_start(24, 80);
    peer_close(c.server);
    terminal_wait_for(c.term, "onnection");
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "line %02d\r", i);
        terminal_type(c.term, text);
    }
    terminal_wait_for(c.term, "ada … line 19");
    readmit(&c);
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "line %02d", i);
        peer_expect(c.server, "broadcast", "ada", text);
        client_receive(&c, "ada", text);
    }
    terminal_wait_for(c.term, "ada " BAR " line 19");
    terminal_wait_gone(c.term, "…");
    client_quit(&c);
}

Test(client_reconnect, a_ghost_that_holds_the_nickname_is_waited_for)
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
    cr_assert_lt(terminal_find(c.term, "Choose a nickname"), 0);
    peer_send(c.server, "ready", "SERVER", "READY");
    terminal_wait_for(c.term, "back as ada");
    client_quit(&c);
}

Test(client_reconnect, a_line_that_may_have_arrived_is_the_persons_to_send)
{
    struct client c = client_start(24, 80);
    client_send(&c, "first");
    client_send(&c, "second");
    peer_reset(c.server);
    terminal_wait_for(c.term, "ada ? first");
    readmit(&c);
    terminal_wait_for(c.term, "/resend");
    client_send(&c, "third");
    terminal_type(c.term, "/drop\r");
    terminal_wait_gone(c.term, "? first");
    terminal_type(c.term, "/resend\r");
    peer_expect(c.server, "broadcast", "ada", "second");
    terminal_wait_for(c.term, "ada … second");
    client_quit(&c);
}

Test(client_reconnect, who_leaves_while_away_gets_every_line_back)
{
    struct client c = client_start(24, 80);
    client_send(&c, "on its way");
    peer_reset(c.server);
    terminal_wait_for(c.term, "? on its way");
    fake_server_close(&c.listener);
    terminal_type(c.term, "never sent\rand a draft");
    client_wait_input(&c, "and a draft", 11);
    terminal_type(c.term, "\x03");
    int status = terminal_wait_exit(c.term);
    cr_expect_eq(status, 69, "%d", status);
    terminal_wait_for(c.term, "which may not have arrived: on its way");
    terminal_wait_for(c.term, "Your unsent line: never sent");
    terminal_wait_for(c.term, "Your unsent line: and a draft");
    cr_expect(terminal_modes_restored(c.term));
}

Test(client_reconnect, a_server_that_gives_a_reason_is_asked_again_on_enter)
{
    struct client c = client_start(24, 80);
    peer_send(c.server, "shutdown", "SERVER", "The coffee is finished.");
    peer_close(c.server);
    terminal_wait_for(c.term, "Enter tries again");
    terminal_type(c.term, "\r");
    readmit(&c);
    client_quit(&c);
}

/* A listener whose queue is full does not answer: like a server behind a network that is down. */
static int fill_queue(struct client *c)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                             .sin_port = htons((in_port_t)atoi(c->listener.port))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(listen(c->listener.fd, 0) == 0 &&
              connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

Test(client_reconnect, keys_are_answered_while_nobody_answers_the_call)
{
    struct client c = client_start(24, 80);
    int stranger = fill_queue(&c);
    peer_reset(c.server);
    terminal_wait_for(c.term, "connecting");
    terminal_type(c.term, "still awake");
    client_wait_input(&c, "still awake", 11);
    peer_close(fake_server_accept(&c.listener));
    close(stranger);
    readmit(&c);
    client_wait_input(&c, "still awake", 11);
    client_quit(&c);
}

/* -- three people, and a server that is killed and started again -- */

enum { PEOPLE = 3, LINES = 10 };

static const char *const names[PEOPLE] = {"ada", "bob", "eve"};
static struct terminal *people[PEOPLE];
static int seen[PEOPLE][LINES]; /* how often the room said it */

static void type_lines(int from, int to)
{
    char line[32];
    for (int i = from; i < to; i++)
        for (int who = 0; who < PEOPLE; who++) {
            snprintf(line, sizeof line, "%s says %d.\r", names[who], i);
            terminal_type(people[who], line);
        }
}

static void note(const struct packet_seen *p)
{
    for (int who = 0; who < PEOPLE; who++) {
        int i;
        char said[32];
        if (p->nick == NULL || strcmp(p->nick, names[who]) != 0) continue;
        if (sscanf(p->msg, "%31s says %d.", said, &i) != 2) continue;
        cr_assert_str_eq(said, names[who]);
        seen[who][i]++;
    }
}

/* Whether somebody's screen shows it as said by the room, or with another mark before it. */
static bool shown(int who, const char *mark, int reader, int i)
{
    char row[64];
    snprintf(row, sizeof row, "%s %s %s says %d.", names[who], mark, names[who], i);
    return terminal_find(people[reader], row) >= 0;
}

static bool arrived(int who, int i)
{
    for (int reader = 0; reader < PEOPLE; reader++)
        if (shown(who, BAR, reader, i)) return true;
    return seen[who][i] > 0;
}

/* What a person would do who can ask the others. */
static void settle_doubts(int who)
{
    for (int i = 0; i < LINES; i++) {
        char mark[64];
        if (!shown(who, "?", who, i)) continue;
        snprintf(mark, sizeof mark, "? %s says %d.", names[who], i);
        terminal_type(people[who], arrived(who, i) ? "/drop\r" : "/resend\r");
        terminal_wait_gone(people[who], mark);
    }
}

static bool nothing_is_pending(struct terminal *t, const void *who)
{
    char pending[32], doubtful[32];
    snprintf(pending, sizeof pending, "… %s", (const char *)who);
    snprintf(doubtful, sizeof doubtful, "? %s", (const char *)who);
    return terminal_find(t, pending) < 0 && terminal_find(t, doubtful) < 0;
}

Test(client_reconnect, a_server_killed_while_three_people_type)
{
    struct klatchd *d = klatchd_start();
    char port[8];
    snprintf(port, sizeof port, "%s", d->port);
    for (int who = 0; who < PEOPLE; who++) {
        people[who] = klatch_start(60, 80, "-n", names[who], d->address, port);
        terminal_wait_for(people[who], "here");
    }
    struct peer *observer = peer_join(d, "observer");
    type_lines(0, 5);
    klatchd_signal(d, SIGKILL);
    cr_assert_eq(klatchd_wait_exit(d), -SIGKILL);
    for (const struct packet_seen *p; (p = peer_next_or_end(observer));) note(p);
    for (int who = 0; who < PEOPLE; who++) terminal_wait_for(people[who], "onnection");
    type_lines(5, LINES);
    for (int who = 0; who < PEOPLE; who++) terminal_type(people[who], "a draft");

    struct klatchd *again = klatchd_start_at("127.0.0.1", port);
    observer = peer_join(again, "observer");
    for (int who = 0; who < PEOPLE; who++) {
        char back[32];
        snprintf(back, sizeof back, "back as %s", names[who]);
        terminal_wait_for(people[who], back);
        terminal_wait_for(people[who], "> a draft");
        terminal_type(people[who], "\x15");
    }
    for (int who = 0; who < PEOPLE; who++) settle_doubts(who);
    for (int who = 0; who < PEOPLE; who++)
        terminal_wait(people[who], nothing_is_pending, names[who], "no pending line");
    peer_broadcast(observer, "that was all");
    for (const struct packet_seen *p = peer_next(observer); strcmp(p->msg, "that was all") != 0;
         p = peer_next(observer))
        note(p);
    for (int who = 0; who < PEOPLE; who++)
        for (int i = 0; i < LINES; i++) {
            cr_expect(shown(who, BAR, who, i) || arrived(who, i), "%s lost %d", names[who], i);
            cr_expect_leq(seen[who][i], 1, "%s doubled %d", names[who], i);
        }
    for (int who = 0; who < PEOPLE; who++) {
        terminal_type(people[who], "\x03");
        cr_assert_eq(terminal_wait_exit(people[who]), 0);
    }
    peer_close(observer);
    klatchd_stop(again);
}
