/* connector: makes a connection to a host ("Happy Eyeballs", RFC 8305). Each time, looks up the
 * host name again, then starts an attempt to connect to one address after another, IPv6 and IPv4 in
 * turn, without waiting until earlier attempts fail. Uses the first that connects. Never blocks. */
#ifndef TUI_NET_CONNECTOR_H
#define TUI_NET_CONNECTOR_H

#include "tui/net/resolver.h"

#include <netdb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    CONNECTOR_DELAY_MS = 250,     /* between the starts of two attempts; RFC 8305, section 8 */
    CONNECTOR_TIMEOUT_MS = 10000, /* for one address to answer */
    CONNECTOR_ADDRESSES_MAX = 32, /* addresses of a host; any more are ignored */
};

enum connector_state {
    CONNECTOR_IDLE,
    CONNECTOR_RESOLVING,
    CONNECTOR_CONNECTING,
    CONNECTOR_CONNECTED, /* connector_take returns the socket */
    CONNECTOR_FAILED,    /* `error` says why */
};

struct connector_attempt {
    const struct addrinfo *address;
    int fd;           /* -1: not started, or failed */
    int64_t deadline; /* milliseconds */
};

struct connector {
    const char *host, *port;
    enum connector_state state;
    const char *error; /* of the last address that failed, or of the lookup */
    struct resolver resolver;
    struct addrinfo *addresses;         /* the resolver's; NULL: none */
    struct addrinfo fixed;              /* instead of them, for an IP address or unix:PATH */
    struct sockaddr_storage fixed_addr; /* the address of `fixed`; family 0 for a host name */
    struct connector_attempt attempts[CONNECTOR_ADDRESSES_MAX]; /* in the order of their start */
    size_t count, started;
    int64_t next_at; /* milliseconds: when to start the next attempt */
    int epoll;       /* epoll(7) descriptor of the connecting sockets; -1: none */
    int fd;          /* the connected socket; -1: none */
    bool is_local;   /* it leads to this machine */
};

/* Prepares for a host name, an IP address, or unix:PATH. The strings stay the caller's. Returns
 * NULL, or a sentence that says what is wrong with a path. */
const char *connector_init(struct connector *c, const char *host, const char *port);

/* Starts a new attempt from the beginning; drops an earlier one. */
void connector_start(struct connector *c, int64_t now);

/* Does everything that is due, and returns the new state. */
enum connector_state connector_process(struct connector *c, int64_t now);

/* Whether the host's addresses are known. */
bool connector_is_resolved(const struct connector *c);

/* Return the descriptor that becomes readable when connector_process is due, and the latest time to
 * call it, in milliseconds; -1: none. */
int connector_fd(const struct connector *c);
int64_t connector_deadline(const struct connector *c);

/* Returns the connected socket, for the caller to close. The connector is idle afterwards. */
int connector_take(struct connector *c);

/* Closes everything. A lookup in progress goes on in its thread, which frees it. */
void connector_free(struct connector *c);

#endif
