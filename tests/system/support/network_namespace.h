/* network_namespace: a network of the test's own, with an address that is not loopback, and host
 * names of its own. */
#ifndef TESTS_SYSTEM_SUPPORT_NETWORK_NAMESPACE_H
#define TESTS_SYSTEM_SUPPORT_NETWORK_NAMESPACE_H

/* A connection to this address also comes from it. */
extern const char remote_address[];

/* The address of the test's own machine on the Ethernet of network_namespace_add_machine. */
extern const char lan_address[];

/* Moves the test into a new network namespace that has remote_address; unshare(2). Skips the test
 * when the system refuses one. */
void network_namespace_enter(void);

/* Moves the test into a new mount namespace as well, whose /etc/hosts has this text. Any other name
 * is asked for at the name server 127.0.0.1, port 53, for 30 seconds. Call it after
 * network_namespace_enter; skips the test when the system refuses. */
void network_namespace_set_names(const char *hosts);

/* Replaces the text of /etc/hosts, after network_namespace_set_names. */
void network_namespace_change_hosts(const char *hosts);

/* Takes the IPv4 loopback address away; others stay. */
void network_namespace_remove_ipv4(void);

/* Adds the IPv4 network of an address to the loopback interface: each of its addresses is one of
 * this machine. */
void network_namespace_add_ipv4(const char *ip);

/* Adds an IPv6 address to the loopback interface. */
void network_namespace_add_ipv6(const char *ip);

/* Adds a machine to the test's Ethernet: a network namespace with this address, as in
 * 2001:db8::2/64. The first call gives the test's own machine the address lan_address. Returns a
 * descriptor for network_namespace_go. Skips the test when the system refuses. */
int network_namespace_add_machine(const char *address);

/* Moves the test to a machine, so that it connects from there; setns(2). */
void network_namespace_go(int machine);

/* Makes every address of a network, as in 2001:db8::/48, an address of this machine, which a socket
 * with IPV6_FREEBIND or IP_FREEBIND may use; ip-route(8). Skips the test when the system refuses.
 */
void network_namespace_add_network(const char *network);

#endif
