/* Joining, renaming and leaving. */
#include "server/net/connection_input.h"
#include "tests/count.h"
#include "tests/system/support/child.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

Test(server_join, a_conversation)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_connect(d);
    peer_expect(ada, "connect", "SERVER", "HELLO");
    peer_take_nick(ada, "ada");
    peer_send(ada, "broadcast", "ada", "is anybody here?");
    peer_expect_broadcast(ada, "ada", "is anybody here?");

    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(bob, "yes", ada, bob);

    peer_send(bob, "goodbye", "bob", "BYE");
    peer_expect_eof(bob);
    peer_expect_left(ada, "bob");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_join, a_taken_nickname_is_refused)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *other = peer_connect_greeted(d);
    for (int i = 0; i < 3; i++) {
        peer_expect_nick_refused(other, "ada");
    }
    peer_expect_no_more(ada);
    peer_take_nick(other, "bob");
    peer_expect_joined(ada, "bob");
    peers_close_and_stop(d);
}

Test(server_join, a_client_without_a_nickname_receives_no_messages)
{
    struct klatchd *d = klatchd_start();
    struct peer *stranger = peer_connect_greeted(d), *ada = peer_join(d, "ada"),
                *bob = peer_join_seen_by(d, "bob", ada);
    peer_broadcast_to(ada, "between us", ada, bob);
    peer_leave(bob);
    peer_expect_left(ada, "bob");
    peer_expect_no_more_unnamed(stranger);
    peer_take_nick(stranger, "eve");
    peer_expect_no_more(stranger);
    peers_close_and_stop(d);
}

Test(server_join, the_nickname_in_a_packet_is_ignored)
{
    static const char *const claims[] = {NULL, "", "None", "bob", "SERVER", "ada", "\x1b[31m"};
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (size_t i = 0; i < COUNT(claims); i++) {
        peer_send(ada, "broadcast", claims[i], "it is me");
        peer_expect_broadcast(ada, "ada", "it is me");
        peer_expect_broadcast(bob, "ada", "it is me");
    }
    peer_send(ada, "goodbye", "bob", "BYE");
    peer_expect_left(bob, "ada");
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

static void say_goodbye(struct peer *p)
{
    peer_leave(p);
}

static void half_close(struct peer *p)
{
    peer_half_close(p);
    peer_expect_eof(p);
    peer_close(p);
}

static void send_invalid_packets(struct peer *p)
{
    const struct packet_seen *seen;
    for (int i = 0; i < CONN_INVALID_ROW; i++) peer_send_text(p, "[]");
    while (strcmp((seen = peer_next(p))->proto, "broadcast") == 0) continue;
    cr_expect_str_eq(seen->proto, "shutdown");
    peer_expect_eof(p);
    peer_close(p);
}

static void reset_within_a_packet(struct peer *p)
{
    peer_send_bytes(p, "\xFF\xFF{", 3);
    peer_reset(p);
}

static void (*const ways[])(struct peer *) = {
    say_goodbye, peer_close, peer_reset, half_close, send_invalid_packets, reset_within_a_packet,
};

static void close_with_unread_messages(struct peer *p)
{
    for (int i = 0; i < 100; i++) peer_broadcast(p, "echo");
    peer_close(p);
}

Test(server_join, every_way_of_leaving_is_announced_once_and_frees_the_nickname)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    for (size_t i = 0; i < COUNT(ways); i++) {
        ways[i](peer_join(d, "bob"));
        peer_expect_joined(ada, "bob");
        peer_expect_left(ada, "bob");
        peer_expect_no_more(ada);
    }
    struct peer *bob = peer_join_seen_by(d, "bob", ada);
    close_with_unread_messages(bob);
    while (strcmp(peer_next(ada)->nick, "bob") == 0) continue;
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_join, a_client_without_a_nickname_leaves_without_a_notice)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    size_t before = klatchd_descriptors(d);
    for (size_t i = 0; i < COUNT(ways); i++) {
        ways[i](peer_connect_greeted(d));
        klatchd_expect_descriptors(d, before);
        peer_expect_no_more(ada);
    }
    peers_close_and_stop(d);
}

