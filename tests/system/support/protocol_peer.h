/* peer: one end of the protocol, written from its sentences and sharing no code with the programs,
 * so that it is a second opinion of them. It is a client of klatchd, or what a fake server accepted
 * from klatch. Every expectation fails the test when the next packet is another or none comes. */
#ifndef TESTS_SYSTEM_SUPPORT_PROTOCOL_PEER_H
#define TESTS_SYSTEM_SUPPORT_PROTOCOL_PEER_H

#include "tests/system/support/klatchd_process.h"
#include "tests/system/support/wire.h"

#include <stdbool.h>
#include <stddef.h>

struct peer;

struct peer *peer_connect(const struct klatchd *d);
/* The same over TLS, with the key and certificate of a PEM file, or without (NULL). If the server
 * refuses TLS, the peer reads what it sends as plain text. */
struct peer *peer_connect_tls(const struct klatchd *d, const char *identity);
/* Both as for klatch: a name or number and a port, or unix:PATH and "". */
struct peer *peer_connect_to(const char *address, const char *port);
/* Connects a socket; -1 on failure. */
int peer_connect_socket(const char *address, const char *port);
/* Returns whether a server listens there. */
bool peer_can_connect(const char *address, const char *port);
/* Wrap a connected socket, and own it; the second one is of a client, which it lets shake hands if
 * this run is one with TLS. */
struct peer *peer_new(int fd, const char *name);
struct peer *peer_accept(int fd, const char *name);
/* Connects and receives HELLO. */
struct peer *peer_connect_greeted(const struct klatchd *d);
/* The same, and joins with this nickname. */
struct peer *peer_join(const struct klatchd *d, const char *nick);
/* The same, and each of the other peers receives the notice of it: peer_join_seen_by(d, "bob",
 * ada).
 */
#define peer_join_seen_by(d, nick, ...)                                                            \
    peer_join_seen(d, nick, (struct peer *const[]){__VA_ARGS__, NULL})
struct peer *peer_join_seen(const struct klatchd *d, const char *nick, struct peer *const others[]);

/* A nickname of 64 bytes with this number; valid until the next call. */
const char *peer_long_nick(int i);

void peer_send(struct peer *p, const char *proto, const char *nick, const char *msg);
/* Asks for a nickname, and is granted or refused it. */
void peer_take_nick(struct peer *p, const char *nick);
void peer_expect_nick_refused(struct peer *p, const char *nick);
/* Asks for a nickname with the secret that a ready contained. */
void peer_send_resume(struct peer *p, const char *nick, const char *secret);
/* Sends a message under the peer's own nickname. */
void peer_broadcast(struct peer *p, const char *msg);
/* The same, and each of these peers receives it: peer_broadcast_to(ada, "hello", ada, bob). */
#define peer_broadcast_to(p, msg, ...)                                                             \
    peer_broadcast_all(p, msg, (struct peer *const[]){__VA_ARGS__, NULL})
void peer_broadcast_all(struct peer *p, const char *msg, struct peer *const receivers[]);
/* Sends this many messages of this many bytes, and receives each. */
void peer_flood(struct peer *p, int messages, size_t size);
/* A frame with this payload. */
void peer_send_payload(struct peer *p, const char *payload, size_t n);
void peer_send_text(struct peer *p, const char *payload);
/* Bytes as they are. */
void peer_send_bytes(struct peer *p, const char *bytes, size_t n);
/* The same, each byte in a packet of its own. */
void peer_send_bytewise(struct peer *p, const char *bytes, size_t n);

/* Lets a connection of TLS end without an announcement, because its server is killed. */
void peer_allow_cut(struct peer *p);

/* The next packet; valid until the next call. */
const struct packet_seen *peer_next(struct peer *p);
/* The same, but NULL when the connection ends in order. */
const struct packet_seen *peer_next_or_end(struct peer *p);
void peer_expect(struct peer *p, const char *proto, const char *nick, const char *msg);
/* A broadcast of that author. */
void peer_expect_broadcast(struct peer *p, const char *nick, const char *msg);
/* The notices of joins and leaves, and of a new nickname. */
void peer_expect_joined(struct peer *p, const char *nick);
void peer_expect_left(struct peer *p, const char *nick);
void peer_expect_renamed(struct peer *p, const char *from, const char *to);
/* A second of the countdown. */
void peer_expect_countdown(struct peer *p, int seconds);
/* A broadcast from SERVER that contains this text. */
void peer_expect_notice(struct peer *p, const char *part);
/* A shutdown packet whose reason holds this text, then the end. */
void peer_expect_refusal(struct peer *p, const char *part);
typedef void peer_action(struct peer *p);

/* The connection ends in order, and nothing comes before. */
peer_action peer_expect_eof;
/* Nothing has been sent to it that it has not seen. A member proves it by saying something that
 * must be the next that it hears; one who is not, by asking for an impossible nickname. */
peer_action peer_expect_no_more, peer_expect_no_more_unnamed;
/* Says goodbye and hears the end; closes; closes without the end of TLS, as one that is killed;
 * closes by a reset; sends no more, and still listens. */
peer_action peer_leave, peer_close, peer_drop, peer_reset, peer_half_close;
/* Closes every peer, then ends the daemon as klatchd_stop does. */
void peers_close_and_stop(struct klatchd *d);

int peer_fd(const struct peer *p);

#endif
