/* crowd: the clients of one server, all driven from one thread.
 *
 * What they hear is counted in bytes, not parsed: after crowd_learn, each message is known to be
 * `wire` bytes to each who hears it. */
#ifndef BENCH_CROWD_H
#define BENCH_CROWD_H

#include "tests/bench/peer.h"

#include <stdbool.h>
#include <stdint.h>

enum { BURST_MAX = 256, PLACES = 4096 /* nobody is as many messages behind */ };

struct client {
    int fd;
    int step; /* of the peer's, to joining */
    bool joined;
    bool publisher;
    bool witness;   /* a message is under way until it has been heard here */
    char tail[16];  /* the end of the last read: what is expected may begin in it */
    uint64_t heard; /* bytes, since the last crowd_settle */
};

struct crowd {
    const struct peer *peer;
    uint16_t port;
    int members, publishers; /* who publishes is a member, one every so many of them */
    struct client *clients;  /* the members; then, if the peer keeps them apart, the publishers */
    int first, rest;         /* epolls: of those to look at first, of the others */
    bool split;              /* the publishers are looked at first; otherwise there is no first */
    bool real;               /* read what is heard, rather than let the kernel drop it */
    bool lost;               /* it cannot go on */
    char *burst;             /* BURST_MAX times the message */
    int joined;
    int64_t last_heard;     /* when */
    uint64_t wire;          /* bytes */
    uint64_t heard, spoken; /* bytes, by all members; messages; since the last crowd_settle */
    uint64_t slowest;       /* the least messages that a witness has heard */
    int at[PLACES];         /* how many witnesses have heard so many messages, modulo PLACES */
    void (*on_hear)(void *context, int who, uint64_t before, uint64_t after);
    void *context;
};

/* Connects and joins everybody. False when the server refuses, or takes half a minute. */
bool crowd_join(struct crowd *c, const struct peer *p, uint16_t port, int members, int publishers,
                bool split);
void crowd_free(struct crowd *c);

/* Hears what there is, waiting at most so many milliseconds for the first of it. */
void crowd_turn(struct crowd *c, int wait);

/* Goes on hearing for so many milliseconds. */
void crowd_linger(struct crowd *c, int ms);

/* Waits until it is quiet, and counts from nothing again. */
void crowd_settle(struct crowd *c);

/* Learns wire from one message, in a settled crowd. False when not everybody heard it. */
bool crowd_learn(struct crowd *c);

void crowd_speak(struct crowd *c, int publisher, int messages);

/* Messages that not everybody has heard. */
uint64_t crowd_in_flight(const struct crowd *c);

#endif
