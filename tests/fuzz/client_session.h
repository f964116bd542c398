/* client_session: a session of the client whose server is hostile, for fuzz targets: the next bytes
 * of the input decide what it receives and how its connection and the time go. */
#ifndef TESTS_FUZZ_CLIENT_SESSION_H
#define TESTS_FUZZ_CLIENT_SESSION_H

#include "tests/fuzz/bytes.h"
#include "tui/core/session.h"
#include "tui/core/session_key.h"
#include "tui/core/session_receive.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct session session;
static int64_t now;
static bool blocked; /* the connection sends nothing */

static void open_session(struct session_config config)
{
    config.where = config.host = "somewhere";
    config.nick = next() % 2 ? "ada" : NULL;
    config.proposed_nick = "ada";
    config.asks_key = config.nick == NULL;
    now = 1000;
    blocked = false;
    session_open(&session, &config);
    session_tick(&session, 1000000000, now);
}

/* Returns the next bytes as a string, which the caller frees. */
static char *next_text(void)
{
    struct span bytes = next_bytes();
    char *text = strndup(bytes.p, bytes.n);
    assert(text != NULL);
    return text;
}

static void receive_bytes(void)
{
    session_receive(&session, next_bytes());
}

static void receive(enum proto proto, const char *nick, const char *msg)
{
    static char frame[PACKET_ROOM];
    size_t n = packet_encode(frame, proto, nick, msg);
    session_receive(&session, (struct span){frame, n});
}

static void receive_packet(void)
{
    enum proto proto = (enum proto)(next() % PROTO_UNKNOWN);
    char *nick = next_text(), *msg = next_text();
    receive(proto, nick, msg);
    free(nick);
    free(msg);
}

/* What a server that follows the protocol sends to a new member. */
static void receive_welcome(void)
{
    receive(PROTO_CONNECT, PACKET_SERVER, "HELLO");
    receive(PROTO_READY, PACKET_SERVER, "READY");
}

static void let_time_pass(void)
{
    now += (int64_t)(next() * next());
    session_tick(&session, 1000000000 + now, now);
}

static void change_connection(void)
{
    bool connecting = session.state == SESSION_CONNECTING;
    if (session.state == SESSION_UNTRUSTED) {
        session_trust_key(&session);
        return;
    }
    if (session.state == SESSION_DISCONNECTED) {
        session_retry_now(&session);
    } else if (connecting && next() % 4) {
        session.out.from = session.out.to;
        session_connected(&session);
    } else if (connecting && next() % 2) {
        session_unknown_key(&session, "SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG");
    } else {
        session_disconnected(&session, connecting || next() % 2 ? "a reason" : NULL);
    }
}

static void block_or_unblock(void)
{
    blocked = !blocked;
}

/* Expects packets that a server accepts in what the session sends, and takes them. */
static void check_sent(void)
{
    struct byte_queue *out = &session.out;
    struct packet p;
    if (blocked) return;
    for (size_t n; out->from < out->to; out->from += n) {
        const char *frame = out->p + out->from;
        n = frame_size(frame);
        assert(n <= out->to - out->from);
        assert(!packet_decode(&p, frame_payload(frame)));
        assert(!p.nick || !nick_check(p.nick));
        assert(p.proto == PROTO_VERIFY || p.proto == PROTO_BROADCAST || p.proto == PROTO_WHO ||
               p.proto == PROTO_GOODBYE);
        assert(p.proto != PROTO_VERIFY || !nick_check(p.msg));
    }
    assert(out->to - out->from <= SESSION_OUT_MAX);
}

#endif
