/* loop: one turn after another: wait, read what is ready, serve those who are behind, bury. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "server/admin/admin.h"
#include "server/net/listener.h"
#include "server/options.h"
#include "server/room/room.h"
#include "server/store/journal.h"
#include "server/system/sd_notify.h"

#include <stdbool.h>

/* Serves the room until a signal ends it. `signals` is a signalfd of the caller's: SIGTERM, SIGINT
 * (countdown; again: now), SIGHUP (the journal is opened and the settings are read again), SIGUSR1
 * (statistics). What becomes of it is told to `notify`. False with errno set when the loop cannot
 * start or go on. */
bool server_run(struct room *room, struct listener *listener, struct journal *journal,
                struct admin *admin, int signals, struct options *options,
                struct sd_notify *notify);

#endif
