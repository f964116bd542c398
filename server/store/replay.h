/* replay: adds the end of the journal to the history of the room, before anybody joins. */
#ifndef SERVER_STORE_REPLAY_H
#define SERVER_STORE_REPLAY_H

#include "server/room/room.h"
#include "server/system/opener.h"

/* The log line when a signal ends the reading. */
#define REPLAY_STOPPED "the journal is not read further, because the server was told to end"

/* Restores the last `lines` messages of the journal, whose descriptor stays the caller's. If it
 * has fewer, continues with rotated files, which the journal's opener opens, whose messages are
 * older, the newest file first. Reads at most as many bytes as the ring has, and no holes. Stops
 * when SIGTERM or SIGINT, which are blocked, is pending. Logs how many messages it loaded, and how
 * many invalid lines it skipped. */
void replay_journal(int fd, struct opener *opener, struct room *room, size_t lines);

#endif
