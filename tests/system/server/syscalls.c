/* The number of system calls for a message. */
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/trace.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { MEMBERS = 20, BURST = 50 };

static struct klatchd *start_traced(const char *bytes_shown)
{
    return trace_start("%net,epoll_ctl,epoll_wait,write,writev", bytes_shown, "--quiet",
                       "--shutdown-delay", "1", "127.0.0.1", "0");
}

/* Counts the calls that can send bytes to a peer. */
static int count_sends(const char *trace, const char *text)
{
    return trace_count(trace, "send", text) + trace_count(trace, "write", text);
}

static void expect_all(struct peer *members[], const char *msg)
{
    for (int i = 0; i < MEMBERS; i++) {
        const struct packet_seen *seen;
        while (strcmp((seen = peer_next(members[i]))->nick, "SERVER") == 0) continue;
        cr_assert_str_eq(seen->msg, msg);
    }
}

static void send_burst(struct peer *p)
{
    char bytes[BURST * 80], text[16];
    size_t n = 0;
    for (int i = 0; i < BURST; i++) {
        snprintf(text, sizeof text, "burst %d", i);
        n += wire_frame(bytes + n, "broadcast", NULL, text);
    }
    peer_send_bytes(p, bytes, n);
}

Test(server_syscalls, a_message_costs_one_send_for_each_member)
{
    struct klatchd *d = start_traced("100000");
    struct peer *members[MEMBERS];
    char text[16];
    for (int i = 0; i < MEMBERS; i++) {
        snprintf(text, sizeof text, "guest %d", i);
        members[i] = peer_join(d, text);
    }
    peer_broadcast(members[0], "alone");
    expect_all(members, "alone");
    send_burst(members[1]);
    for (int i = 0; i < BURST; i++) {
        snprintf(text, sizeof text, "burst %d", i);
        expect_all(members, text);
    }
    peers_close_and_stop(d);

    const char *trace = trace_read();
    cr_expect_eq(count_sends(trace, "alone"), MEMBERS);
    int sends = count_sends(trace, "burst ");
    cr_expect(sends >= MEMBERS && sends < BURST * MEMBERS / 5, "%d sends", sends);
    int registrations = trace_count(trace, "epoll_ctl", "");
    cr_expect(registrations <= MEMBERS + 8, "%d epoll_ctl", registrations);
    cr_expect_eq(trace_count(trace, "epoll_ctl", "EPOLL_CTL_MOD"), 0);
}

Test(server_syscalls, a_full_socket_is_not_tried_again_until_it_is_writable)
{
    enum { MESSAGES = 300 };
    struct klatchd *d = start_traced("8");
    struct peer *ada = peer_join(d, "ada"), *slow = peer_join_seen_by(d, "slow", ada);
    peer_flood(ada, MESSAGES, 60000);
    peer_reset(slow);
    peers_close_and_stop(d);
    int refused = trace_count(trace_read(), "send", "EAGAIN");
    cr_expect(refused < MESSAGES / 10, "%d sends to a full socket", refused);
}

/* During the countdown's second nothing happens. */
Test(server_syscalls, an_idle_server_makes_almost_no_calls)
{
    struct klatchd *d = start_traced("8");
    struct peer *ada = peer_join(d, "ada"), *stranger = peer_connect_greeted(d);
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 1);
    peer_expect_eof(ada);
    peer_close(ada);
    peer_close(stranger);
    cr_assert_eq(klatchd_wait_exit(d), 0);
    int waits = trace_count(trace_read(), "epoll_wait", "");
    cr_expect(waits < 50, "klatchd woke %d times", waits);
}
