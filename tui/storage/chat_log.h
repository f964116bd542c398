/* logfile: what the room said, kept in a file of the person's own: private, appended to, a record a
 * line, as it was shown. Every line is whole in the file before anything else happens. */
#ifndef TUI_STORAGE_CHAT_LOG_H
#define TUI_STORAGE_CHAT_LOG_H

#include "common/record.h"

#include <limits.h>
#include <stdbool.h>

/* Room for a record of the longest packet once its text is made safe to show. */
enum { LOGFILE_ROOM = 4 * FRAME_PAYLOAD_MAX + 256 };

struct logfile {
    int fd;                 /* -1: there is no log */
    bool torn;              /* the file ends in half a line */
    char path[PATH_MAX];    /* where it is */
    char out[LOGFILE_ROOM]; /* a line feed to end such a line with, then the record */
};

/* Opens it, or creates it, for nobody else to read; ~ and ~/ are the home directory. The log there
 * was is closed; or kept, where the new one cannot be opened. Returns NULL, or a sentence that says
 * why not. */
const char *logfile_open(struct logfile *f, const char *path);
void logfile_close(struct logfile *f);

/* Adds a line, with the time now. False with errno set when it is not in the file. */
bool logfile_add(struct logfile *f, const char *nick, const char *msg, enum proto proto);

/* Reads the last records there are, at most so many, oldest first; other lines are passed over. */
void logfile_tail(const struct logfile *f, size_t lines,
                  void (*each)(void *arg, const struct record *r), void *arg);

#endif