Test(server_join, a_killed_client_frees_its_nickname)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    const char *const sleeper[] = {"sleep", "1000", NULL};
    int only_copy = dup(peer_fd(bob));
    pid_t holder = child_start(sleeper, only_copy, -1, -1);
    close(only_copy);
    peer_send_bytes(bob, "\0\x50{\"nick\":", 10);
    peer_drop(bob);
    peer_expect_no_more(ada);
    child_kill(holder);
    peer_expect_left(ada, "bob");
    peer_join_seen_by(d, "bob", ada);
    peers_close_and_stop(d);
}

Test(server_join, a_client_may_send_everything_at_once_and_close)
{
    static char bytes[65536];
    char text[16];
    size_t n = wire_frame(bytes, "verify", NULL, "bob");
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        n += wire_frame(bytes + n, "broadcast", "bob", text);
    }
    n += wire_frame(bytes + n, "goodbye", "bob", "BYE");
    n += wire_frame(bytes + n, "broadcast", "bob", "after the goodbye");

    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_connect(d);
    peer_send_bytes(bob, bytes, n);
    peer_half_close(bob);
    peer_expect(bob, "connect", "SERVER", "HELLO");
    peer_expect(bob, "ready", "SERVER", "READY");
    peer_expect_joined(ada, "bob");
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        peer_expect_broadcast(ada, "bob", text);
        peer_expect_broadcast(bob, "bob", text);
    }
    peer_expect_eof(bob);
    peer_expect_left(ada, "bob");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_join, packets_before_the_end_of_a_stream_are_handled)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (int i = 0; i < 50; i++) peer_broadcast(bob, "on my way out");
    peer_half_close(bob);
    for (int i = 0; i < 50; i++) peer_expect_broadcast(bob, "bob", "on my way out");
    peer_expect_eof(bob);
    for (int i = 0; i < 50; i++) peer_expect_broadcast(ada, "bob", "on my way out");
    peer_expect_left(ada, "bob");
    peers_close_and_stop(d);
}

Test(server_join, a_leave_is_announced_before_the_next_join_with_that_nickname)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    for (int i = 0; i < 50; i++) {
        struct peer *bob = peer_join(d, "bob"), *successor = peer_connect_greeted(d);
        peer_expect_joined(ada, "bob");
        peer_send(bob, "goodbye", NULL, "BYE");
        peer_send(successor, "verify", NULL, "bob");
        while (strcmp(peer_next(successor)->msg, "READY") != 0)
            peer_send(successor, "verify", NULL, "bob");
        peer_expect_left(ada, "bob");
        peer_expect_joined(ada, "bob");
        peer_expect_eof(bob);
        peer_close(bob);
        peer_leave(successor);
        peer_expect_left(ada, "bob");
    }
    peers_close_and_stop(d);
}

Test(server_join, one_of_many_clients_gets_a_nickname)
{
    enum { MANY = 200 };
    struct klatchd *d = klatchd_start();
    struct peer *rivals[MANY];
    int ready = 0;
    for (int i = 0; i < MANY; i++) rivals[i] = peer_connect_greeted(d);
    for (int i = 0; i < MANY; i++) peer_send(rivals[i], "verify", NULL, i % 2 ? "ada" : "ADA");
    for (int i = 0; i < MANY; i++) {
        const char *answer = peer_next(rivals[i])->msg;
        if (strcmp(answer, "READY") == 0)
            ready++;
        else
            cr_assert_str_eq(answer, "RETRY");
    }
    cr_assert_eq(ready, 1);
    peers_close_and_stop(d);
}

