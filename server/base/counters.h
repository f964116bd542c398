/* tally: PURE what has happened since the start, in plain numbers that only grow. Whoever sees it
 * happen counts it. */
#ifndef SERVER_BASE_COUNTERS_H
#define SERVER_BASE_COUNTERS_H

#include <stdint.h>

/* Why somebody was refused something, or the connection. */
enum refusal {
    REFUSED_NOTHING,
    REFUSED_FULL,           /* no place for anybody */
    REFUSED_PER_ADDRESS,    /* too many connections from one address, */
    REFUSED_CONNECT_RATE,   /* or too many new ones of it at once */
    REFUSED_BANNED,         /* the operator wants nobody from that address, */
    REFUSED_KICKED,         /* or removed one by name */
    REFUSED_NICK_TAKEN,     /* somebody else has the nickname, */
    REFUSED_NICK_INVALID,   /* or the rule is against it */
    REFUSED_NICK_TIMEOUT,   /* it chose none in time */
    REFUSED_PACKET_BROKEN,  /* what came was no packet, */
    REFUSED_PACKET_TIMEOUT, /* did not come whole in time, */
    REFUSED_UNEXPECTED,     /* is not for the state the peer was in, */
    REFUSED_TOO_LONG,       /* or too long with the nickname in it */
    REFUSED_OTHER_PROTOCOL, /* it speaks HTTP, TLS or another */
    REFUSED_LIST_UNDER_WAY, /* its last list of who is here was still on its way */
    REFUSED_SILENT,         /* its system does not answer any more, */
    REFUSED_STALLED,        /* it took nothing for too long, */
    REFUSED_ABSENT,         /* or did not answer when its nickname was wanted */
    REFUSED_NO_MEMORY,
    REFUSALS
};

enum { TALLY_BOUNDS = 10 };

struct tally {
    uint64_t accepted;   /* connections that were let in */
    uint64_t messages;   /* said by members */
    uint64_t deliveries; /* messages and notices handed to a member's socket, each for each */
    uint64_t bytes_in, bytes_out; /* of peers */
    uint64_t refusals[REFUSALS];
    uint64_t turns[TALLY_BOUNDS + 1]; /* those of the loop that took no longer than a bound; the
                                         last: the others */
    uint64_t turn_us, longest_us;     /* all of them together; the longest */
};

/* In microseconds, ascending. */
extern const uint64_t tally_bounds[TALLY_BOUNDS];

/* In a word, as refusals are told apart by it. */
const char *tally_reason(enum refusal why);

/* Counts a turn of the loop. */
void tally_turn(struct tally *t, int64_t us);

/* How many turns, and how many refusals, there were in all. */
uint64_t tally_turns(const struct tally *t);
uint64_t tally_refusals(const struct tally *t);

#endif
