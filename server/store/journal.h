/* journal: copies the messages of the room from the ring to a file, one line of JSON each
 * (common/record.h). If a write fails, the room goes on: the lines that are lost are counted, and
 * the journal continues as soon as a write succeeds. It never leaves half a line. */
#ifndef SERVER_STORE_JOURNAL_H
#define SERVER_STORE_JOURNAL_H

#include "common/record.h"
#include "server/room/ring.h"
#include "server/store/journal_sync.h"

enum { JOURNAL_BUFFER = 4 * RECORD_ROOM }; /* bytes written in one call */

/* Log lines and errors, which the path or a reason follows. */
#define JOURNAL_WRITE_FAILED  "cannot write to the journal"
#define JOURNAL_RESUMED       "writing to the journal again"
#define JOURNAL_SYNC_FAILED   "cannot sync the journal"
#define JOURNAL_SYNC_RESUMED  "syncing the journal again"
#define JOURNAL_REOPENED      "reopened the journal"
#define JOURNAL_REOPEN_FAILED "cannot reopen the journal, still writing to the old file"
#define JOURNAL_SAME_FILE     "the journal was not renamed, still writing to it"
#define JOURNAL_TORN_STAYS    "left it there, cannot move it to"
#define JOURNAL_LOCKED        "another server uses it"
#define JOURNAL_NOT_REGULAR   "it is not a regular file"

enum journal_sync_mode {
    JOURNAL_SYNC_ALWAYS, /* before the message is sent to a member */
    JOURNAL_SYNC_SECOND, /* about a second later, in a thread */
    JOURNAL_SYNC_NEVER,  /* when the kernel decides */
};

struct journal {
    const char *path; /* NULL: there is no journal */
    struct cursor at; /* next frame to write */
    enum journal_sync_mode sync_mode;
    int fd;
    size_t torn;      /* bytes of an incomplete line to cut off the end before the next write */
    uint64_t missing; /* lines lost since writes began to fail; 0: they do not fail */
    uint64_t lost;    /* lines lost before that */
    int sync_error;   /* errno of the sync that was logged last; 0: it succeeded */
    struct journal_sync sync;
    size_t len; /* of `lines` */
    char lines[JOURNAL_BUFFER];
};

/* Opens or creates the file, which must be regular, and locks it. Moves an incomplete last line to
 * FILE.torn. The path stays the caller's. Returns false after a line on standard error. */
bool journal_open(struct journal *j, const char *path, enum journal_sync_mode mode);

/* Writes the messages up to the ring's head; does nothing without a journal. */
void journal_write(struct journal *j, const struct ring *ring);

/* Opens the path again and continues in that file; keeps the old file if that fails. */
void journal_reopen(struct journal *j);

/* Syncs and closes the file. */
void journal_close(struct journal *j);

#endif
