/* replay: the end of the journal, read back into the room before it opens. */
#ifndef SERVER_STORE_REPLAY_H
#define SERVER_STORE_REPLAY_H

#include "server/room/room.h"

/* Publishes the last `lines` records of the file again, which stays the caller's; looks at no more
 * of its bytes than the ring has. Logs how many, and how many lines from the first on were none. */
void replay_journal(int fd, struct room *room, size_t lines);

#endif
