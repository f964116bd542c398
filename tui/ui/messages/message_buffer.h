/* message_buffer: PURE a bounded ring of lines, each wrapped into rows. */
#ifndef TUI_UI_MESSAGES_MESSAGE_BUFFER_H
#define TUI_UI_MESSAGES_MESSAGE_BUFFER_H

#include "common/text.h"
#include "tui/ui/messages/line_wrap.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum line_kind {
    LINE_MESSAGE,      /* from another member */
    LINE_OWN,          /* ours, confirmed by the server */
    LINE_SERVER,       /* from the server: joins, leaves, renames */
    LINE_ANNOUNCEMENT, /* from the server: what its operator says, why it refuses or removes us */
    LINE_STATUS,       /* from the client itself: help, errors, lists */
    LINE_DAY,          /* a change of date */
    LINE_UNREAD,       /* the marker above the first unread line; there is at most one */
    LINE_GAP,     /* a rule: lines may be missing here, or those on one side were said earlier */
    LINE_PENDING, /* ours, not yet confirmed; pending lines are always the newest */
    LINE_UNCONFIRMED, /* pending; perhaps not delivered */
    LINE_REJECTED,    /* pending; too long for a packet, so not sent */
};

struct line {
    int64_t at; /* seconds, local time; 0: not known */
    enum line_kind kind;
    char *nick;       /* sanitised, one line; "" if the line has no author */
    char *text;       /* sanitised; may contain line feeds */
    bool action;      /* the text says what its author does, and begins with the nickname */
    bool highlighted; /* mentions us */
};

enum { MESSAGE_BUFFER_BYTES_MAX = 16 << 20 }; /* of the text of all lines */

/* A line with its rows, which are computed when it is first shown at a width. */
struct entry {
    struct line line;
    size_t n; /* length of the text */
    struct line_wrap wrap;
    int columns;          /* width for which `wrap` was computed; 0: not computed */
    bool author;          /* `wrap` has space for the author in the first row */
    bool unfolded;        /* all rows are shown, however many there are */
    size_t dropped_lines; /* how many lines this gap replaces; 0: it replaces none */
};

/* Numbers the lines from the first one added. */
struct message_buffer {
    struct entry *entries; /* line number `seq` is at seq % max */
    size_t max, bytes;     /* maximum number of lines; length of all texts */
    uint64_t oldest, next;
    size_t pending; /* how many of the newest lines are pending */
};

/* Allocates space for max_lines lines. Returns false without memory. */
bool message_buffer_init(struct message_buffer *b, size_t max_lines);
void message_buffer_free(struct message_buffer *b);

/* Return the line with this number, which must exist; and the i-th pending line, where 0 is the
 * oldest. */
struct entry *message_buffer_at(const struct message_buffer *b, uint64_t seq);
struct entry *message_buffer_pending(const struct message_buffer *b, size_t i);

/* Makes an entry of a line and sanitises its nick and text. A text "* NICK ..." is an action if
 * NICK is its author's nickname. The caller owns the entry until it is inserted. Returns false
 * without memory. */
bool message_buffer_make_entry(struct entry *ret, int64_t at, enum line_kind kind, const char *nick,
                               const char *text, enum text_lines lines);

bool message_buffer_is_pending(enum line_kind kind);

/* Whether lines must be removed before an entry with n bytes of text fits. */
bool message_buffer_is_full(const struct message_buffer *b, size_t n);

/* Inserts an entry, which must fit: below all lines if it is pending, else above the pending ones.
 * Returns its number. The numbers of the lines below it grow by one. */
uint64_t message_buffer_insert(struct message_buffer *b, const struct entry *e);

/* Replaces the text of the newest line that is not pending. Returns false without memory, or if
 * there is no such line. */
bool message_buffer_edit_last(struct message_buffer *b, const char *text);

/* Returns how many lines of the room the entry represents: 0 for a date or a marker. */
size_t message_buffer_count_lines(const struct entry *e);

/* Turns the entry into a gap that replaces this many lines. Returns false without memory. */
bool message_buffer_replace_with_gap(struct message_buffer *b, struct entry *e,
                                     size_t dropped_lines);

/* Removes a line. The numbers of the lines above it grow by one: fast near the oldest line. */
void message_buffer_remove_shift_up(struct message_buffer *b, uint64_t seq);

/* Removes a line. The numbers of the lines below it shrink by one: fast near the newest line. */
void message_buffer_remove_shift_down(struct message_buffer *b, uint64_t seq);

/* Removes the oldest line. */
void message_buffer_remove_oldest(struct message_buffer *b);

/* Removes all lines that are not pending. */
void message_buffer_clear(struct message_buffer *b);

#endif
