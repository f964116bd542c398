/* crowd: the clients of one server, all driven from one thread.
 *
 * What they hear is counted in bytes, not parsed: after crowd_learn, each message is known to be
 * `wire` bytes to each who hears it. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "tests/bench/peer.h"

#include <stdbool.h>
#include <stdint.h>

enum { BURST_MAX = 256, PLACES = 4096 /* a power of two: no listener is further behind */ };

struct client {
    int fd;
    int step; /* of the peer's; which it has ended at when it joined */
    bool joined;
    bool publisher;
    bool witness;   /* a message is under way until it has been heard here */
    char tail[16];  /* what was read last, for what is split between two reads */
    uint64_t heard; /* bytes, since the last crowd_settle */
};

struct crowd {
    const struct peer *peer;
    uint16_t port;
    int members,
        publishers; /* the publishers are the first members, unless the peer keeps them apart */
    int talkers;    /* the first so many members are looked at before all others */
    struct client *clients; /* the members, then the publishers that are apart */
    int joined;
    uint64_t heard, spoken; /* bytes by all members; messages; since the last crowd_settle */
    uint64_t wire;
    int at[PLACES];     /* how many of those have heard so many messages */
    uint64_t slowest;   /* the fewest that one of them has heard */
    int64_t last_heard; /* when */
    bool lost;          /* a connection that should not have ended did */
    bool real;          /* read the bytes, rather than let the kernel drop them */
    int first, rest;    /* epolls: of those to look at first, of the others */
    bool split;         /* the members who publish are looked at first */
    char *burst;        /* BURST_MAX times the message */
    void (*on_hear)(void *context, int who, uint64_t before, uint64_t after);
    void *context;
};

/* Connects and joins everybody. False when the server refuses, or takes longer than a minute. */
bool crowd_join(struct crowd *c, const struct peer *p, uint16_t port, int members, int publishers,
                bool split);
void crowd_free(struct crowd *c);

/* Hears what there is, waiting at most so many milliseconds for the first of it. */
void crowd_turn(struct crowd *c, int wait);

/* Turns until nothing was heard for so many milliseconds. */
void crowd_quiet(struct crowd *c, int quiet);

/* Forgets what was heard and spoken, once it is quiet. */
void crowd_settle(struct crowd *c);

/* Learns wire from one message. False when not everybody heard that message. */
bool crowd_learn(struct crowd *c);

void crowd_speak(struct crowd *c, int publisher, int messages);

/* Messages that not everybody has heard. */
uint64_t crowd_in_flight(const struct crowd *c);

#endif
