/* chat_log: the user's log of the room: mode 0600, append-only, one JSON record per line, which is
 * safe to show. Each line is complete in the file when chat_log_append returns. */
#ifndef TUI_STORAGE_CHAT_LOG_H
#define TUI_STORAGE_CHAT_LOG_H

#include "common/record.h"
#include "tui/storage/append_file.h"

#include <stdbool.h>

struct chat_log {
    struct append_file file; /* none: no log */
    char out[RECORD_ROOM];
};

/* Opens the file, or creates it with mode 0600; a leading ~ or ~/ is the home directory. Closes the
 * previous log, but keeps it if the new one cannot be opened. Returns NULL, or a sentence that says
 * why it cannot. */
const char *chat_log_open(struct chat_log *l, const char *path);
void chat_log_close(struct chat_log *l);

/* Appends a record with a time in milliseconds since 1970, in UTC. Returns false with errno set if
 * it is not completely in the file. nick may be NULL. */
bool chat_log_append(struct chat_log *l, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto);

/* Calls `each` for the records in the last `lines` lines, oldest first; skips invalid lines. */
void chat_log_tail(const struct chat_log *l, size_t lines,
                   void (*each)(void *arg, const struct record *r), void *arg);

#endif
