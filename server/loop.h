/* loop: one turn after another: wait, read what is ready, serve those who are behind, bury. */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include "server/listener.h"
#include "server/room.h"

#include <stdbool.h>

struct loop_options {
    int shutdown_delay; /* seconds of countdown */
    bool quiet;         /* do not log what people say */
};

/* Serves the room until a signal ends it: SIGTERM, SIGINT (countdown; again: now), SIGHUP, SIGUSR1
 * (statistics), which the caller has blocked. False with errno set when the loop cannot start. */
bool loop_run(struct room *room, struct listener *listener, const struct loop_options *options);

#endif
