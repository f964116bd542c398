/* ban_file: keeps the bans between runs, in a file that a person can read and edit while klatchd is
 * not running. Each change is a line at its end, "ban ADDRESS" or "unban ADDRESS"; the last line
 * about an address counts. An incomplete last line, which a crash can leave, is ignored. */
#ifndef SERVER_ADMIN_BAN_FILE_H
#define SERVER_ADMIN_BAN_FILE_H

#include "server/net/bans.h"
#include "server/system/worker.h"

enum {
    BAN_FILE_MAX = 64 << 20,     /* bytes of a file */
    BAN_FILE_QUEUE = 64 << 10,   /* bytes of lines that are not written yet */
    BAN_FILE_OBSOLETE_MAX = 1000 /* lines without effect; a file with more is written anew */
};

/* Why the file cannot be used. */
#define BAN_FILE_NOT_REGULAR "it is not a regular file"
#define BAN_FILE_LOCKED      "another server uses it"
#define BAN_FILE_TOO_LONG    "it is longer than 64 MB"

/* Log lines. */
#define BAN_FILE_LOADED(n)    "loaded " n " bans"
#define BAN_FILE_NO_BAN       "the line is ignored, because it is not a ban"
#define BAN_FILE_TOO_MANY     "the line is ignored, because there are too many bans"
#define BAN_FILE_INCOMPLETE   "the last line is ignored, because it is incomplete"
#define BAN_FILE_FAILED(path) "bans are not saved in " path
#define BAN_FILE_WORKS(path)  "bans are saved in " path " again"

/* All zero: there is no file. */
struct ban_file {
    bool is_open;
    int fd;
    const char *path;
    struct worker *worker;
    struct bans bans; /* as read from the file */
    struct job job;   /* writes the first `writing` bytes of `lines` */
    bool is_torn;     /* the file ends in half a line */
    int error;        /* of the last job; 0: none */
    bool is_failing;  /* logged */
    size_t n, writing;
    char lines[BAN_FILE_QUEUE];
};

/* Opens and locks the file, creates it with mode 0600 if it is missing, and reads the bans. Writes
 * it anew if it has many obsolete lines. The path stays the caller's. Returns NULL, or a clause
 * that says why it failed. Waits for the disk. */
const char *ban_file_open(struct ban_file *f, const char *path);

/* Queues a change for the worker, which writes it; does nothing if there is no file. Logs a
 * failure, and tries again at the next change. */
void ban_file_add(struct ban_file *f, const char *verb, const struct ban *ban);

/* Writes the rest and closes the file; the worker has stopped. */
void ban_file_close(struct ban_file *f);

#endif
