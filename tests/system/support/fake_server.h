/* fake_server: a listening socket of the test's own, to which klatch connects. */
#ifndef TESTS_SYSTEM_SUPPORT_FAKE_SERVER_H
#define TESTS_SYSTEM_SUPPORT_FAKE_SERVER_H

#include "tests/system/support/protocol_peer.h"

struct fake_server {
    int fd;
    char port[8];
};

/* Listens on a free port of 127.0.0.1. */
struct fake_server fake_server_listen(void);

/* Listens on this address, and on a free port where that is "0". */
struct fake_server fake_server_listen_at(const char *ip, const char *port);

/* Fills the listener's backlog with a connection that nobody accepts, so that the address answers
 * no other one: like a server behind a network that is down. Returns that connection. */
int fake_server_fill_backlog(struct fake_server *f);

/* The next client that dials; what it sends is read, and what it gets is sent, as with any peer. */
struct peer *fake_server_accept(struct fake_server *f);

/* Accepts, says HELLO, hears the client ask for this nickname, and lets it in. */
struct peer *fake_server_admit(struct fake_server *f, const char *nick);

void fake_server_close(struct fake_server *f);

#endif
