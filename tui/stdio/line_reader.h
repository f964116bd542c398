/* line_reader: PURE splits a stream of bytes into lines. */
#ifndef TUI_STDIO_LINE_READER_H
#define TUI_STDIO_LINE_READER_H

#include "common/frame.h"
#include "tui/base/byte_queue.h"

enum { LINE_READER_MAX = 1 << 20 /* bytes in a line: more than any escaped packet needs */ };

/* All zero is empty. */
struct line_reader {
    struct byte_queue bytes; /* not yet returned as lines */
    size_t last;             /* where in `bytes` the last returned line began */
    size_t number;           /* of the last returned line; the first is 1 */
    bool too_long;           /* the unfinished line has exceeded LINE_READER_MAX */
};

enum line_reader_status {
    LINE_READER_NONE, /* no complete line is queued */
    LINE_READER_LINE,
    LINE_READER_TOO_LONG, /* a line exceeded LINE_READER_MAX; its bytes were dropped */
};

/* Adds input bytes. Returns false without memory, and adds nothing. */
bool line_reader_add(struct line_reader *r, const char *bytes, size_t n);

/* Returns the next line without its line feed and without a carriage return before it; the line is
 * valid until the next call. If the input has ended, the last line needs no line feed. */
enum line_reader_status line_reader_next(struct line_reader *r, bool ended, struct span *ret);

/* Makes the last returned line the next one again. */
void line_reader_unread(struct line_reader *r);

/* Whether no input is queued. */
bool line_reader_is_empty(const struct line_reader *r);

void line_reader_free(struct line_reader *r);

#endif
