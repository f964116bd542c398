/* afar: a network address that is not this machine's loopback. */
#ifndef TESTS_SYSTEM_SUPPORT_NETWORK_NAMESPACE_H
#define TESTS_SYSTEM_SUPPORT_NETWORK_NAMESPACE_H

/* Who dials it comes from it. */
extern const char afar[];

/* Enters a network of the test's own in which this machine has that address; unshare(2). Skips the
 * test where that is not possible. */
void afar_go(void);

#endif
