/* replay: publishes the end of the journal in the room again, before anybody joins. */
#ifndef SERVER_STORE_REPLAY_H
#define SERVER_STORE_REPLAY_H

#include "server/room/room.h"

/* Publishes the last `lines` messages of the file, which stays the caller's; reads at most as many
 * bytes as the ring has. Logs how many messages it loaded, and how many invalid lines it skipped.
 */
void replay_journal(int fd, struct room *room, size_t lines);

#endif
