/* journal: copies the messages of the room from the ring to a file, one line of JSON each
 * (common/record.h). If a write fails, the room continues: the journal counts the lost lines, and
 * continues as soon as a write succeeds.
 *
 * The journal is one more reader of the ring. The loop makes lines of the new frames in one buffer,
 * while a worker writes the other buffer. If the disk is slow, frames stay in the ring; if the ring
 * overwrites them, they are lost and counted. Members receive a frame when it is in the file, or
 * when the file has been busy for JOURNAL_PATIENCE; with JOURNAL_SYNC_ALWAYS, only when it is
 * synced.
 *
 * The loop never waits for a disk. Calls that may wait run in a worker:
 *   - opening, finding, locking and writing the journal's file: in the journal's own worker
 *   - fdatasync(2) every second, and closing a replaced file: in the server's worker, so that a
 * sync does not delay a write; with JOURNAL_SYNC_ALWAYS, fdatasync(2) after each write: in the
 *     journal's own worker
 *   - reading the settings again: in the server's worker; writing the log: in the log's
 * The main thread does the rest: everything before the first connection, and after the last one
 * the end of the journal and removing the sockets' files. */
#ifndef SERVER_STORE_JOURNAL_H
#define SERVER_STORE_JOURNAL_H

#include "common/record.h"
#include "server/room/ring.h"
#include "server/store/journal_file.h"
#include "server/store/journal_paths.h"
#include "server/system/worker.h"

enum {
    JOURNAL_BUFFER = RECORD_ROOM, /* bytes written in one call */
    JOURNAL_PATIENCE = 20,        /* maximum of milliseconds that messages wait for a write */
};

/* Log lines and errors, which the path or a reason follows. */
#define JOURNAL_WRITE_FAILED  "cannot write to the journal"
#define JOURNAL_RESUMED       "writing to the journal again"
#define JOURNAL_SYNC_FAILED   "cannot sync the journal"
#define JOURNAL_SYNC_RESUMED  "syncing the journal again"
#define JOURNAL_REOPENED      "reopened the journal"
#define JOURNAL_REOPEN_FAILED "cannot reopen the journal"
#define JOURNAL_SAME_FILE     "the journal was not renamed, still writing to it"
#define JOURNAL_WAS_DELETED   "the journal was deleted"
#define JOURNAL_WAS_MOVED     "the journal was moved without a HUP"
#define JOURNAL_NOT_WATCHED   "cannot rotate the journal"
#define JOURNAL_SLOW          "the journal's disk is slow"
#define JOURNAL_CAUGHT_UP     "the journal's disk has caught up"
#define JOURNAL_OVERRUN       "the disk is slower than the room"
#define JOURNAL_LARGE(size)   "the journal has " size ", consider rotating it"

/* Bytes of the journal that are logged as large, unless there is a maximum: then half of that; and
 * again at twice the size. */
#define JOURNAL_WARNING ((off_t)1 << 30)

enum journal_sync_mode {
    JOURNAL_SYNC_ALWAYS, /* before the message is sent to a member */
    JOURNAL_SYNC_SECOND, /* about a second later */
    JOURNAL_SYNC_NEVER,  /* when the kernel decides */
};

/* Lines to write. It belongs to the worker while `write` is pending. */
struct journal_batch {
    struct cursor end; /* behind the last frame */
    size_t len, lines; /* bytes and lines of `text` */
    off_t max;         /* bytes of the file; 0: no limit */
    bool reopens;      /* open the path again first, because of a HUP */
    bool checks;       /* check whether the path still names the file */

    /* Results: */
    size_t written; /* bytes of whole lines */
    int error;      /* if not all is written: errno of the write, or 0: the file is full */
    int sync_error; /* JOURNAL_SYNC_ALWAYS: errno of the sync, or 0 */
    int fd;         /* the file's */
    int old;        /* the descriptor of a replaced file, or -1 */
    char text[JOURNAL_BUFFER];
};

/* A request to the server's worker to sync the file, or to sync and close a replaced one. */
struct journal_sync {
    struct job job;
    struct journal *journal;
    int fd, error;
    bool syncs;
    uint64_t lines; /* written since the last sync */
};

struct journal {
    const char *path; /* NULL: there is no journal */
    enum journal_sync_mode mode;
    off_t max;                 /* bytes of the file; 0: no limit; the caller may change it */
    struct cursor at, written; /* next frame to make a line of; next frame to write */
    int fd;                    /* the file's */
    uint64_t missing;          /* lines lost since writes began to fail; 0: writes succeed */
    uint64_t lost;             /* lines lost in earlier failures */
    uint64_t unsafe;           /* lines written before a sync that failed */
    uint64_t late;             /* lines that members received before they were in the file */
    uint64_t late_seq;         /* `late` counts the frames before this one */
    int sync_error;            /* errno of the last sync that was logged; 0: it succeeded */
    bool reopens;              /* open the path again, because of a HUP */
    bool has_recovered;        /* the last write succeeded */
    bool is_slow;              /* the disk is slow, and the log says so */
    int64_t told_at;           /* milliseconds: until then, messages wait for the log; 0: no */
    int64_t submitted_at;      /* milliseconds: when the worker received its batch */
    int64_t prompt_at;         /* milliseconds: from then on, messages wait for a write again */
    int64_t check_at;          /* milliseconds: when to check the file's place again */
    int64_t sync_at;           /* milliseconds: when to sync; 0: nothing is written */
    uint64_t unsynced;         /* lines written since the last sync was requested */
    struct worker writer;
    struct worker *worker;           /* the server's */
    struct job write;                /* the writer's batch */
    struct journal_sync sync;        /* each second */
    struct journal_batch batches[2]; /* the writer's, at index `writing`; the loop's */
    int writing;
    struct journal_paths paths;
    struct opener opener; /* the main thread's until the first write, then the writer's */

    /* The writer's: */
    struct journal_file file;
    const char *trouble; /* why the path does not name the file, after logging it; or NULL */
    bool is_blind;       /* the opener has ended, and the log says so */
    int64_t moved_at;    /* milliseconds: when the move was noticed; 0: not moved */
    off_t warn_at;       /* bytes of the file that are logged as large; 0: not known yet */
};

/* Prepares the opener of a journal that is all zero; the caller may start its helper then. The path
 * stays the caller's. */
void journal_prepare(struct journal *j, const char *path);

/* Opens or creates the file, and starts the journal's worker; the server's must run. Without
 * journal_prepare, opens the files in this process. The path stays the caller's. Returns false
 * after a line on standard error. */
bool journal_open(struct journal *j, const char *path, enum journal_sync_mode mode,
                  struct worker *worker);

/* Makes lines of the new frames, passes them to the worker if it is idle, and does what is due.
 * Holds back the ring's frames that must be written before they are sent. `now` is in milliseconds.
 * Does nothing without a journal. */
void journal_write(struct journal *j, struct ring *ring, int64_t now);

/* Returns when journal_write has something to do, in milliseconds; 0: not before an event. */
int64_t journal_deadline(const struct journal *j, const struct ring *ring);

/* Opens the path again and continues in that file, from the next journal_write on; keeps the old
 * file if that fails. */
void journal_reopen(struct journal *j);

/* Whether journal_reopen is not done yet. */
bool journal_is_reopening(const struct journal *j);

/* Waits until all frames are written. */
void journal_drain(struct journal *j, struct ring *ring, int64_t now);

/* Waits until all frames are written and synced, and closes the file. */
void journal_close(struct journal *j, struct ring *ring);

#endif
