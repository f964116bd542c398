/* store: PURE the lines received, by number, as many as there is room for; those of ours that the
 * room has not said yet stand below all others. */
#ifndef TUI_UI_MESSAGES_MESSAGE_BUFFER_H
#define TUI_UI_MESSAGES_MESSAGE_BUFFER_H

#include "tui/ui/messages/line_wrap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum line_kind {
    LINE_MESSAGE,  /* somebody's */
    LINE_OWN,      /* ours, come back from the room */
    LINE_NOTICE,   /* the server's: joins, leaves, renames, refusals */
    LINE_STATUS,   /* the client's own words: help, errors, lists */
    LINE_DAY,      /* where the day changes; the caller adds it too */
    LINE_UNREAD,   /* above the first line that was not seen: there is one at most */
    LINE_BREAK,    /* where something may be missing, or what follows is of another time */
    LINE_PENDING,  /* ours, not come back from the room: these two stand below all others */
    LINE_DOUBTFUL, /* likewise, and nobody knows whether it arrived */
};

struct line {
    time_t at;
    enum line_kind kind;
    char *nick;    /* sanitised, one line; "" where nobody speaks */
    char *text;    /* sanitised; may hold line feeds */
    bool stressed; /* it mentions us */
};

enum { STORE_BYTES = 16 << 20 /* of text at the most, whatever the number of lines */ };

/* A line and its rows, which are found when it is first shown at a width. */
struct entry {
    struct line line;
    size_t n;
    struct rows rows;
    int columns; /* the width the rows are for; 0: none yet */
    size_t gone; /* how many lines it stands for; 0: it is a line itself */
};

/* Lines are numbered from the first one ever. */
struct store {
    struct entry *entries; /* line `seq` is at seq % max */
    size_t max, bytes;     /* how many lines there may be; how long their texts are together */
    uint64_t oldest, next;
    size_t pending; /* the newest lines, so many, are pending ones */
};

/* Room for so many lines. False without memory. */
bool store_init(struct store *s, size_t max_lines);
void store_free(struct store *s);

/* The line of this number, which is there; the i-th pending one, the oldest being 0. */
struct entry *store_at(const struct store *s, uint64_t seq);
struct entry *store_pending(const struct store *s, size_t i);

/* An entry of a line, its texts sanitised; it is the caller's until it is put. False without
 * memory. */
bool store_write(struct entry *ret, time_t at, enum line_kind kind, const char *nick,
                 const char *text);

/* Whether an entry with a text of n bytes has to wait until another one has gone. */
bool store_is_full(const struct store *s, size_t n);

/* Puts a line above the pending ones unless it is one itself, where there is room for it. Returns
 * its number; those below it have moved by one. */
uint64_t store_put(struct store *s, const struct entry *e);

/* The newest line but for the pending ones has this text now. False without memory, or where there
 * is none. */
bool store_amend(struct store *s, const char *text);

/* How many lines a reader would count in an entry: those it stands for, and no rules. */
size_t store_lines(const struct entry *e);

/* The entry is a rule from now on, that stands for so many lines. False without memory. */
bool store_stand_for(struct store *s, struct entry *e, size_t gone);

/* Takes one out from above; those above it, which should be few, have moved by one. */
void store_close_up(struct store *s, uint64_t seq);

/* Takes out the oldest one. */
void store_forget_oldest(struct store *s);

/* Takes one out; those below it have moved by one. */
void store_take_out(struct store *s, uint64_t seq);

/* Forgets every line but the pending ones. */
void store_clear(struct store *s);

#endif
