/* fake: a server that says what the test tells it, for klatch to meet. */
#ifndef TESTS_SYSTEM_SUPPORT_FAKE_SERVER_H
#define TESTS_SYSTEM_SUPPORT_FAKE_SERVER_H

#include "tests/system/support/protocol_peer.h"

struct fake {
    int fd;
    char port[8]; /* on 127.0.0.1 */
};

struct fake fake_listen(void);

/* The next client that dials; what it sends is read, and what it gets is sent, as with any peer. */
struct peer *fake_accept(struct fake *f);

/* Accepts, says HELLO, hears the client ask for this nickname, and lets it in. */
struct peer *fake_admit(struct fake *f, const char *nick);

void fake_close(struct fake *f);

#endif
