#include "server/base/counters.h"

const uint64_t tally_bounds[TALLY_BOUNDS] = {10,   30,   100,   300,    1000,
                                             3000, 5000, 10000, 100000, 1000000};

const char *tally_reason(enum refusal why)
{
    static const char *const reasons[REFUSALS] = {
        [REFUSED_NOTHING] = "",
        [REFUSED_FULL] = "full",
        [REFUSED_PER_ADDRESS] = "per_address",
        [REFUSED_CONNECT_RATE] = "connect_rate",
        [REFUSED_BANNED] = "banned",
        [REFUSED_KICKED] = "kicked",
        [REFUSED_NICK_TAKEN] = "nick_taken",
        [REFUSED_NICK_INVALID] = "nick_invalid",
        [REFUSED_NICK_TIMEOUT] = "nick_timeout",
        [REFUSED_PACKET_BROKEN] = "packet_broken",
        [REFUSED_PACKET_TIMEOUT] = "packet_timeout",
        [REFUSED_UNEXPECTED] = "packet_unexpected",
        [REFUSED_TOO_LONG] = "message_too_long",
        [REFUSED_OTHER_PROTOCOL] = "other_protocol",
        [REFUSED_LIST_UNDER_WAY] = "list_under_way",
        [REFUSED_SILENT] = "silent",
        [REFUSED_STALLED] = "stalled",
        [REFUSED_ABSENT] = "absent",
        [REFUSED_NO_MEMORY] = "no_memory",
    };
    return reasons[why];
}

void tally_turn(struct tally *t, int64_t us)
{
    uint64_t took = us > 0 ? (uint64_t)us : 0;
    unsigned i = 0;
    while (i < TALLY_BOUNDS && took > tally_bounds[i]) i++;
    t->turns[i]++;
    t->turn_us += took;
    if (took > t->longest_us) t->longest_us = took;
}

static uint64_t sum(const uint64_t *counts, unsigned n)
{
    uint64_t all = 0;
    while (n > 0) all += counts[--n];
    return all;
}

uint64_t tally_turns(const struct tally *t)
{
    return sum(t->turns, TALLY_BOUNDS + 1);
}

uint64_t tally_refusals(const struct tally *t)
{
    return sum(t->refusals, REFUSALS);
}
