/* crowd: the clients of one server, all driven from one thread.
 *
 * What they hear is counted in bytes, not parsed: after crowd_learn, each message is known to be
 * `wire` bytes to each who hears it. */
#ifndef TESTS_BENCH_CROWD_H
#define TESTS_BENCH_CROWD_H

#include "tests/bench/peer.h"

#include <stdbool.h>
#include <stdint.h>

enum { BURST_MAX = 256, PLACES = 4096 /* nobody is as many messages behind */ };

#define SHOUTED '!' /* instead of the last character of TEXT */

struct client {
    int fd;
    int step; /* of the peer's, to joining */
    bool joined;
    bool publisher;
    bool witness;   /* a message is under way until it has been heard here */
    bool deaf;      /* it does not read any more */
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
    bool forgiving;          /* it goes on without a member who is dropped */
    char *burst;             /* BURST_MAX times the message */
    char *shout;             /* the same, shouted */
    int joined;
    int64_t last_heard, all_joined; /* when */
    uint64_t wire;                  /* bytes */
    uint64_t mark;          /* the place, in what is heard of a message, of TEXT's last character */
    uint64_t shouted;       /* bytes sent, since the last crowd_settle */
    uint64_t heard, spoken; /* bytes, by all members; messages; since the last crowd_settle */
    uint64_t slowest;       /* the least messages that a witness has heard */
    int at[PLACES];         /* how many witnesses have heard so many messages, modulo PLACES */
    /* A member who has heard so many bytes before hears some more; p is NULL unless real. */
    void (*on_hear)(void *context, int who, uint64_t before, struct span more);
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

/* From now on so many of those who do not publish read nothing. */
void crowd_deafen(struct crowd *c, int members);

/* The last member, who publishes nothing, shouts messages as fast as they are taken; or ends the
 * one it has begun and is silent. It hears its own as the others do. */
void crowd_shout(struct crowd *c);
void crowd_hush(struct crowd *c);

/* Waits until it is quiet. How many of those who read were dropped, or did not hear each message
 * since the last crowd_settle and nothing else. */
int crowd_harmed(struct crowd *c);

/* Messages that not everybody has heard. */
uint64_t crowd_in_flight(const struct crowd *c);

#endif
