/* guest: a peer of a server in which something fails: it may be harmed, but must not be misled. */
#ifndef TESTS_FAULTS_GUEST_H
#define TESTS_FAULTS_GUEST_H

#include "tests/system/support/wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum guest_state {
    GUEST_OUT,
    GUEST_IN,       /* connected */
    GUEST_HARMED,   /* the server ended its connection, or never took it */
    GUEST_UNSERVED, /* patience ended, where that may be */
};

struct guest {
    const char *nick;
    enum guest_state state;
    int fd, skipped; /* packets that it did not wait for */
    size_t len;      /* of what came and was not yet looked at */
    char in[4 * WIRE_MAX], payload[WIRE_MAX + 1];
    struct packet_seen seen;
};

/* How all guests of a run wait, and the first thing that was wrong. */
struct guests {
    struct guest *each;
    int count;
    const char *path; /* of the unix socket they connect to; NULL: to a port */
    int patience_ms;
    bool may_give_up; /* when patience ends, that is all right */
    char wrong[256];
};

__attribute__((format(printf, 2, 3))) void guests_blame(struct guests *all, const char *format,
                                                        ...);

void guest_dial(struct guests *all, struct guest *g, uint16_t port);

/* Both do nothing for one that is not in. */
void guest_send(struct guest *g, const char *proto, const char *nick, const char *msg);
void guest_send_bytes(struct guest *g, const char *bytes, size_t n);

/* Waits for a packet. False when the connection ended before, which it may; what people say must
 * come as it is waited for, and everything must come whole. A NULL msg is any. */
bool guest_hears(struct guests *all, struct guest *g, const char *proto, const char *nick,
                 const char *msg);

/* Waits for the end, whatever comes before it. */
void guest_sees_end(struct guests *all, struct guest *g);

void guest_leave(struct guest *g); /* closes */
void guest_reset(struct guest *g);

#endif
