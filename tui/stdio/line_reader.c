#include "tui/stdio/line_reader.h"

#include <string.h>

bool line_reader_add(struct line_reader *r, const char *bytes, size_t n)
{
    if (!byte_queue_append(&r->bytes, bytes, n)) return false;
    r->last = 0; /* appending has moved the bytes to the queue's start */
    return true;
}

/* Drops the start of a line that is already too long. */
static enum line_reader_status await_line_feed(struct line_reader *r)
{
    if (r->bytes.to - r->bytes.from <= LINE_READER_MAX) return LINE_READER_NONE;
    r->too_long = true;
    r->bytes.from = r->bytes.to;
    return LINE_READER_NONE;
}

enum line_reader_status line_reader_next(struct line_reader *r, bool ended, struct span *ret)
{
    struct byte_queue *q = &r->bytes;
    size_t n = q->to - q->from;
    const char *start = n > 0 ? q->p + q->from : "", *feed = memchr(start, '\n', n);
    if (feed == NULL && (!ended || (n == 0 && !r->too_long))) return await_line_feed(r);
    size_t length = feed != NULL ? (size_t)(feed - start) : n;
    bool too_long = r->too_long || length > LINE_READER_MAX;
    r->last = q->from;
    q->from += length + (feed != NULL);
    r->number++;
    r->too_long = false;
    if (length > 0 && start[length - 1] == '\r') length--;
    *ret = (struct span){start, length};
    return too_long ? LINE_READER_TOO_LONG : LINE_READER_LINE;
}

void line_reader_unread(struct line_reader *r)
{
    r->bytes.from = r->last;
    r->number--;
}

bool line_reader_is_empty(const struct line_reader *r)
{
    return r->bytes.from == r->bytes.to;
}

void line_reader_free(struct line_reader *r)
{
    byte_queue_free(&r->bytes);
    *r = (struct line_reader){0};
}
