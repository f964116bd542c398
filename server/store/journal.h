/* journal: the log on disk: one more reader of the ring, a line of JSON for each broadcast, as
 * common/record.h has it. What cannot be written is counted, the room goes on, and as soon as the
 * disk takes lines again they are written again: never half a line. */
#ifndef SERVER_STORE_JOURNAL_H
#define SERVER_STORE_JOURNAL_H

#include "common/record.h"
#include "server/room/ring.h"
#include "server/store/journal_sync.h"

enum { JOURNAL_BUFFER = 4 * RECORD_ROOM /* bytes written in one call */ };

enum journal_sync_mode {
    JOURNAL_SYNC_ALWAYS, /* before anybody reads a line it is on the disk */
    JOURNAL_SYNC_SECOND, /* about a second later */
    JOURNAL_SYNC_NEVER,  /* when the system writes it */
};

struct journal {
    const char *path; /* NULL: there is no journal */
    struct cursor at; /* its place in the ring */
    enum journal_sync_mode sync_mode;
    int fd;
    size_t torn;      /* bytes of half a line at the file's end, to be cut before anything else */
    uint64_t missing; /* lines that were not written since the trouble began; 0: there is none */
    uint64_t lost;    /* the same of all troubles before */
    int sync_error;   /* that was told */
    struct journal_sync sync;
    size_t len;
    char lines[JOURNAL_BUFFER];
};

/* Opens or makes the file, a regular one that no other server may write to as long; a last line
 * without its line feed, however long, is put into FILE.torn. The path stays the caller's. False
 * after one line on standard error that says why not. */
bool journal_open(struct journal *j, const char *path, enum journal_sync_mode mode);

/* Writes every broadcast from its place to the ring's head; nothing where there is no journal. */
void journal_write(struct journal *j, const struct ring *ring);

/* Goes on in the file that has the name now; where that fails, in the one it has. */
void journal_reopen(struct journal *j);

/* Closes the file, everything on the disk. */
void journal_close(struct journal *j);

#endif
