/* activity: PURE whether the user is looking, what was missed, and when to notify. */
#ifndef TUI_UI_ACTIVITY_H
#define TUI_UI_ACTIVITY_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ACTIVITY_KEY_MS = 60000,   /* a key is a sign of looking for so long, without focus reports */
    ACTIVITY_NOTIFY_MS = 5000, /* between notifications, however many mentions there are */
};

/* All zero: no key was ever pressed. */
struct activity {
    enum { FOCUS_UNKNOWN, FOCUS_IN, FOCUS_OUT } focus; /* as the terminal reports it, if it does */
    int64_t active_until;    /* where it does not: looking until then, in milliseconds */
    size_t unseen, mentions; /* messages that came while nobody looked; those that mention us */
    bool marker_set;         /* the place where they begin is marked */
    bool notify_pending;     /* notify now; who does it clears this */
    int64_t next_notify_at;  /* and not again before then, in milliseconds */
    char notify_nick[NICK_BYTES + 1];
};

/* Whether the user is looking now. */
bool activity_is_looking(const struct activity *a, int64_t now);

/* A key was pressed; the terminal reports that it has the focus, or has it no more. */
void activity_key(struct activity *a, int64_t now);
void activity_focus(struct activity *a, bool in);

/* A message came that was not seen. Returns whether to mark its place: once, until
 * activity_all_seen. */
bool activity_needs_marker(struct activity *a);
void activity_all_seen(struct activity *a);

/* A message came from this nickname. */
void activity_message(struct activity *a, int64_t now, const char *nick, bool mention);

/* Writes the terminal's title: what was missed, and where. Not sanitised. */
void activity_title(const struct activity *a, const char *where, char *ret, size_t size);

/* Writes a notification's text: printable, and nothing that a desktop could take for markup. */
void activity_notification(const struct activity *a, char *ret, size_t size);

#endif
