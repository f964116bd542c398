/* waiting: PURE what the client waits for, and since when; what is worth telling the user. Times
 * are milliseconds. */
#ifndef TUI_CORE_WAITING_H
#define TUI_CORE_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum waiting_for {
    WAITING_NOTHING,
    WAITING_ADDRESS,    /* of the host name */
    WAITING_CONNECTION, /* one of the addresses to answer */
    WAITING_GREETING,   /* HELLO */
    WAITING_NICK,       /* whether the nickname is accepted */
    WAITING_ECHO,       /* own lines to be repeated by the room */
};

enum {
    WAITING_SHOWN_MS = 3000,       /* before the seconds are shown */
    WAITING_ECHO_SHOWN_MS = 30000, /* the same for WAITING_ECHO: the room may be busy */
    WAITING_REPORTED_MS = 10000,   /* before a line says so */
};

struct waiting {
    enum waiting_for what;
    int64_t since;
    size_t unanswered; /* of WAITING_ECHO */
    int64_t shown;     /* waiting_seconds at the last waiting_update */
    bool reported;     /* cleared by the caller, once the server has answered */
};

/* Sets what is waited for. The time starts anew when that is something else, and when there are
 * fewer lines unanswered than before. Returns whether waiting_seconds has changed since the last
 * call. */
bool waiting_update(struct waiting *w, enum waiting_for what, size_t unanswered, int64_t now);

/* Returns the seconds to show; 0: too few to be worth it. */
int64_t waiting_seconds(const struct waiting *w, int64_t now);

/* Returns when waiting_seconds changes next; -1: never. */
int64_t waiting_deadline(const struct waiting *w, int64_t now);

/* Returns true when a line should say what is waited for: once, until `reported` is cleared, so
 * that attempts that fail one after another do not fill the view. */
bool waiting_report(struct waiting *w, int64_t now);

#endif
