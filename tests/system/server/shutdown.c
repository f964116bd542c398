/* How klatchd ends. */
#include "server/admin/metrics.h"
#include "tests/system/support/protocol_peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>

static void hears_seconds(struct peer *p, int seconds)
{
    char text[64];
    snprintf(text, sizeof text, "Server Shutting down in %d seconds", seconds);
    peer_expect(p, "shutdown", "SERVER", text);
}

static void count_down_on(int sig)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "3");
    struct peer *ada = peer_join(d, "ada"), *stranger = peer_connect_greeted(d);
    klatchd_signal(d, sig);
    for (int seconds = 3; seconds > 0; seconds--) {
        hears_seconds(ada, seconds);
        hears_seconds(stranger, seconds);
    }
    peer_expect_eof(ada);
    peer_expect_eof(stranger);
    peer_close(ada);
    peer_close(stranger);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, term_counts_down_for_everybody)
{
    count_down_on(SIGTERM);
}

Test(server_shutdown, int_does_too)
{
    count_down_on(SIGINT);
}

Test(server_shutdown, life_goes_on_meanwhile)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "2");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join(d, "bob"),
                *late = peer_connect_greeted(d);
    struct peer *deaf = peer_join(d, "deaf");
    peer_expect_joined(ada, "bob");
    peer_expect_joined(ada, "deaf");
    peer_expect_joined(bob, "deaf");
    peer_send_bytes(deaf, "\x40", 1);
    klatchd_signal(d, SIGTERM);
    hears_seconds(ada, 2);
    hears_seconds(bob, 2);
    hears_seconds(late, 2);
    cr_assert_not(peer_can_connect(d->address, d->port), "newcomers must be refused by now");

    peer_take_nick(late, "late");
    peer_expect_joined(ada, "late");
    peer_expect_joined(bob, "late");
    peer_broadcast_to(bob, "see you", bob);
    peer_leave(bob);
    peer_expect_broadcast(ada, "bob", "see you");
    peer_expect_left(ada, "bob");
    hears_seconds(ada, 1);
    peer_expect_eof(ada);
    peer_expect_broadcast(late, "bob", "see you");
    peer_expect_left(late, "bob");
    hears_seconds(late, 1);
    peer_expect_eof(late);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, a_second_signal_ends_it_now)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "80000");
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGTERM);
    hears_seconds(ada, 80000);
    klatchd_signal(d, SIGTERM);
    peer_expect_eof(ada);
    peer_close(ada);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, a_third_waits_for_nobody)
{
    enum { SIZE = 60000 };
    static char text[SIZE + 1];
    for (int i = 0; i < SIZE; i++) text[i] = 'x';
    struct klatchd *d = klatchd_start_with("--quiet", "--shutdown-delay", "80000");
    struct peer *ada = peer_join(d, "ada"), *deaf = peer_join_seen_by(d, "deaf", ada);
    for (int i = 0; i < 200; i++) {
        peer_broadcast_to(ada, text, ada);
    }
    for (int i = 0; i < 3; i++) {
        klatchd_signal(d, i % 2 ? SIGINT : SIGTERM);
        if (i == 0) hears_seconds(ada, 80000);
        if (i == 1) peer_expect_eof(ada);
    }
    cr_assert_eq(klatchd_wait_exit(d), 0);
    peer_close(deaf);
}

Test(server_shutdown, nobody_is_there_so_it_ends_at_once)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "80000");
    peer_leave(peer_join(d, "ada"));
    klatchd_wait_log(d, "#1 is gone");
    klatchd_signal(d, SIGTERM);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, everybody_has_gone_so_it_waits_no_longer)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "80000");
    struct peer *ada = peer_join(d, "ada");
    klatchd_signal(d, SIGINT);
    hears_seconds(ada, 80000);
    peer_leave(ada);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, no_delay_means_no_delay)
{
    struct klatchd *d = klatchd_start_with("--shutdown-delay", "0");
    struct peer *ada = peer_join(d, "ada"), *stranger = peer_connect_greeted(d);
    klatchd_signal(d, SIGTERM);
    hears_seconds(ada, 0);
    hears_seconds(stranger, 0);
    peer_expect_eof(ada);
    peer_expect_eof(stranger);
    peer_close(ada);
    peer_close(stranger);
    cr_assert_eq(klatchd_wait_exit(d), 0);
}

Test(server_shutdown, other_signals_do_not_end_it)
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
