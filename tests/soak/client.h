/* client: one connection of the soak. It joins, sends, reads fast, slowly or not at all, and leaves
 * in one of several ways. */
#ifndef TESTS_SOAK_CLIENT_H
#define TESTS_SOAK_CLIENT_H

#include "tests/soak/reference.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CLIENT_READ_SIZE = 1 << 18 /* bytes a fast reader reads in an iteration */ };

enum client_state {
    CLIENT_CLOSED,
    CLIENT_JOINING, /* waits for HELLO, then READY */
    CLIENT_MEMBER,
    CLIENT_LEAVING, /* sent goodbye, reads until the end of the stream */
    CLIENT_GARBAGE, /* sends bytes that are no packets, and ignores what it reads */
};

struct client {
    enum client_state state;
    int fd;
    uint32_t serial;                      /* unique; the nickname is "p" and this number */
    uint32_t sent, own_received, renames; /* own_received: of its own messages */
    bool located;                         /* `next` is known */
    bool own_unknown;                     /* it missed messages before it was located */
    bool was_told;                        /* the server told it of a gap */
    size_t next;                          /* index in the reference of the next frame */
    size_t read_max;                      /* bytes per iteration; 0: reads nothing */
    int flood_turns;                      /* iterations in which it fills its socket */
    int turns_left; /* iterations until a CLIENT_GARBAGE closes, or a CLIENT_JOINING asks */
    int surrogates; /* packets with lone surrogates: fewer than the server allows */
    char *in, *out;
    size_t in_n, out_at, out_n;
};

/* Sums over all clients. */
struct totals {
    struct reference reference;
    struct violations violations;
    uint64_t deliveries, sent;
    uint64_t history;       /* messages of it that were received */
    uint64_t missed, told;  /* messages in announced gaps; clients that were told of one */
    uint64_t disconnected;  /* connections that the server closed without a reason */
    char first_reason[128]; /* how the first of these ended */
};

/* Connects; false on failure. `narrow`: with a small receive buffer. */
bool client_connect(struct client *c, uint32_t serial, uint16_t port, bool narrow,
                    const struct totals *t);

/* Queue a message, a request for the first or a new nickname, a text that is not Unicode, raw
 * bytes, a goodbye. They do nothing when the queue is full. */
void client_choose_nick(struct client *c);
void client_send_surrogates(struct client *c);
void client_send_message(struct client *c, struct totals *t, size_t padding);
void client_rename(struct client *c);
void client_send_bytes(struct client *c, const char *bytes, size_t n);
void client_send_goodbye(struct client *c);

/* Sends as much of the queue as the socket takes. */
void client_flush(struct client *c);

bool client_is_flushed(const struct client *c);

/* Reads at most `max` bytes and checks them. `is_reference`: the frames extend the reference.
 * Returns the number of bytes read. */
size_t client_receive(struct client *c, struct totals *t, size_t max, bool is_reference);

/* Checks frames that were read before the reference contained them. */
void client_check(struct client *c, struct totals *t, bool is_reference);

void client_close(struct client *c, bool by_reset);

#endif
