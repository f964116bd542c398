/* loop: one turn after another: wait, read what is ready, serve those who are behind, bury. */
#ifndef SERVER_LOOP_H
#define SERVER_LOOP_H

#include "server/listener.h"
#include "server/room.h"

#include <stdbool.h>

struct loop_options {
    int shutdown_delay; /* seconds of countdown */
    int nick_timeout;   /* seconds to choose a nickname; 0: for ever */
    bool quiet;         /* do not log what people say */
};

/* Serves the room until a signal ends it. `signals` is a signalfd of the caller's: SIGTERM, SIGINT
 * (countdown; again: now), SIGHUP, SIGUSR1 (statistics). False with errno set when the loop cannot
 * start or go on. */
bool loop_run(struct room *room, struct listener *listener, int signals,
              const struct loop_options *options);

#endif
