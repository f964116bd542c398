/* client: a chat client to measure, said in data: how to start it in the room. */
#ifndef TESTS_CLIENTS_CLIENT_H
#define TESTS_CLIENTS_CLIENT_H

#include "tests/clients/room.h"

enum { CLIENTS = 4 };

/* The shell runs these where $BUILD, $PORT of the room, $TLS_PORT of the way to it through TLS, and
 * a $HOME to write to are known. */
struct client {
    const char *name;
    enum protocol protocol;
    const char *needs;   /* programs that have to be there */
    const char *prepare; /* once, before all else; NULL: nothing */
    const char *front;   /* runs as long as the client is measured, and listens; NULL: nothing */
    const char *run;
};

extern const struct client clients[CLIENTS];

#endif
