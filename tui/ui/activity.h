/* attention: PURE whether the person is looking, what was missed, and when to call. */
#ifndef TUI_UI_ACTIVITY_H
#define TUI_UI_ACTIVITY_H

#include "common/nick.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ATTENTION_SPAN = 60000, /* ms that a key is a sign of looking, where the terminal gives none */
    ATTENTION_CALM = 5000,  /* ms between calls, however many mentions there are */
};

/* All zero is somebody who has never pressed a key. */
struct attention {
    enum { GAZE_UNKNOWN, GAZE_HERE, GAZE_AWAY } gaze; /* as the terminal says it, if it does */
    int64_t until;                                    /* looking until then, where it does not */
    size_t missed, mentions; /* messages that came while nobody looked; those that mention us */
    bool ruled;              /* where they begin is marked */
    bool calling;            /* a call is due; the one who makes it takes this back */
    int64_t calm;            /* and the next one not before then */
    char caller[NICK_BYTES + 1];
};

/* Whether the person is looking now. */
bool attention_looks(const struct attention *t, int64_t now);

/* A key was pressed; the terminal says that it has the focus now, or has it no more. */
void attention_key(struct attention *t, int64_t now);
void attention_focus(struct attention *t, bool here);

/* A message came that nobody saw: its place is marked once. Returns whether that is now. */
bool attention_unseen(struct attention *t);
/* What has come so far was seen: the mark is for what comes. */
void attention_seen(struct attention *t);

/* A message came from this nickname. */
void attention_hear(struct attention *t, int64_t now, const char *nick, bool mention);

/* The terminal's title: what was missed, and the place. Not sanitised. */
void attention_title(const struct attention *t, const char *where, char *ret, size_t size);

/* The words of a call: printable, and nothing that a desktop might take for markup. */
void attention_words(const struct attention *t, char *ret, size_t size);

#endif
