/* Clients that vanished without closing, clients that do not read, and which of them are
 * disconnected.
 */
#include "server/net/connection.h"
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <linux/filter.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Makes the peer's kernel ignore every packet, as if its machine were gone. */
static void vanish(struct peer *p)
{
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &nothing};
    cr_assert_eq(setsockopt(peer_fd(p), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
}

/* Asks for a nickname until it is granted; returns how often it was refused. */
static int retry_nick(struct peer *p, const char *nick)
{
    int64_t end = timeout_deadline();
    for (int refused = 0;; refused++) {
        peer_send(p, "verify", NULL, nick);
        const struct packet_seen *seen = peer_next(p);
        if (strcmp(seen->proto, "ready") == 0) return refused;
        cr_assert_str_eq(seen->proto, "retry");
        cr_assert(timeout_retry(end), "%s never becomes free", nick);
    }
}

Test(server_stale_nicks, the_nickname_of_a_vanished_client_is_freed_when_requested)
{
    struct klatchd *d = klatchd_start();
    struct peer *eve = peer_join(d, "eve"), *vanished = peer_join_seen_by(d, "ada", eve);
    vanish(vanished);
    struct peer *ada = peer_connect_greeted(d);
    cr_expect_gt(retry_nick(ada, "Ada"), 0);
    peer_expect_left(eve, "ada");
    peer_expect_joined(eve, "Ada");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, a_vanished_client_with_unacknowledged_data_is_freed_too)
{
    struct klatchd *d = klatchd_start();
    struct peer *eve = peer_join(d, "eve"), *vanished = peer_join_seen_by(d, "ada", eve);
    vanish(vanished);
    peer_broadcast_to(eve, "are you there?", eve);
    retry_nick(peer_connect_greeted(d), "ada");
    peer_expect_left(eve, "ada");
    peer_expect_joined(eve, "ada");
    peers_close_and_stop(d);
}

/* It is requested for longer than a vanished client would keep it. */
Test(server_stale_nicks, a_connected_client_keeps_its_nickname)
{
    enum { ASKED_FOR_MS = 5000, EVERY_MS = 100 };
    struct klatchd *d = klatchd_start();
    struct peer *quiet = peer_join(d, "quiet"), *other = peer_connect_greeted(d);
    for (int asked = 0; asked < ASKED_FOR_MS; asked += EVERY_MS) {
        peer_expect_nick_refused(other, "quiet");
        usleep(EVERY_MS * 1000);
    }
    peer_expect_no_more(quiet);
    peers_close_and_stop(d);
}

/* -- clients that do not read -- */

enum { LONG = 60000, FLOOD = 200 };

static void expect_stalled_is_disconnected(struct klatchd *d)
{
    struct peer *ada = peer_join(d, "ada"), *stalled = peer_join_seen_by(d, "stalled", ada);
    peer_flood(ada, FLOOD, LONG);
    peer_expect_left(ada, "stalled");
    klatchd_wait_log(d, CONN_STALLED);
    peer_close(stalled);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, a_client_that_reads_nothing_is_disconnected)
{
    expect_stalled_is_disconnected(klatchd_start_with("--quiet", "--stall-timeout", "1"));
}

Test(server_stale_nicks, a_client_that_reads_nothing_from_a_unix_socket_is_disconnected)
{
    char folder[FILES_PATH], address[FILES_PATH];
    files_create_folder(folder);
    files_address(address, folder, "room");
    expect_stalled_is_disconnected(klatchd_start_at("--quiet", "--stall-timeout", "1", address));
    files_remove_empty(folder);
}

/* In all it takes longer than the timeout. */
Test(server_stale_nicks, a_client_that_reads_a_little_at_a_time_stays)
{
    enum { SLICE = 64 * 1024, SLICES = 50, PAUSE_MS = 100 };
    static char some[SLICE];
    struct klatchd *d = klatchd_start_with("--quiet", "--stall-timeout", "3");
    struct peer *ada = peer_join(d, "ada"), *slow = peer_join_seen_by(d, "slow", ada);
    peer_flood(ada, FLOOD, LONG);
    for (int i = 0; i < SLICES; i++) {
        cr_assert_gt(recv(peer_fd(slow), some, sizeof some, 0), 0);
        usleep(PAUSE_MS * 1000);
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, a_timeout_of_zero_disconnects_nobody)
{
    struct klatchd *d = klatchd_start_with("--quiet", "--stall-timeout", "0");
    struct peer *ada = peer_join(d, "ada"), *stalled = peer_join_seen_by(d, "stalled", ada);
    peer_flood(ada, FLOOD, LONG);
    for (int i = 0; i < FLOOD; i++) cr_assert_eq(peer_next(stalled)->msg_len, LONG);
    peer_expect_no_more(stalled);
    peers_close_and_stop(d);
}
