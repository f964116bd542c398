/* resolver: looks up a host name in a thread.
 *
 * getaddrinfo asks what nsswitch.conf names (/etc/hosts, DNS, mDNS, LDAP), as every program on the
 * machine does; c-ares only knows DNS, and getaddrinfo_a only exists in glibc and cannot cancel a
 * lookup that runs. But getaddrinfo blocks while a name server is silent, and nothing interrupts
 * it. So it runs in a detached thread that shares no memory but a counted struct lookup: the
 * program exits, or forgets the lookup, without waiting for the thread.
 *
 * glibc (since 2.26) and musl read a changed resolv.conf again, so no res_init is needed after a
 * laptop has moved to another network. */
#ifndef TUI_NET_RESOLVER_H
#define TUI_NET_RESOLVER_H

#include <netdb.h>
#include <stdbool.h>

struct resolver {
    struct lookup *lookup; /* the one that runs, or whose result is not taken yet; NULL: none */
};

/* Starts to look up a TCP service. A lookup that still runs, for the same host, is not doubled: its
 * result is waited for instead, so that a silent name server never has more than one thread
 * waiting. Returns 0, or an errno value. */
int resolver_start(struct resolver *r, const char *host, const char *port);

/* Returns the descriptor that is readable once the result can be taken. */
int resolver_fd(const struct resolver *r);

/* Takes the result. Returns false while the lookup runs. Otherwise stores either the addresses, for
 * the caller to free with freeaddrinfo, or NULL and the reason why there are none. */
bool resolver_take(struct resolver *r, struct addrinfo **ret_addresses, const char **ret_error);

/* Forgets a lookup; its thread frees it when getaddrinfo returns. */
void resolver_abandon(struct resolver *r);

#endif
