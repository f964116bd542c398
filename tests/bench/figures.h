/* figures: what is measured with one server and one crowd. */
#ifndef TESTS_BENCH_FIGURES_H
#define TESTS_BENCH_FIGURES_H

#include "tests/bench/server.h"

#include <stdbool.h>
#include <stddef.h>

/* A part of the run: each round starts each server for it anew. */
struct stage {
    int members, publishers;
    enum size_index {
        AT_10,
        AT_100,
        AT_1000,
        AT_5000,
        AT_MOST,
        ALONE,
        FLOODED, /* beside one who shouts */
        CROWDED, /* beside those who listen and those who do not even read */
    } size;
};

enum { STAGES = CROWDED + 1 };
extern const struct stage stages[STAGES];

struct plan {
    struct places places;
    int rounds;
    int stages;  /* so many of them */
    int least;   /* members: stages with fewer are left out */
    int load_ms; /* of a round under load */
    int paced_s; /* of a round with paced messages */
    int talk_s;  /* of a conversation */
};

/* Measures one server at one stage and keeps the results. */
enum start figures_measure(const struct plan *plan, const struct stage *stage, size_t peer);

#endif
