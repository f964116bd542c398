/* network_namespace: a network of the test's own, with an address that is not loopback. */
#ifndef TESTS_SYSTEM_SUPPORT_NETWORK_NAMESPACE_H
#define TESTS_SYSTEM_SUPPORT_NETWORK_NAMESPACE_H

/* A connection to this address also comes from it. */
extern const char remote_address[];

/* Moves the test into a new network namespace that has remote_address; unshare(2). Skips the test
 * when the system refuses one. */
void network_namespace_enter(void);

#endif
