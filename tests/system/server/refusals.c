/* Packets that klatchd refuses: it tells why, and the connection goes on. */
#include "common/flatjson.h"
#include "server/net/connection_input.h"
#include "server/room/session.h"
#include "server/shutdown.h"
#include "tests/count.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
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
    peer_broadcast_to(ada, "before", ada);
    peer_send_bytes(ada, bytes, GARBAGE);
    for (int i = 1; i < CONN_INVALID_ROW; i++) peer_expect_notice(ada, PACKET_EMPTY);
    peer_expect_refusal(ada, PACKET_EMPTY);
    free(bytes);
    peers_close_and_stop(d);
}

/* -- invalid packets of members -- */

#define PAYLOAD(text) text, sizeof(text) - 1

static const struct {
    const char *payload;
    size_t n;
    const char *reason;
} invalid[] = {
    {PAYLOAD(""), PACKET_EMPTY},
    {PAYLOAD("[]"), "not understood"},
    {PAYLOAD("{\"proto\":\"broadcast\",\"msg\":[]}"), "not understood"},
    {PAYLOAD("{\"proto\":\"broadcast\",\"msg\":1}"), PACKET_MSG_WRONG},
    {PAYLOAD("{\"proto\":\"broadcast\",\"nick\":1}"), PACKET_NICK_WRONG},
    {PAYLOAD("{\"msg\":\"x\"}"), PACKET_PROTO_WRONG},
    {PAYLOAD("{\"proto\":\"broadcast\",\"msg\":\"\xFF\"}"), "not understood"},
    {PAYLOAD("{\"proto\":\"broadcast\",\"msg\":\"\\ud800\"}"), FLATJSON_LONE_SURROGATE},
};

static void send_invalid(struct peer *p, size_t which)
{
    peer_send_payload(p, invalid[which].payload, invalid[which].n);
}

Test(server_refusals, a_member_is_told_of_each_invalid_packet_and_stays)
{
    enum { PACKETS = 5 * COUNT(invalid) };
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (size_t i = 0; i < PACKETS; i++) {
        send_invalid(ada, i % COUNT(invalid));
        peer_expect_notice(ada, invalid[i % COUNT(invalid)].reason);
        if (i % COUNT(invalid) == 0) peer_broadcast_to(ada, "still here", ada, bob);
    }
    peer_broadcast_to(ada, "still here", ada, bob);
    peers_close_and_stop(d);
}

Test(server_refusals, sixteen_invalid_packets_in_a_row_end_a_connection)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    for (int row = 0; row < 3; row++) {
        for (int i = 1; i < CONN_INVALID_ROW; i++) {
            send_invalid(ada, (size_t)i % COUNT(invalid));
            peer_expect_notice(ada, "not understood");
        }
        if (row < 2) peer_broadcast_to(ada, "a good one", ada, bob);
    }
    send_invalid(ada, 0);
    peer_expect_refusal(ada, PACKET_EMPTY);
    peer_expect_left(bob, "ada");
    peers_close_and_stop(d);
}

/* More than the limit if another minute begins meanwhile. */
Test(server_refusals, too_many_invalid_packets_in_a_minute_end_a_connection)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_join(d, "ada");
    const struct packet_seen *seen;
    int refused = 0;
    for (bool open = true; open; refused++) {
        send_invalid(ada, 1);
        peer_send(ada, "who", NULL, "");
        open = strcmp((seen = peer_next(ada))->proto, "broadcast") == 0;
        if (open) cr_assert_str_eq((seen = peer_next(ada))->proto, "who");
    }
    cr_expect_gt(refused, CONN_INVALID_MINUTE);
    cr_expect_str_eq(seen->proto, "shutdown");
    peer_expect_eof(ada);
    peers_close_and_stop(d);
}

/* Its socket is full, and the refusal goes in front of the messages. */
Test(server_refusals, a_member_that_is_behind_is_told_too)
{
    enum { MESSAGES = 100 };
    struct klatchd *d = klatchd_start_with("--quiet");
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    int messages = 0, refusals = 0;
    peer_flood(bob, MESSAGES, 60000);
    send_invalid(ada, 1);
    while (messages < MESSAGES || refusals < 1) {
        bool is_message = strcmp(peer_next(ada)->nick, "bob") == 0;
        messages += is_message;
        refusals += !is_message;
    }
    peer_expect_no_more(ada);
    peers_close_and_stop(d);
}

/* -- the length of a stranger's packet -- */

/* A request for a nickname, and spaces up to this length. */
static void send_padded(struct peer *p, const char *nick, size_t length)
{
    static char payload[WIRE_PAYLOAD_MAX];
    memset(payload, ' ', sizeof payload);
    int n = snprintf(payload, sizeof payload, "{\"msg\":\"%s\",\"proto\":\"verify\"}", nick);
    payload[n] = ' ';
    peer_send_payload(p, payload, length);
}

Test(server_refusals, a_strangers_packet_is_at_most_4096_bytes_long)
{
    struct klatchd *d = klatchd_start();
    struct peer *ada = peer_connect_greeted(d);
    send_padded(ada, "ada", CONN_STRANGER_PACKET);
    peer_expect(ada, "ready", "SERVER", "READY");
    send_padded(ada, "bob", WIRE_PAYLOAD_MAX);
    peer_expect(ada, "ready", "SERVER", "READY");
    peer_expect_renamed(ada, "ada", "bob");
    struct peer *eve = peer_connect_greeted(d);
    send_padded(eve, "eve", CONN_STRANGER_PACKET + 1);
    peer_expect_refusal(eve, CONN_TOO_LONG);
    peers_close_and_stop(d);
}

/* Two bytes that begin no other protocol. */
Test(server_refusals, a_stranger_is_told_before_a_packet_that_is_too_long_is_complete)
{
    struct klatchd *d = klatchd_start();
    struct peer *eve = peer_connect_greeted(d);
    peer_send_bytes(eve, "\xFF\xFF", 2);
    peer_expect_refusal(eve, CONN_TOO_LONG);
    peers_close_and_stop(d);
}
