/* measure: the measurements of one server at one stage. */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include "tests/bench/server.h"

#include <stdbool.h>
#include <stddef.h>

/* A part of each round. Every server is started anew for it. */
struct stage {
    int members, publishers;
    enum size_index {
        AT_10,
        AT_100,
        AT_1000,
        AT_5000,
        AT_MOST,
        ALONE,
        FLOODED, /* beside a member that floods */
        BUSY,    /* beside idle members and members that never read */
        ASKING,  /* beside members that each ask for the member list once, and never read */
    } size;
};

enum { STAGES = ASKING + 1 };
extern const struct stage stages[STAGES];

struct plan {
    struct paths paths;
    int rounds;
    int stages;      /* number of stages to run */
    int members_min; /* stages with fewer members are skipped */
    int load_ms;     /* length of a measurement under load */
    int paced_s;     /* with paced messages */
    int talk_s;      /* of a conversation */
};

/* Measures one server at one stage and stores the results. */
enum start measure_stage_once(const struct plan *plan, const struct stage *stage, size_t target);

#endif
