/* activity: PURE decides whether the user is looking at the screen, counts missed messages and
 * mentions, and decides when to notify the user. */
#ifndef TUI_UI_ACTIVITY_H
#define TUI_UI_ACTIVITY_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ACTIVITY_KEY_MS = 60000,   /* after a key, the user counts as looking, without focus reports */
    ACTIVITY_NOTIFY_MS = 5000, /* minimum time between two notifications */
};

/* All zero: no key was ever pressed. */
struct activity {
    enum {
        ACTIVITY_FOCUS_UNKNOWN,
        ACTIVITY_FOCUS_IN,
        ACTIVITY_FOCUS_OUT
    } focus;                 /* UNKNOWN: the terminal does not report it */
    int64_t active_until;    /* milliseconds: with ACTIVITY_FOCUS_UNKNOWN, the user is looking until
                                then */
    size_t unseen, mentions; /* messages that the user has not seen; those that mention the user */
    bool marker_set;         /* a marker shows where the unseen messages begin */
    bool notify_pending;     /* notify now; the caller that notifies clears this */
    int64_t next_notify_at;  /* milliseconds: no notification before then */
    char notify_nick[NICK_BYTES + 1];
};

/* Whether the user is looking now. */
bool activity_is_looking(const struct activity *a, int64_t now);

/* Note that the user pressed a key; that the terminal got or lost the focus. */
void activity_key(struct activity *a, int64_t now);
void activity_focus(struct activity *a, bool in);

/* Returns whether to set a marker above an unseen message: true once, until activity_all_seen. */
bool activity_needs_marker(struct activity *a);
void activity_all_seen(struct activity *a);

/* Counts a message from this nickname, and requests a notification if it mentions the user. */
void activity_message(struct activity *a, int64_t now, const char *nick, bool mention);

/* Writes the terminal's title: the number of mentions, and the server's address. Not sanitised. */
void activity_title(const struct activity *a, const char *where, char *ret, size_t size);

/* The text of a notification, after the nickname. */
#define ACTIVITY_MENTIONS " mentions you in klatch"

/* Writes the text of a notification, printable and without markup. */
void activity_notification(const struct activity *a, char *ret, size_t size);

#endif
