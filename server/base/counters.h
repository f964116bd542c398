/* counters: PURE the number of events since the start. The code that causes an event counts it. */
#ifndef SERVER_BASE_COUNTERS_H
#define SERVER_BASE_COUNTERS_H

#include <stdint.h>

/* Why the server refused a connection or a packet, or disconnected a client. */
enum reject_reason {
    REJECT_NONE,
    REJECT_FULL,           /* the server has too many connections */
    REJECT_CLOSING,        /* the server closes */
    REJECT_PER_ADDRESS,    /* the address has too many connections */
    REJECT_CONNECT_RATE,   /* the address connects too often */
    REJECT_BANNED,         /* the address is banned */
    REJECT_KICKED,         /* the administrator disconnected the member */
    REJECT_NICK_TAKEN,     /* another member has the nickname */
    REJECT_NICK_RESERVED,  /* the nickname belongs to another key */
    REJECT_NOT_LISTED,     /* the key is not on the list of --members */
    REJECT_NICK_INVALID,   /* the nickname breaks the rule */
    REJECT_NICK_TIMEOUT,   /* the client chose no nickname in time */
    REJECT_PACKET_BROKEN,  /* the packet is invalid */
    REJECT_PACKET_TIMEOUT, /* the packet was not complete in time */
    REJECT_PACKET_MEMORY,  /* incomplete packets needed too much memory; this was the oldest */
    REJECT_UNEXPECTED,     /* the packet is not allowed in the client's state */
    REJECT_TOO_LONG,       /* the message does not fit into a packet with the nickname */
    REJECT_OTHER_PROTOCOL, /* the client speaks another protocol, such as HTTP, or no TLS */
    REJECT_TLS,            /* the handshake of TLS failed, or was not complete in time */
    REJECT_LIST_UNDER_WAY, /* the previous member list is still being sent */
    REJECT_ANSWER_RATE,    /* the client or its address receives too much: no list, no history */
    REJECT_SILENT,         /* the client's host does not answer */
    REJECT_STALLED,        /* the client read nothing for too long */
    REJECT_ABSENT,         /* no keepalive reply while another client asks for the nickname */
    REJECT_REPLACED,       /* its client came back on another connection */
    REJECT_DISPLACED,      /* its network has the most connections, and the server was full */
    REJECT_NO_MEMORY,
    REJECT_REASONS, /* number of reasons */
};

enum { COUNTERS_BOUNDS = 10 }; /* number of bounds of an iteration's duration */

struct counters {
    uint64_t accepted;                        /* connections */
    uint64_t messages;                        /* from members */
    uint64_t deliveries;                      /* messages and notices sent, for each member */
    uint64_t bytes_in, bytes_out;             /* received from clients, sent to clients */
    uint64_t rejected[REJECT_REASONS];        /* by reason */
    uint64_t iterations[COUNTERS_BOUNDS + 1]; /* by duration: up to each bound, and longer */
    uint64_t iteration_us;                    /* duration of all iterations */
    uint64_t longest_iteration_us;            /* duration of the longest iteration */
};

/* The bounds, in microseconds, ascending. */
extern const uint64_t counters_bounds[COUNTERS_BOUNDS];

/* Returns the reason as one word, for the metrics and the log. */
const char *reject_reason_name(enum reject_reason reason);

/* Counts an iteration of the event loop that took this many microseconds. */
void counters_add_iteration(struct counters *c, int64_t us);

/* Returns the number of all iterations. */
uint64_t counters_iterations(const struct counters *c);

/* Returns the number of all rejections. */
uint64_t counters_rejected(const struct counters *c);

#endif
