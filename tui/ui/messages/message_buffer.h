/* message_buffer: PURE the lines received, by number, as many as there is room for; those of ours
 * that the room has not said yet stand below all others. */
#ifndef TUI_UI_MESSAGES_MESSAGE_BUFFER_H
#define TUI_UI_MESSAGES_MESSAGE_BUFFER_H

#include "tui/ui/messages/line_wrap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum line_kind {
    LINE_MESSAGE,     /* somebody's */
    LINE_OWN,         /* ours, come back from the room */
    LINE_SERVER,      /* the server's: joins, leaves, renames, refusals */
    LINE_STATUS,      /* the client's own words: help, errors, lists */
    LINE_DAY,         /* where the day changes; the caller adds it too */
    LINE_UNREAD,      /* above the first line that was not seen: there is one at most */
    LINE_GAP,         /* where something may be missing, or what follows is of another time */
    LINE_PENDING,     /* ours, not come back from the room: these three stand below all others */
    LINE_UNCONFIRMED, /* likewise, and nobody knows whether it arrived */
    LINE_REJECTED,    /* likewise, and not sent: too long for a packet */
};

struct line {
    time_t at;
    enum line_kind kind;
    char *nick;       /* sanitised, one line; "" where nobody speaks */
    char *text;       /* sanitised; may hold line feeds */
    bool highlighted; /* it mentions us */
};

enum {
    MESSAGE_BUFFER_BYTES_MAX = 16 << 20 /* of text at the most, whatever the number of lines */
};

/* A line and its rows, which are found when it is first shown at a width. */
struct entry {
    struct line line;
    size_t n;
    struct line_wrap wrap;
    int columns;          /* the width the rows are for; 0: none yet */
    size_t dropped_lines; /* how many lines it stands for; 0: it is a line itself */
};

/* Lines are numbered from the first one ever. */
struct message_buffer {
    struct entry *entries; /* line `seq` is at seq % max */
    size_t max, bytes;     /* how many lines there may be; how long their texts are together */
    uint64_t oldest, next;
    size_t pending; /* the newest lines, so many, are pending ones */
};

/* Room for so many lines. False without memory. */
bool message_buffer_init(struct message_buffer *b, size_t max_lines);
void message_buffer_free(struct message_buffer *b);

/* The line of this number, which is there; the i-th pending one, the oldest being 0. */
struct entry *message_buffer_at(const struct message_buffer *b, uint64_t seq);
struct entry *message_buffer_pending(const struct message_buffer *b, size_t i);

/* An entry of a line, its texts sanitised; it is the caller's until it is put. False without
 * memory. */
bool message_buffer_make_entry(struct entry *ret, time_t at, enum line_kind kind, const char *nick,
                               const char *text);

/* Whether an entry with a text of n bytes has to wait until another one has gone. */
bool message_buffer_is_full(const struct message_buffer *b, size_t n);

/* Puts a line above the pending ones unless it is one itself, where there is room for it. Returns
 * its number; those below it have moved by one. */
uint64_t message_buffer_insert(struct message_buffer *b, const struct entry *e);

/* The newest line but for the pending ones has this text now. False without memory, or where there
 * is none. */
bool message_buffer_edit_last(struct message_buffer *b, const char *text);

/* How many lines a reader would count in an entry: those it stands for, and no rules. */
size_t message_buffer_count_lines(const struct entry *e);

/* The entry is a rule from now on, that stands for so many lines. False without memory. */
bool message_buffer_replace_with_gap(struct message_buffer *b, struct entry *e,
                                     size_t dropped_lines);

/* Takes one out from above; those above it, which should be few, have moved by one. */
void message_buffer_remove_shift_up(struct message_buffer *b, uint64_t seq);

/* Takes out the oldest one. */
void message_buffer_remove_oldest(struct message_buffer *b);

/* Takes one out; those below it have moved by one. */
void message_buffer_remove_shift_down(struct message_buffer *b, uint64_t seq);

/* Forgets every line but the pending ones. */
void message_buffer_clear(struct message_buffer *b);

#endif
