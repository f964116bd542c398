/* Packets that klatchd refuses: it tells why, and the connection goes on. */
#include "server/room/session.h"
#include "server/shutdown.h"
#include "tests/count.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <string.h>

static const char *const not_for_clients[] = {
    "connect", "ready", "retry", "shutdown", "", "nonsense", "BROADCAST", "broadcast ", "Verify",
};

Test(server_refusals, a_member_is_told_why_and_stays)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (size_t i = 0; i < COUNT(not_for_clients); i++) {
        peer_send(ada, not_for_clients[i], "SERVER", SHUTDOWN_NOTICE("1"));
        peer_expect_notice(ada, SESSION_UNEXPECTED);
    }
    peer_broadcast_to(ada, "still here", ada, bob);
    peers_close_and_stop(d);
}

Test(server_refusals, a_client_without_a_nickname_receives_retry_and_stays)
{
    static const char *const too_early[] = {"broadcast", "who"};
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *unnamed = peer_connect_greeted(d);
    for (size_t i = 0; i < COUNT(not_for_clients) + COUNT(too_early); i++) {
        bool early = i < COUNT(too_early);
        peer_send(unnamed, early ? too_early[i] : not_for_clients[i - COUNT(too_early)], "ada",
                  "let me in");
        peer_expect(unnamed, "retry", "SERVER", "RETRY");
    }
    peer_expect_no_more(ada);
    peer_take_nick(unnamed, "bob");
    peers_close_and_stop(d);
}

Test(server_refusals, many_refusals_keep_the_stream_complete)
{
    enum { MANY = 500 };
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (int i = 0; i < MANY; i++) {
        peer_send(ada, "nonsense", NULL, "");
        peer_broadcast(bob, "meanwhile");
    }
    int refusals = 0, messages = 0;
    while (refusals < MANY || messages < MANY) {
        const struct packet_seen *seen = peer_next(ada);
        bool refusal = strcmp(seen->nick, "SERVER") == 0;
        refusals += refusal;
        messages += !refusal;
        if (!refusal) cr_assert_str_eq(seen->msg, "meanwhile");
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* Closing a socket with unread input would reset the connection and lose the reason. */
Test(server_refusals, the_reason_arrives_though_input_is_unread)
{
    enum { UNREAD = 100000 };
    static const char garbage[UNREAD] = {0};
    struct klatchd *d = klatchd_start();
    for (int i = 0; i < 100; i++) {
        struct peer *p = peer_connect_greeted(d);
        peer_send_bytes(p, garbage, sizeof garbage);
        peer_expect_refusal(p, "");
        peer_close(p);
    }
    peers_close_and_stop(d);
}

Test(server_refusals, the_reason_arrives_though_more_input_follows)
{
    struct klatchd *d = klatchd_start();
    struct peer *p = peer_connect_greeted(d);
    peer_send_text(p, "[]");
    cr_assert(timeout_poll(peer_fd(p), POLLIN, timeout_deadline()));
    for (int i = 0; i < 10; i++) peer_send_text(p, "{\"proto\":\"broadcast\"}");
    peer_expect_refusal(p, "");
    peers_close_and_stop(d);
}

/* More input than the server reads after it has disconnected a client: it stops reading and waits.
 */
Test(server_refusals, the_reason_arrives_though_the_client_keeps_sending)
{
    enum { GARBAGE = 300 * 1024 };
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    char *bytes = calloc(1, GARBAGE);
    peer_broadcast(ada, "before");
    peer_send_bytes(ada, bytes, GARBAGE);
    peer_expect_broadcast(ada, "ada", "before");
    peer_expect_refusal(ada, "length was 0");
    free(bytes);
    peers_close_and_stop(d);
}
