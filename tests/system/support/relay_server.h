/* relay_server: a process that speaks the protocol as its authors' server does. It relays each
 * broadcast unread, byte by byte, also to connections that have no nickname yet. It announces in a
 * goodbye who leaves, ignores every other packet, who included, and frees a nickname only after a
 * goodbye. */
#ifndef TESTS_SYSTEM_SUPPORT_RELAY_SERVER_H
#define TESTS_SYSTEM_SUPPORT_RELAY_SERVER_H

#include "tests/system/support/protocol_peer.h"

#include <sys/types.h>

/* The text of the goodbye, after the nickname. */
#define RELAY_SERVER_LEFT " has left."

enum { RELAY_SERVER_NEVER = 1000 };

struct relay_server {
    pid_t pid;
    char port[8];
};

/* Listens on a free port of 127.0.0.1. Refuses a nickname whose connection ended without a goodbye
 * this many times, or RELAY_SERVER_NEVER frees it. */
struct relay_server relay_server_start(int refusals);
void relay_server_stop(struct relay_server *s);

/* Joins with this nickname. */
struct peer *relay_server_join(const struct relay_server *s, const char *nick);

#endif
