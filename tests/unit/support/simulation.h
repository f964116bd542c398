/* simulation: the server's pure core and its peers on a network without sockets or a clock; the
 * test decides what arrives when. What every peer receives is compared with a reader that misses
 * nothing; the first broken promise is kept. */
#ifndef TESTS_UNIT_SUPPORT_SIMULATION_H
#define TESTS_UNIT_SUPPORT_SIMULATION_H

#include "server/room/outbound.h"
#include "server/schedule.h"

enum { SIMULATION_PEERS = 48, SIMULATION_RING = 1 << 18 };

enum peer_state {
    PEER_ABSENT,
    PEER_OPEN,
    PEER_ENDING, /* the server takes nothing more in; what it owes still goes out */
    PEER_SHUT,   /* the server has sent it all; the peer has still to hear it */
};

struct simulated_peer {
    /* the server's end */
    enum peer_state state;
    struct session session;
    struct frame_decoder in;
    const char *last_words;
    bool blocked, active;
    bool arriving; /* became a member in this turn, as */
    char came_as[NICK_BYTES + 1];
    /* between them */
    struct buffer up, down;
    size_t window; /* bytes that may be under way down to the peer */
    /* the peer's end */
    struct frame_decoder heard;
    bool greeted, member, finished;
    uint64_t history; /* frames of the history that it has not heard */
    uint64_t missed;  /* frames that it was told it missed, since the last one it heard */
    uint64_t next;    /* the number of the frame that it hears next of the room's */
};

struct simulation {
    struct counters counters;
    struct room room;
    struct send_pass round;
    char *memory;
    struct simulated_peer peers[SIMULATION_PEERS];
    struct cursor read; /* how far the reader that misses nothing is, and */
    uint64_t *log;      /* a hash of every frame it has read */
    size_t log_cap;
    uint64_t heard, missed; /* frames that peers heard; that they were told they had missed */
    const char *broken;     /* the first promise that was not kept; NULL: none */
};

/* Opens a room in memory from ring_map_new(SIMULATION_RING), which stays the caller's. */
void simulation_open(struct simulation *n, char *memory);
void simulation_close(struct simulation *n);

/* Peer i, which is absent, connects; at most `window` bytes will be under way to it. */
void simulation_connect(struct simulation *n, int i, size_t window);

/* The peer sends bytes: they are under way. */
void simulation_send(struct simulation *n, int i, const char *bytes, size_t size);

/* Up to so many bytes arrive at the server, which acts on them. */
void simulation_arrive(struct simulation *n, int i, size_t most);

/* The server sees the end of the peer's stream: what was under way up to it is lost. */
void simulation_half_close(struct simulation *n, int i);

/* The connection breaks: what was under way either way is lost. */
void simulation_vanish(struct simulation *n, int i);

/* The server ends a turn, and serves so many of the members who said nothing. */
void simulation_iterate(struct simulation *n, int slice);

/* Up to so many bytes reach the peer, which checks them. */
void simulation_receive(struct simulation *n, int i, size_t most);

/* Everything under way arrives and everything owed is heard: then nobody lacks anything. */
void simulation_settle(struct simulation *n);

#endif
