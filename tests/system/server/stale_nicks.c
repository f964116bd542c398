/* Peers that are gone without a word, peers that are there and do not read, and who is cut off. */
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

/* From now on its system takes no notice of anything that comes for it, as if it were not there. */
static void vanish(struct peer *p)
{
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &nothing};
    cr_assert_eq(setsockopt(peer_fd(p), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program), 0);
}

/* Asks for the nickname until it has it; returns how often it was refused. */
static int insist(struct peer *p, const char *nick)
{
    int64_t end = timeout_deadline();
    for (int refused = 0;; refused++) {
        peer_send(p, "verify", NULL, nick);
        const struct packet_seen *seen = peer_next(p);
        if (strcmp(seen->proto, "ready") == 0) return refused;
        cr_assert_str_eq(seen->proto, "retry");
        cr_assert(timeout_retry(end), "%s is never free", nick);
    }
}

Test(server_stale_nicks, the_nickname_of_a_quiet_ghost_is_freed_when_it_is_wanted)
{
    struct klatchd *d = klatchd_start();
    struct peer *eve = peer_join(d, "eve"), *ghost = peer_join_seen_by(d, "ada", eve);
    vanish(ghost);
    struct peer *ada = peer_connect_greeted(d);
    cr_expect_gt(insist(ada, "Ada"), 0);
    peer_expect_left(eve, "ada");
    peer_expect_joined(eve, "Ada");
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, so_is_that_of_one_who_was_sent_something)
{
    struct klatchd *d = klatchd_start();
    struct peer *eve = peer_join(d, "eve"), *ghost = peer_join_seen_by(d, "ada", eve);
    vanish(ghost);
    peer_broadcast_to(eve, "are you there?", eve);
    insist(peer_connect_greeted(d), "ada");
    peer_expect_left(eve, "ada");
    peer_expect_joined(eve, "ada");
    peers_close_and_stop(d);
}

/* Somebody asks for longer than a ghost would last. */
Test(server_stale_nicks, one_who_is_there_keeps_its_nickname)
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

/* -- who does not read -- */

enum { LONG = 60000, FLOOD = 200 };

static void flood(struct peer *author, const char *nick)
{
    static char text[LONG + 1];
    memset(text, 'x', LONG);
    for (int i = 0; i < FLOOD; i++) {
        peer_broadcast(author, text);
        peer_expect_broadcast(author, nick, text);
    }
}

static void expect_stalled_is_cut(struct klatchd *d)
{
    struct peer *ada = peer_join(d, "ada"), *stalled = peer_join_seen_by(d, "stalled", ada);
    flood(ada, "ada");
    peer_expect_left(ada, "stalled");
    klatchd_wait_log(d, "it took nothing for too long");
    peer_close(stalled);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, who_takes_nothing_for_long_is_cut_off)
{
    expect_stalled_is_cut(klatchd_start_with("--quiet", "--stall-timeout", "1"));
}

Test(server_stale_nicks, who_takes_nothing_through_a_unix_socket_is_cut_off)
{
    char folder[] = "/tmp/klatchd-XXXXXX", place[64];
    cr_assert(mkdtemp(folder), "mkdtemp");
    snprintf(place, sizeof place, "unix:%s/room", folder);
    expect_stalled_is_cut(klatchd_start_at("--quiet", "--stall-timeout", "1", place));
    cr_assert_eq(rmdir(folder), 0);
}

/* What it takes is little, and often; it takes longer than it may take nothing. */
Test(server_stale_nicks, who_takes_a_little_now_and_then_stays)
{
    enum { SLICE = 64 * 1024, SLICES = 50, PAUSE_MS = 100 };
    static char some[SLICE];
    struct klatchd *d = klatchd_start_with("--quiet", "--stall-timeout", "3");
    struct peer *ada = peer_join(d, "ada"), *slow = peer_join_seen_by(d, "slow", ada);
    flood(ada, "ada");
    for (int i = 0; i < SLICES; i++) {
        cr_assert_gt(recv(peer_fd(slow), some, sizeof some, 0), 0);
        usleep(PAUSE_MS * 1000);
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, with_no_limit_nobody_is_cut_off)
{
    struct klatchd *d = klatchd_start_with("--quiet", "--stall-timeout", "0");
    struct peer *ada = peer_join(d, "ada"), *stalled = peer_join_seen_by(d, "stalled", ada);
    flood(ada, "ada");
    for (int i = 0; i < FLOOD; i++) cr_assert_eq(peer_next(stalled)->msg_len, LONG);
    peer_expect_no_more(stalled);
    peers_close_and_stop(d);
}
