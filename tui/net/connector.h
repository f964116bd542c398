/* connector: makes a connection to a host ("Happy Eyeballs", RFC 8305). Resolves the host name anew
 * each time, then starts an attempt to connect to one address after another, IPv6 and IPv4 in turn,
 * without waiting for the earlier ones to fail. The first to connect wins. Never blocks. */
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
    CONNECTOR_ADDRESSES_MAX = 32, /* of a host; the resolver's later ones are left out */
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
    struct addrinfo fixed;              /* instead of them, for an IP address or unix:PATH; */
    struct sockaddr_storage fixed_addr; /* its family is 0 for a host name */
    struct connector_attempt attempts[CONNECTOR_ADDRESSES_MAX]; /* in the order of their start */
    size_t count, started;
    int64_t next_at; /* milliseconds: when to start the next attempt */
    int epoll;       /* holds the sockets that are connecting; -1: none are */
    int fd;          /* the connected socket; -1: none */
};

/* Prepares for a host name, an IP address, or unix:PATH. The strings stay the caller's. Returns
 * NULL, or a sentence that says what is wrong with a path. */
const char *connector_init(struct connector *c, const char *host, const char *port);

/* Starts from the beginning, whatever went before. */
void connector_start(struct connector *c, int64_t now);

/* Does what is due and returns the state after it. */
enum connector_state connector_process(struct connector *c, int64_t now);

/* Whether the host's addresses are known, since connector_start. */
bool connector_is_resolved(const struct connector *c);

/* Returns the descriptor that is readable when there is something to process, and when there will
 * be at the latest; -1: none. */
int connector_fd(const struct connector *c);
int64_t connector_deadline(const struct connector *c);

/* Returns the connected socket, for the caller to close. The connector is idle afterwards. */
int connector_take(struct connector *c);

/* Closes everything. A lookup in progress is left to its thread. */
void connector_free(struct connector *c);

#endif
