/* resolver: looks up a host name in a thread.
 *
 * getaddrinfo(3) uses all sources of nsswitch.conf (/etc/hosts, DNS, mDNS, LDAP), like every
 * program on the machine. c-ares uses DNS only; getaddrinfo_a exists in glibc only, and cannot
 * cancel a lookup in progress. But getaddrinfo blocks while a name server does not answer, and
 * nothing interrupts it. So it runs in a detached thread, which shares only a reference-counted
 * struct lookup: the program can exit, or drop the lookup, without waiting for the thread.
 *
 * glibc (since 2.26) and musl read a changed resolv.conf again, so the resolver needs no res_init
 * after a laptop has moved to another network. */
#ifndef TUI_NET_RESOLVER_H
#define TUI_NET_RESOLVER_H

#include <netdb.h>
#include <stdbool.h>

struct resolver {
    struct lookup *lookup; /* in progress, or its result is not taken yet; NULL: none */
};

/* Starts to look up a TCP service. If a lookup is in progress, waits for its result instead: the
 * host never changes, so that at most one thread waits for a silent name server. Returns 0, or an
 * errno value. */
int resolver_start(struct resolver *r, const char *host, const char *port);

/* Returns the descriptor that is readable once the result can be taken. */
int resolver_fd(const struct resolver *r);

/* Takes the result. Returns false while the lookup is in progress. Otherwise stores the addresses,
 * which the caller frees with freeaddrinfo; or NULL, and the reason why there are none. */
bool resolver_take(struct resolver *r, struct addrinfo **ret_addresses, const char **ret_error);

/* Drops a lookup; its thread frees it when getaddrinfo returns. */
void resolver_abandon(struct resolver *r);

#endif
