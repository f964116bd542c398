/* target: a server to measure: how to start it, join its room and publish there. */
#ifndef TESTS_BENCH_TARGET_H
#define TESTS_BENCH_TARGET_H

#include "common/frame.h"

#include <stdbool.h>
#include <stddef.h>

enum { TARGET_KLATCHD, TARGET_JOURNAL, TARGET_FLOOR, TARGET_OTHERS, TARGETS = 8 };

enum { ID_WIDTH = 5, STEPS = 3 };

#define ID   "#####" /* a client's number is written over it */
#define TEXT "What a lovely afternoon to sit together, drink coffee, and talk."

/* What a client sends to join, and the answer it waits for; both empty after the last step. */
struct step {
    struct span send, expect;
};

/* $PORT, $STATS, $DIR and $BUILD in argv and config are replaced when the server starts. */
struct target {
    const char *name;
    const char *argv[24];
    const char *config; /* written to $DIR/config */
    struct step steps[STEPS];
    struct span publish; /* one message with TEXT in it */
    bool separate;       /* subscribers cannot publish: publishers need connections of their own */
    int join_max;        /* clients that may be joining at a time */
    int members_max;     /* with more members a round takes minutes */
    int settle_ms;       /* until it has pinged all clients that joined */
};

extern const struct target targets[TARGETS];

/* klatchd with members whose nicknames have 64 bytes. */
extern const struct target target_long_nicks;

/* A client's question for klatchd's member list. */
extern const struct span target_who;

#endif
