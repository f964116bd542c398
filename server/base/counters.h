/* counters: PURE what has happened since the start, in plain numbers that only grow. Whoever sees
 * it happen counts it. */
#ifndef SERVER_BASE_COUNTERS_H
#define SERVER_BASE_COUNTERS_H

#include <stdint.h>

/* Why somebody was refused something, or the connection. */
enum reject_reason {
    REJECT_NONE,
    REJECT_FULL,           /* no place for anybody */
    REJECT_PER_ADDRESS,    /* too many connections from one address, */
    REJECT_CONNECT_RATE,   /* or too many new ones of it at once */
    REJECT_BANNED,         /* the operator wants nobody from that address, */
    REJECT_KICKED,         /* or removed one by name */
    REJECT_NICK_TAKEN,     /* somebody else has the nickname, */
    REJECT_NICK_INVALID,   /* or the rule is against it */
    REJECT_NICK_TIMEOUT,   /* it chose none in time */
    REJECT_PACKET_BROKEN,  /* what came was no packet, */
    REJECT_PACKET_TIMEOUT, /* did not come whole in time, */
    REJECT_UNEXPECTED,     /* is not for the state the peer was in, */
    REJECT_TOO_LONG,       /* or too long with the nickname in it */
    REJECT_OTHER_PROTOCOL, /* it speaks HTTP, TLS or another */
    REJECT_LIST_UNDER_WAY, /* its last list of who is here was still on its way */
    REJECT_SILENT,         /* its system does not answer any more, */
    REJECT_STALLED,        /* it took nothing for too long, */
    REJECT_ABSENT,         /* or did not answer when its nickname was wanted */
    REJECT_NO_MEMORY,
    REJECT_REASONS
};

enum { COUNTERS_BOUNDS = 10 };

struct counters {
    uint64_t accepted;   /* connections that were let in */
    uint64_t messages;   /* said by members */
    uint64_t deliveries; /* messages and notices handed to a member's socket, each for each */
    uint64_t bytes_in, bytes_out; /* of peers */
    uint64_t rejected[REJECT_REASONS];
    uint64_t iterations[COUNTERS_BOUNDS + 1]; /* those of the loop that took no longer than a bound;
                                         the last: the others */
    uint64_t iteration_us, longest_iteration_us; /* all of them together; the longest */
};

/* In microseconds, ascending. */
extern const uint64_t counters_bounds[COUNTERS_BOUNDS];

/* In a word, as refusals are told apart by it. */
const char *reject_reason_name(enum reject_reason why);

/* Counts a turn of the loop. */
void counters_add_iteration(struct counters *t, int64_t us);

/* How many turns, and how many refusals, there were in all. */
uint64_t counters_iterations(const struct counters *t);
uint64_t counters_rejected(const struct counters *t);

#endif
