#include "server/base/counters.h"

const uint64_t counters_bounds[COUNTERS_BOUNDS] = {10,   30,   100,   300,    1000,
                                                   3000, 5000, 10000, 100000, 1000000};

const char *reject_reason_name(enum reject_reason why)
{
    static const char *const reasons[REJECT_REASONS] = {
        [REJECT_NONE] = "",
        [REJECT_FULL] = "full",
        [REJECT_PER_ADDRESS] = "per_address",
        [REJECT_CONNECT_RATE] = "connect_rate",
        [REJECT_BANNED] = "banned",
        [REJECT_KICKED] = "kicked",
        [REJECT_NICK_TAKEN] = "nick_taken",
        [REJECT_NICK_INVALID] = "nick_invalid",
        [REJECT_NICK_TIMEOUT] = "nick_timeout",
        [REJECT_PACKET_BROKEN] = "packet_broken",
        [REJECT_PACKET_TIMEOUT] = "packet_timeout",
        [REJECT_UNEXPECTED] = "packet_unexpected",
        [REJECT_TOO_LONG] = "message_too_long",
        [REJECT_OTHER_PROTOCOL] = "other_protocol",
        [REJECT_LIST_UNDER_WAY] = "list_under_way",
        [REJECT_SILENT] = "silent",
        [REJECT_STALLED] = "stalled",
        [REJECT_ABSENT] = "absent",
        [REJECT_NO_MEMORY] = "no_memory",
    };
    return reasons[why];
}

void counters_add_iteration(struct counters *t, int64_t us)
{
    uint64_t took = us > 0 ? (uint64_t)us : 0;
    unsigned i = 0;
    while (i < COUNTERS_BOUNDS && took > counters_bounds[i]) i++;
    t->iterations[i]++;
    t->iteration_us += took;
    if (took > t->longest_iteration_us) t->longest_iteration_us = took;
}

static uint64_t sum(const uint64_t *counts, unsigned n)
{
    uint64_t all = 0;
    while (n > 0) all += counts[--n];
    return all;
}

uint64_t counters_iterations(const struct counters *t)
{
    return sum(t->iterations, COUNTERS_BOUNDS + 1);
}

uint64_t counters_rejected(const struct counters *t)
{
    return sum(t->rejected, REJECT_REASONS);
}
