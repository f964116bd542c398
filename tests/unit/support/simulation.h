/* net: a simulated network without sockets or a clock: the server's pure core and its peers, and
 * all that lies between them in the hands of the test. What every peer hears is held against what a
 * reader that misses nothing has read; the first promise that is broken is remembered. */
#ifndef TESTS_UNIT_SUPPORT_SIMULATED_NETWORK_H
#define TESTS_UNIT_SUPPORT_SIMULATED_NETWORK_H

#include "server/room/outbound.h"
#include "server/schedule.h"

enum { NET_PEERS = 48, NET_RING = 1 << 18 };

enum net_state {
    NET_ABSENT,
    NET_OPEN,
    NET_ENDING, /* the server takes nothing more in; what it owes still goes out */
    NET_SHUT,   /* the server has sent it all; the peer has still to hear it */
};

struct net_peer {
    /* the server's end */
    enum net_state state;
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
    uint64_t next; /* the number of the frame that it hears next of the room's */
};

struct net {
    struct counters counters;
    struct room room;
    struct send_pass round;
    char *memory;
    struct net_peer peers[NET_PEERS];
    struct cursor read; /* how far the reader that misses nothing is, and */
    uint64_t *log;      /* a hash of every frame it has read */
    size_t log_cap;
    uint64_t heard, missed; /* frames that peers heard; that they were told they had missed */
    const char *broken;     /* the first promise that was not kept; NULL: none */
};

/* Opens a room in memory from ring_map_new(NET_RING), which stays the caller's. */
void net_open(struct net *n, char *memory);
void net_close(struct net *n);

/* Peer i, which is absent, connects; at most `window` bytes will be under way to it. */
void net_connect(struct net *n, int i, size_t window);

/* The peer sends bytes: they are under way. */
void net_send(struct net *n, int i, const char *bytes, size_t size);

/* Up to so many bytes arrive at the server, which acts on them. */
void net_arrive(struct net *n, int i, size_t most);

/* The server sees the end of the peer's stream: what was under way up to it is lost. */
void net_hang_up(struct net *n, int i);

/* The connection breaks: what was under way either way is lost. */
void net_vanish(struct net *n, int i);

/* The server ends a turn, and serves so many of the members who said nothing. */
void net_turn(struct net *n, int slice);

/* Up to so many bytes reach the peer, which checks them. */
void net_hear(struct net *n, int i, size_t most);

/* Everything under way arrives and everything owed is heard: then nobody lacks anything. */
void net_settle(struct net *n);

#endif
