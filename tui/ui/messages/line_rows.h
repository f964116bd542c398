/* line_rows: PURE the rows of the lines in a buffer: wrapped to a width, with the author once in a
 * run of messages, and with long messages folded. */
#ifndef TUI_UI_MESSAGES_LINE_ROWS_H
#define TUI_UI_MESSAGES_LINE_ROWS_H

#include "tui/ui/messages/message_buffer.h"

enum {
    LINE_ROWS_MAX = 12,        /* rows of a message; a longer one is folded */
    LINE_ROWS_PENDING_MAX = 3, /* the same of a pending one, which cannot be unfolded */
};

/* One row. Valid until the lines change. */
struct row {
    const struct line *line; /* NULL: an empty row, above the oldest line or the pinned rows */
    size_t from, to;         /* the bytes of line->text in this row */
    size_t folded;           /* how many rows this row stands for; 0: it is a row of the text */
    bool first;              /* the line's first row */
    bool author;             /* shows the time and the nickname */
    bool can_unfold;
};

/* Returns the number of cells to the left of the text, in a row that shows the author or in another
 * one. It is called once per line and width, with the caller's context. */
typedef int (*line_gutter)(const void *context, const struct line *line, bool author);

struct line_rows {
    struct message_buffer buffer;
    line_gutter gutter;
    const void *context;
    int columns;
    bool ungrouped; /* each message shows its author */
};

/* A row of a line, by the line's number. */
struct position {
    uint64_t seq;
    size_t row;
};

bool position_is_before(struct position a, struct position b);

/* Returns how many rows the line has. */
size_t line_rows_count(const struct line_rows *r, uint64_t seq);

/* Returns the line's row with this index. */
struct row line_rows_at(const struct line_rows *r, struct position at);

/* Returns the line's row with this byte of its text. */
struct position line_rows_find(const struct line_rows *r, uint64_t seq, size_t byte);

/* Move to the row above or below. Return false at the end. */
bool line_rows_up(const struct line_rows *r, struct position *at);
bool line_rows_down(const struct line_rows *r, struct position *at);

/* Returns the last row of all. There must be a line. */
struct position line_rows_last(const struct line_rows *r);

/* Fills rows[], downwards from a position. The first row shows its author if there is space.
 * Returns how many there are, at most max. */
int line_rows_fill(const struct line_rows *r, struct position at, struct row *rows, int max);

/* Returns whether the line is long, so that it can be folded and unfolded. */
bool line_rows_is_long(const struct line_rows *r, uint64_t seq);

#endif
