/* fake_server: a listening socket of the test's own, to which klatch connects. */
#ifndef TESTS_SYSTEM_SUPPORT_FAKE_SERVER_H
#define TESTS_SYSTEM_SUPPORT_FAKE_SERVER_H

#include "tests/system/support/protocol_peer.h"

struct fake_server {
    int fd;
    char port[8]; /* on 127.0.0.1 */
};

struct fake_server fake_server_listen(void);

/* The next client that dials; what it sends is read, and what it gets is sent, as with any peer. */
struct peer *fake_server_accept(struct fake_server *f);

/* Accepts, says HELLO, hears the client ask for this nickname, and lets it in. */
struct peer *fake_server_admit(struct fake_server *f, const char *nick);

void fake_server_close(struct fake_server *f);

#endif
