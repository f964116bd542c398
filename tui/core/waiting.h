/* waiting: PURE measures how long the client waits for something, and decides when to tell the
 * user. Times are in milliseconds. */
#ifndef TUI_CORE_WAITING_H
#define TUI_CORE_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum waiting_for {
    WAITING_NOTHING,
    WAITING_ADDRESS,    /* for the name server */
    WAITING_CONNECTION, /* until one of the addresses answers */
    WAITING_GREETING,   /* for HELLO */
    WAITING_NICK,       /* until the server accepts or refuses the nickname */
    WAITING_ECHO,       /* until the room repeats our lines */
};

enum {
    WAITING_SHOWN_MS = 3000,       /* after this time, the status bar shows the seconds */
    WAITING_ECHO_SHOWN_MS = 30000, /* the same for WAITING_ECHO, because the room may be busy */
    WAITING_REPORTED_MS = 10000,   /* after this time, a line tells the user */
};

struct waiting {
    enum waiting_for what;
    int64_t since;
    size_t unanswered; /* lines, for WAITING_ECHO */
    int64_t shown;     /* waiting_seconds at the last waiting_update */
    bool reported;     /* a line told the user; the caller clears it when the server answers */
};

/* Sets what the client waits for. Restarts the time if that changes, or if fewer lines are
 * unanswered than before. Returns whether waiting_seconds has changed since the last call. */
bool waiting_update(struct waiting *w, enum waiting_for what, size_t unanswered, int64_t now);

/* Returns the seconds to show; 0: too few to show. */
int64_t waiting_seconds(const struct waiting *w, int64_t now);

/* Returns when waiting_seconds changes next; -1: never. */
int64_t waiting_deadline(const struct waiting *w, int64_t now);

/* Returns true if a line should tell the user: once, until the caller clears `reported`, so that
 * repeated failures do not fill the screen. */
bool waiting_report(struct waiting *w, int64_t now);

#endif
