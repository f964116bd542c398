/* client: a chat client to measure, and how to start it. */
#ifndef TESTS_CLIENTS_CLIENT_H
#define TESTS_CLIENTS_CLIENT_H

#include "tests/clients/room.h"

enum { CLIENTS = 4 };

/* Shell commands. $BUILD, $PORT of the room, $TLS_PORT of its TLS proxy and a writable $HOME are
 * set. */
struct client {
    const char *name;
    enum protocol protocol;
    const char *needs;   /* required programs */
    const char *prepare; /* runs once, first; NULL: nothing */
    const char *proxy;   /* a TLS proxy that runs meanwhile; NULL: none */
    const char *run;
};

extern const struct client clients[CLIENTS];

#endif
