/* person: one connection of the soak: joins, speaks, listens or does not, and goes in one way or
 * another. */
#ifndef TESTS_SOAK_PERSON_H
#define TESTS_SOAK_PERSON_H

#include "tests/soak/truth.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PERSON_READS = 1 << 18 /* bytes in a turn, by one who listens as well as it can */ };

enum person_state {
    PERSON_GONE,
    PERSON_CALLING, /* waits for HELLO, then READY */
    PERSON_MEMBER,
    PERSON_LEAVING, /* said goodbye, and listens to the end */
    PERSON_VANDAL,  /* sends what is no packet, and does not listen */
};

struct person {
    enum person_state state;
    int fd;
    uint32_t serial; /* never another's; its nickname is p and this */
    uint32_t said, own, renames;
    bool placed;  /* where it is in the truth is known: */
    bool unsure;  /* it missed something before it was, so that its own words cannot be counted */
    bool is_late; /* it was told of a gap */
    size_t at;    /* what it hears next */
    size_t reads; /* bytes at most in a turn; 0: it does not listen */
    int flood;    /* turns in which it still says as much as its socket takes */
    int patience; /* turns until one that is up to no good goes */
    char *in, *out;
    size_t in_n, out_at, out_n;
};

/* What has happened to all. */
struct tally {
    struct truth truth;
    struct faults faults;
    uint64_t deliveries, said, missed, late; /* missed by people who were told; late: how many */
    uint64_t cut;  /* connections that the server ended without a reason */
    char why[128]; /* of the first such */
};

/* Connects. `narrow`: with little place for what it does not read. */
bool person_call(struct person *p, uint32_t serial, uint16_t port, bool narrow,
                 const struct tally *t);

/* Puts a message, or other bytes, behind what is still to be sent; nothing when they do not fit. */
void person_say(struct person *p, struct tally *t, size_t padding);
void person_rename(struct person *p);
void person_send_bytes(struct person *p, const char *bytes, size_t n);

/* Sends what the socket takes. */
void person_flush(struct person *p);

bool person_has_sent(const struct person *p);

/* Reads at most `most` bytes and judges them; the first reader says what is true. Returns how many
 * came. */
size_t person_hear(struct person *p, struct tally *t, size_t most, bool is_first);

/* Judges what was read before the first reader had come so far. */
void person_judge(struct person *p, struct tally *t, bool is_first);

void person_bid_goodbye(struct person *p);
void person_break_off(struct person *p, bool by_reset);

#endif
