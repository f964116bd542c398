/* Clients that vanished without closing, clients that do not read, and which of them are
 * disconnected.
 */
#include "server/net/connection.h"
#include "tests/count.h"
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

/* Its kernel receives packets again. */
static void reappear(struct peer *p)
{
    cr_assert_eq(setsockopt(peer_fd(p), SOL_SOCKET, SO_DETACH_FILTER, &(int){0}, sizeof(int)), 0);
}

/* Asks for a nickname until it is granted; returns how often it was refused. */
static int retry_nick(struct peer *p, const char *nick)
{
    int64_t end = timeout_deadline() + DEADLINES_KEEPALIVE;
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

/* They are requested for longer than a vanished client would keep them. */
Test(server_stale_nicks, a_client_keeps_its_nickname_also_while_its_network_pauses_for_3_s)
{
    enum { ASKED_FOR_MS = DEADLINES_KEEPALIVE + 2000, PAUSE_MS = 3000, EVERY_MS = 100 };
    struct klatchd *d = klatchd_start();
    struct peer *quiet = peer_join(d, "quiet"), *paused = peer_join_seen_by(d, "paused", quiet);
    struct peer *other = peer_connect_greeted(d);
    vanish(paused);
    for (int asked = 0; asked < ASKED_FOR_MS; asked += EVERY_MS) {
        if (asked == PAUSE_MS) reappear(paused);
        peer_expect_nick_refused(other, "quiet");
        peer_expect_nick_refused(other, "paused");
        usleep(EVERY_MS * 1000);
    }
    peer_broadcast_to(quiet, "welcome back", quiet, paused);
    peers_close_and_stop(d);
}

/* -- coming back with the secret -- */

typedef char secret_text[RESUME_TEXT];

/* Takes a nickname, and copies the secret of the ready. */
static void take_nick(struct peer *p, const char *nick, secret_text secret)
{
    peer_send(p, "verify", NULL, nick);
    const struct packet_seen *seen = peer_next(p);
    cr_assert_str_eq(seen->proto, "ready");
    cr_assert(seen->resume && strlen(seen->resume) == RESUME_TEXT - 1);
    snprintf(secret, RESUME_TEXT, "%s", seen->resume);
}

static struct peer *join_with_secret(struct klatchd *d, const char *nick, secret_text secret)
{
    struct peer *p = peer_connect_greeted(d);
    take_nick(p, nick, secret);
    return p;
}

/* Returns the proto of the answer. */
static const char *resume(struct peer *p, const char *nick, const char *secret)
{
    peer_send_resume(p, nick, secret);
    return peer_next(p)->proto;
}

/* Its network is only slow, so it still receives why it was disconnected. */
Test(server_stale_nicks, the_secret_brings_a_nickname_back_at_once)
{
    secret_text secret;
    struct klatchd *d = klatchd_start();
    struct peer *eve = peer_join(d, "eve"), *old = join_with_secret(d, "ada", secret);
    peer_expect_joined(eve, "ada");
    struct peer *new = peer_connect_greeted(d);
    cr_expect_str_eq(resume(new, "ada", secret), "ready");
    peer_expect_left(eve, "ada");
    peer_expect_joined(eve, "ada");
    peer_expect_refusal(old, CONN_REPLACED);
    peer_broadcast(eve, "hello");
    peer_expect_broadcast(new, "eve", "hello");
    peers_close_and_stop(d);
}

Test(server_stale_nicks, the_secret_brings_the_nickname_of_a_vanished_client_back_at_once)
{
    secret_text secret;
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *old = join_with_secret(d, "ada", secret);
    vanish(old);
    struct peer *new = peer_connect_greeted(d);
    cr_expect_str_eq(resume(new, "ada", secret), "ready");
    cr_expect_str_neq(resume(peer_connect_greeted(d), "ada", secret), "ready", "it is used up");
    peer_expect_no_more(new);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, a_wrong_secret_brings_nothing_back)
{
    secret_text of_ada, of_bob;
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = join_with_secret(d, "ada", of_ada),
                *bob = join_with_secret(d, "bob", of_bob);
    peer_expect_joined(ada, "bob");
    struct peer *eve = peer_connect_greeted(d);
    const char *const wrong[] = {"", "0", of_bob, "0000000000000000", "0123456789abcdef0123456789"};
    for (size_t i = 0; i < COUNT(wrong); i++)
        cr_expect_str_eq(resume(eve, "ada", wrong[i]), "retry", "%s", wrong[i]);
    peer_send_text(eve, "{\"msg\":\"ada\",\"proto\":\"verify\",\"resume\":null}");
    peer_expect(eve, "retry", "SERVER", "RETRY");
    peer_send_text(eve, "{\"msg\":\"ada\",\"proto\":\"verify\",\"resume\":1}");
    peer_expect(eve, "retry", "SERVER", "RETRY");
    peer_broadcast_to(ada, "nothing happened", ada, bob);
    cr_expect_str_eq(resume(eve, "ada", of_ada), "ready");
    peer_expect_left(bob, "ada");
    peers_close_and_stop(d);
}

/* klatchd reads both packets at once. */
Test(server_stale_nicks, a_client_that_comes_back_twice_ends_both_old_connections)
{
    static const char format[] = "{\"msg\":\"%s\",\"proto\":\"verify\",\"resume\":\"%s\"}";
    secret_text of_ada, of_bob;
    char payload[2][128], frames[2 * sizeof payload];
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = join_with_secret(d, "ada", of_ada),
                *bob = join_with_secret(d, "bob", of_bob);
    peer_expect_joined(ada, "bob");
    snprintf(payload[0], sizeof payload[0], format, "ada", of_ada);
    snprintf(payload[1], sizeof payload[1], format, "bob", of_bob);
    size_t n = wire_wrap(frames, payload[0], strlen(payload[0]));
    n += wire_wrap(frames + n, payload[1], strlen(payload[1]));
    struct peer *eve = peer_connect_greeted(d);
    peer_send_bytes(eve, frames, n);
    peer_expect_refusal(ada, CONN_REPLACED);
    peer_expect_left(bob, "ada");
    peer_expect_joined(bob, "ada");
    peer_expect_refusal(bob, CONN_REPLACED);
    peers_close_and_stop(d);
}

Test(server_stale_nicks, a_rename_makes_a_new_secret)
{
    secret_text first, second;
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = join_with_secret(d, "ada", first);
    peer_take_nick(ada, "grace");
    peer_expect_renamed(ada, "ada", "grace");
    take_nick(ada, "grace", second);
    struct peer *eve = peer_connect_greeted(d);
    cr_expect_str_eq(resume(eve, "grace", first), "retry");
    cr_expect_str_eq(resume(eve, "GRACE", second), "retry", "only as it is written");
    cr_expect_str_eq(resume(eve, "ada", first), "ready", "the nickname is free");
    cr_expect_str_eq(resume(eve, "grace", second), "ready");
    peers_close_and_stop(d);
}

Test(server_stale_nicks, the_secret_is_in_no_log_and_in_no_journal)
{
    char folder[FILES_PATH], journal[FILES_PATH];
    secret_text secret;
    files_create_folder(folder);
    files_path(journal, folder, "room.json");
    struct klatchd *d = klatchd_start_with("--journal", journal);
    struct peer *eve = peer_join(d, "eve"), *old = join_with_secret(d, "ada", secret);
    peer_expect_joined(eve, "ada");
    cr_expect_str_eq(resume(peer_connect_greeted(d), "ada", secret), "ready");
    peer_expect_refusal(old, CONN_REPLACED);
    const char *line = "";
    while (!strstr(line, CONN_REPLACED)) {
        line = klatchd_log_line(d);
        cr_assert(line && !strstr(line, secret));
    }
    peers_close_and_stop(d);
    char *written = files_read(journal);
    cr_expect(strstr(written, "ada joined") && !strstr(written, secret));
    free(written);
    unlink(journal);
    files_remove_empty(folder);
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
