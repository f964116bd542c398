/* client: a client of a klatchd in which a call fails. It may lose its connection, but every packet
 * it receives must be right. */
#ifndef TESTS_FAULTS_CLIENT_H
#define TESTS_FAULTS_CLIENT_H

#include "tests/system/support/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum client_state {
    CLIENT_CLOSED,
    CLIENT_CONNECTED,
    CLIENT_DROPPED,   /* klatchd closed the connection, or never accepted it */
    CLIENT_TIMED_OUT, /* no answer in time, where that is allowed */
};

struct client {
    const char *nick;
    enum client_state state;
    int fd, skipped; /* packets received that no test step expected */
    int history;     /* messages from before it joined that it may still receive */
    size_t len;      /* bytes of `in` that are not parsed yet */
    char in[4 * WIRE_MAX], payload[WIRE_MAX + 1];
    struct packet_seen seen;
};

/* All clients of a session, and the session's first failure. */
struct clients {
    struct client *each;
    int count;
    const char *path; /* the unix socket to connect to; NULL: TCP */
    int timeout_ms;
    bool may_time_out; /* a missing answer is no failure */
    char failure[256];
};

/* Records a failure unless there is one already. */
__attribute__((format(printf, 2, 3))) void clients_fail(struct clients *all, const char *format,
                                                        ...);

void client_connect(struct clients *all, struct client *c, uint16_t port);

/* Do nothing for a client that is not connected. */
void client_send(struct client *c, const char *proto, const char *nick, const char *msg);
void client_send_bytes(struct client *c, const char *bytes, size_t n);

/* Waits for a packet; a NULL msg matches any. Other packets are skipped, except messages of
 * connected clients and malformed packets: those are failures. False when the connection ends
 * first. */
bool client_expect(struct clients *all, struct client *c, const char *proto, const char *nick,
                   const char *msg);

/* Reads until the connection ends. */
void client_expect_end(struct clients *all, struct client *c);

void client_close(struct client *c);
void client_reset(struct client *c);

#endif
