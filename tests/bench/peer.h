/* peer: a server to measure, said in data: how to start it, join its room and speak there. */
#ifndef TESTS_BENCH_PEER_H
#define TESTS_BENCH_PEER_H

#include "common/frame.h"

#include <stdbool.h>
#include <stddef.h>

enum { PEER_KLATCHD, PEER_JOURNAL, PEER_FLOOR, PEER_OTHERS, PEERS = 8 };

enum { ID_WIDTH = 5, STEPS = 3 };

#define ID   "#####" /* a client's number is written over it */
#define TEXT "What a lovely afternoon to sit together, drink coffee, and talk."

/* What a newcomer says, and what it then waits for; both empty after the last one. */
struct step {
    struct span say, expect;
};

/* In argv and config, $PORT, $STATS, $DIR and $BUILD stand for what is known when the server
 * starts. */
struct peer {
    const char *name;
    const char *argv[24];
    const char *config; /* written to $DIR/config */
    struct step steps[STEPS];
    struct span publish; /* one message with TEXT in it */
    bool apart;  /* who subscribes cannot publish: publishers have connections of their own */
    int at_once; /* how many may be joining at a time */
    int most;    /* with more members a round takes minutes */
    int settle;  /* milliseconds until it has pinged whoever joined; then it is silent */
};

extern const struct peer peers[PEERS];

#endif
