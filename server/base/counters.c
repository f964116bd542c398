#include "server/base/counters.h"

const uint64_t counters_bounds[COUNTERS_BOUNDS] = {10,   30,   100,   300,    1000,
                                                   3000, 5000, 10000, 100000, 1000000};

const char *reject_reason_name(enum reject_reason reason)
{
    static const char *const names[REJECT_REASONS] = {
        [REJECT_NONE] = "",
        [REJECT_FULL] = "full",
        [REJECT_CLOSING] = "closing",
        [REJECT_PER_ADDRESS] = "per_address",
        [REJECT_CONNECT_RATE] = "connect_rate",
        [REJECT_BANNED] = "banned",
        [REJECT_KICKED] = "kicked",
        [REJECT_NICK_TAKEN] = "nick_taken",
        [REJECT_NICK_RESERVED] = "nick_reserved",
        [REJECT_NOT_LISTED] = "not_listed",
        [REJECT_NICK_INVALID] = "nick_invalid",
        [REJECT_NICK_TIMEOUT] = "nick_timeout",
        [REJECT_PACKET_BROKEN] = "packet_broken",
        [REJECT_PACKET_TIMEOUT] = "packet_timeout",
        [REJECT_PACKET_MEMORY] = "packet_memory",
        [REJECT_UNEXPECTED] = "packet_unexpected",
        [REJECT_TOO_LONG] = "message_too_long",
        [REJECT_OTHER_PROTOCOL] = "other_protocol",
        [REJECT_TLS] = "tls",
        [REJECT_LIST_UNDER_WAY] = "list_under_way",
        [REJECT_ANSWER_RATE] = "answer_rate",
        [REJECT_SILENT] = "silent",
        [REJECT_STALLED] = "stalled",
        [REJECT_ABSENT] = "absent",
        [REJECT_REPLACED] = "replaced",
        [REJECT_DISPLACED] = "displaced",
        [REJECT_NO_MEMORY] = "no_memory",
    };
    return names[reason];
}

void counters_add_iteration(struct counters *c, int64_t us)
{
    uint64_t duration = us > 0 ? (uint64_t)us : 0;
    unsigned i = 0;
    while (i < COUNTERS_BOUNDS && duration > counters_bounds[i]) i++;
    c->iterations[i]++;
    c->iteration_us += duration;
    if (duration > c->longest_iteration_us) c->longest_iteration_us = duration;
}

static uint64_t sum_counts(const uint64_t *counts, unsigned n)
{
    uint64_t all = 0;
    while (n > 0) all += counts[--n];
    return all;
}

uint64_t counters_iterations(const struct counters *c)
{
    return sum_counts(c->iterations, COUNTERS_BOUNDS + 1);
}

uint64_t counters_rejected(const struct counters *c)
{
    return sum_counts(c->rejected, REJECT_REASONS);
}
