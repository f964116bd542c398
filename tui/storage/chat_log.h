/* chat_log: what the room said, kept in a file of the person's own: private, appended to, a record
 * a line, as it was shown. Every line is whole in the file before anything else happens. */
#ifndef TUI_STORAGE_CHAT_LOG_H
#define TUI_STORAGE_CHAT_LOG_H

#include "common/record.h"

#include <limits.h>
#include <stdbool.h>

/* Room for a record of the longest packet once its text is made safe to show. */
enum { CHAT_LOG_RECORD_SIZE = 4 * FRAME_PAYLOAD_MAX + 256 };

struct chat_log {
    int fd;                         /* -1: there is no log */
    bool torn;                      /* the file ends in half a line */
    char path[PATH_MAX];            /* where it is */
    char out[CHAT_LOG_RECORD_SIZE]; /* a line feed to end such a line with, then the record */
};

/* Opens it, or creates it, for nobody else to read; ~ and ~/ are the home directory. The log there
 * was is closed; or kept, where the new one cannot be opened. Returns NULL, or a sentence that says
 * why not. */
const char *chat_log_open(struct chat_log *f, const char *path);
void chat_log_close(struct chat_log *f);

/* Adds a line, with the time now. False with errno set when it is not in the file. */
bool chat_log_append(struct chat_log *f, const char *nick, const char *msg, enum proto proto);

/* Reads the last records there are, at most so many, oldest first; other lines are passed over. */
void chat_log_tail(const struct chat_log *f, size_t lines,
                   void (*each)(void *arg, const struct record *r), void *arg);

#endif