Test(server_join, a_member_may_change_its_nickname)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_expect_nick_refused(bob, "ada");
    peer_send(bob, "broadcast", NULL, "still bob");
    peer_expect_broadcast(bob, "bob", "still bob");
    peer_expect_broadcast(ada, "bob", "still bob");

    peer_send(bob, "verify", "bob", "robert");
    peer_expect(bob, "ready", "SERVER", "READY");
    peer_expect_renamed(bob, "bob", "robert");
    peer_expect_renamed(ada, "bob", "robert");
    peer_send(bob, "broadcast", "bob", "hello again");
    peer_expect_broadcast(bob, "robert", "hello again");
    peer_expect_broadcast(ada, "robert", "hello again");

    peer_join_seen_by(d, "bob", ada, bob);
    peer_leave(bob);
    peer_expect_left(ada, "robert");
    peers_close_and_stop(d);
}

Test(server_join, a_member_may_change_the_spelling_of_its_nickname)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    peer_take_nick(ada, "Ada");
    peer_expect_renamed(ada, "ada", "Ada");
    peer_take_nick(ada, "Ada");
    peer_send(ada, "broadcast", NULL, "same as ever");
    peer_expect_broadcast(ada, "Ada", "same as ever");
    peers_close_and_stop(d);
}

Test(server_join, who_is_answered_only_to_the_client_that_asks)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    peer_send(ada, "who", NULL, "");
    const struct packet_seen *answer = peer_next(ada);
    cr_assert_str_eq(answer->proto, "who");
    cr_assert(strcmp(answer->msg, "ada\nbob") == 0 || strcmp(answer->msg, "bob\nada") == 0);
    peer_expect_no_more(bob);
    peers_close_and_stop(d);
}

Test(server_join, a_client_without_a_nickname_is_disconnected_after_the_timeout)
{
    struct klatchd *d = klatchd_start_with("--nick-timeout", "1");
    struct peer *ada = peer_join(d, "ada"), *silent = peer_connect_greeted(d),
                *half = peer_connect_greeted(d);
    peer_send_bytes(half, "\x47", 1);
    peer_expect_refusal(silent, CONN_NO_NICK);
    peer_expect_refusal(half, CONN_NO_NICK);
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* More clients than one epoll_wait returns. */
Test(server_join, nicknames_sent_while_the_server_was_stopped_are_in_time)
{
    enum { CLIENTS = 300, TIMEOUT_S = 2 };
    struct klatchd *d = klatchd_start_with("--quiet", "--per-address", "0", "--nick-timeout", "2");
    struct peer *clients[CLIENTS];
    char name[16];
    for (int i = 0; i < CLIENTS; i++) clients[i] = peer_connect_greeted(d);
    klatchd_signal(d, SIGSTOP);
    for (int i = 0; i < CLIENTS; i++) {
        snprintf(name, sizeof name, "guest %d", i);
        peer_send(clients[i], "verify", NULL, name);
    }
    sleep(TIMEOUT_S + 1);
    klatchd_signal(d, SIGCONT);
    for (int i = 0; i < CLIENTS; i++) {
        const struct packet_seen *seen = peer_next(clients[i]);
        cr_assert_str_eq(seen->proto, "ready", "%d: %s", i, seen->msg);
    }
    peers_close_and_stop(d);
}

/* A refused request extends the timeout, but not without limit. */
Test(server_join, a_client_that_keeps_asking_for_taken_nicknames_is_disconnected)
{
    enum { EVERY_MS = 100 };
    struct klatchd *d = klatchd_start_with("--nick-timeout", "1");
    struct peer *ada = peer_join(d, "ada"), *eve = peer_connect_greeted(d);
    const struct packet_seen *seen;
    int refused = -1;
    do {
        refused++;
        usleep(EVERY_MS * 1000);
        peer_send(eve, "verify", NULL, "ada");
    } while (strcmp((seen = peer_next(eve))->proto, "retry") == 0);
    cr_expect_gt(refused, 0);
    cr_expect_str_eq(seen->proto, "shutdown");
    cr_expect(strstr(seen->msg, CONN_NO_NICK), "%s", seen->msg);
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}
