/* Shutting down: the countdown, and the signals. */
#include "server/admin/metrics.h"
#include "server/net/connection.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <signal.h>

static void check_countdown(int sig)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "3");
    struct peer *ada = peer_join(d, "ada"), *stranger = peer_connect_greeted(d);
    klatchd_signal(d, sig);
    for (int seconds = 3; seconds > 0; seconds--) {
        peer_expect_countdown(ada, seconds);
        peer_expect_countdown(stranger, seconds);
    }
    peer_expect_eof(ada);
    peer_expect_eof(stranger);
    peer_close(ada);
    peer_close(stranger);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, sigterm_counts_down_for_all_clients)
{
    check_countdown(SIGTERM);
}

Test(server_shutdown, sigint_counts_down_too)
{
    check_countdown(SIGINT);
}

Test(server_shutdown, the_room_goes_on_during_the_countdown)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "2");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob"),
                *late = peer_connect_greeted(d);
    struct peer *slow = peer_join(d, "slow");
    peer_expect_joined(ada, "bob");
    peer_expect_joined(ada, "slow");
    peer_expect_joined(bob, "slow");
    peer_send_bytes(slow, "\x40", 1);
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 2);
    peer_expect_countdown(bob, 2);
    peer_expect_countdown(late, 2);
    cr_assert_not(peer_can_connect(d->address, d->port), "new connections are still accepted");

    peer_take_nick(late, "late");
    peer_expect_joined(ada, "late");
    peer_expect_joined(bob, "late");
    peer_broadcast_to(bob, "goodbye", bob);
    peer_leave(bob);
    peer_expect_broadcast(ada, "bob", "goodbye");
    peer_expect_left(ada, "bob");
    peer_expect_countdown(ada, 1);
    peer_expect_eof(ada);
    peer_expect_broadcast(late, "bob", "goodbye");
    peer_expect_left(late, "bob");
    peer_expect_countdown(late, 1);
    peer_expect_eof(late);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

/* Starts klatchd with ada in it, and a countdown that the test does not wait for. */
static struct klatchd *start_closing(struct peer **ada, int signal)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "80000");
    *ada = peer_join(d, "ada");
    klatchd_signal(d, signal);
    peer_expect_countdown(*ada, 80000);
    return d;
}

Test(server_shutdown, a_second_signal_exits_at_once)
{
    struct peer *ada;
    struct klatchd *d = start_closing(&ada, SIGTERM);
    klatchd_signal(d, SIGTERM);
    peer_expect_eof(ada);
    peer_close(ada);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, a_third_signal_does_not_wait_for_slow_clients)
{
    struct klatchd *d = klatchd_start_with("--quiet", "--shutdown-delay", "80000");
    struct peer *ada = peer_join(d, "ada"), *slow = peer_join_seen_by(d, "slow", ada);
    peer_flood(ada, 200, 60000);
    for (int i = 0; i < 3; i++) {
        klatchd_signal(d, i % 2 ? SIGINT : SIGTERM);
        if (i == 0) peer_expect_countdown(ada, 80000);
        if (i == 1) peer_expect_eof(ada);
    }
    cr_assert_eq(klatchd_wait_exit(d), 0);
    peer_close(slow);
}

Test(server_shutdown, an_empty_server_exits_at_once)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "80000");
    peer_leave(peer_join(d, "ada"));
    klatchd_wait_log(d, CONN_LOG_CLOSED("1", ""));
    klatchd_signal(d, SIGTERM);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, the_countdown_ends_when_all_clients_have_left)
{
    struct peer *ada;
    struct klatchd *d = start_closing(&ada, SIGINT);
    peer_leave(ada);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, a_delay_of_zero_exits_at_once)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "0");
    struct peer *ada = peer_join(d, "ada"), *stranger = peer_connect_greeted(d);
    klatchd_signal(d, SIGTERM);
    peer_expect_countdown(ada, 0);
    peer_expect_countdown(stranger, 0);
    peer_expect_eof(ada);
    peer_expect_eof(stranger);
    peer_close(ada);
    peer_close(stranger);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, other_signals_do_not_stop_klatchd)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGUSR1);
    klatchd_wait_log(d, METRICS_NAME ": ");
    klatchd_signal(d, SIGHUP);
    klatchd_signal(d, SIGPIPE);
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}
