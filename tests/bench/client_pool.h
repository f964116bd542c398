/* client_pool: all clients of one server, driven from one thread.
 *
 * What they receive is counted in bytes, not parsed: after client_pool_learn, each message is known
 * to be `wire_size` bytes for each client. */
#ifndef TESTS_BENCH_CLIENT_POOL_H
#define TESTS_BENCH_CLIENT_POOL_H

#include "tests/bench/target.h"

#include <stdbool.h>
#include <stdint.h>

enum { BURST_MAX = 256, LAG_MAX = 4096 /* messages that a client may be behind */ };

#define FLOOD_MARK '!' /* replaces the last character of TEXT in the flood */

struct client {
    int fd;
    int step; /* of the target's steps to join */
    bool joined;
    bool publisher;
    bool counted; /* a message is in flight until this client has it */
    bool stopped_reading;
    char tail[16];     /* the end of the last read, where the expected text may begin */
    uint64_t received; /* bytes since the last client_pool_settle */
};

struct client_pool {
    const struct target *target;
    uint16_t port;
    int members, publishers; /* publishers are members, evenly spaced */
    struct client *clients;  /* the members; then the publishers of a target that separates them */
    int first, rest;         /* epoll descriptors: of the publishers if `split`, of the others */
    bool split;              /* poll the publishers first */
    bool read_data;          /* read what arrives instead of letting the kernel discard it */
    bool failed;             /* the measurement cannot go on */
    bool allow_drops;        /* a member that the server drops is no failure */
    char *burst;             /* BURST_MAX copies of the message */
    char *flood;             /* the same with FLOOD_MARK */
    int joined;
    int64_t last_receive, all_joined; /* ns */
    uint64_t wire_size;               /* bytes of a message as a client receives it */
    uint64_t mark;                    /* offset of TEXT's last character in these */
    /* Since the last client_pool_settle: */
    uint64_t flooded;   /* bytes of the flood sent */
    uint64_t received;  /* bytes, by all members */
    uint64_t published; /* messages */
    uint64_t slowest;   /* messages that every counted client has received */
    int at[LAG_MAX];    /* counted clients that have received i messages, i modulo LAG_MAX */
    /* Called when a member that had `before` bytes receives more; p is NULL unless read_data. */
    void (*on_receive)(void *context, int who, uint64_t before, struct span more);
    void *context;
};

/* Connects and joins all clients. Returns false when the server refuses one, or after 30 s. */
bool client_pool_join(struct client_pool *pool, const struct target *target, uint16_t port,
                      int members, int publishers, bool split);
void client_pool_free(struct client_pool *pool);

/* Receives what is there; waits at most this many milliseconds for the first bytes. */
void client_pool_poll(struct client_pool *pool, int wait_ms);

/* Polls for this many milliseconds. */
void client_pool_poll_for(struct client_pool *pool, int ms);

/* Polls until nothing arrives any more, and resets the counters. */
void client_pool_settle(struct client_pool *pool);

/* Publishes one message in a settled pool to learn wire_size and mark. Returns false when not every
 * member receives it. */
bool client_pool_learn(struct client_pool *pool);

void client_pool_publish(struct client_pool *pool, int publisher, int messages);

/* Makes this many members that do not publish stop reading. */
void client_pool_stop_reading(struct client_pool *pool, int members);

/* Makes each of these members send some bytes. */
void client_pool_send_stopped(struct client_pool *pool, struct span bytes);

/* Makes the last member, which does not publish, send marked messages as fast as the server reads
 * them; and makes it complete the current one and stop. It receives its own messages as well. */
void client_pool_flood_start(struct client_pool *pool);
void client_pool_flood_stop(struct client_pool *pool);

/* Polls until nothing arrives any more. Returns the number of reading members that were dropped, or
 * did not receive exactly the messages since the last client_pool_settle. */
int client_pool_count_harmed(struct client_pool *pool);

/* Returns the number of messages that a counted client has not received yet. */
uint64_t client_pool_in_flight(const struct client_pool *pool);

#endif
