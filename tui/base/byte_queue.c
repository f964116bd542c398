#include "tui/base/byte_queue.h"

#include <stdlib.h>
#include <string.h>

bool lines_add(struct lines *l, const char *bytes, size_t n)
{
    if (l->from > 0) memmove(l->p, l->p + l->from, l->to - l->from);
    l->to -= l->from;
    l->from = l->last = 0;
    if (l->to + n > l->cap) {
        size_t cap = 2 * (l->to + n);
        char *p = realloc(l->p, cap);
        if (p == NULL) return false;
        l->p = p;
        l->cap = cap;
    }
    if (n > 0) memcpy(l->p + l->to, bytes, n);
    l->to += n;
    return true;
}

/* Its line feed has not come. */
static enum lines_status unfinished(struct lines *l)
{
    if (l->to - l->from <= LINES_MAX) return LINES_NONE;
    l->too_long = true;
    l->from = l->to;
    return LINES_NONE;
}

enum lines_status lines_next(struct lines *l, bool ended, struct span *ret)
{
    size_t n = l->to - l->from;
    const char *start = n > 0 ? l->p + l->from : "", *feed = memchr(start, '\n', n);
    if (feed == NULL && (!ended || (n == 0 && !l->too_long))) return unfinished(l);
    size_t len = feed != NULL ? (size_t)(feed - start) : n;
    bool too_long = l->too_long || len > LINES_MAX;
    l->last = l->from;
    l->from += len + (feed != NULL);
    l->number++;
    l->too_long = false;
    if (len > 0 && start[len - 1] == '\r') len--;
    *ret = (struct span){start, len};
    return too_long ? LINES_TOO_LONG : LINES_ONE;
}

void lines_again(struct lines *l)
{
    l->from = l->last;
    l->number--;
}

void lines_free(struct lines *l)
{
    free(l->p);
    *l = (struct lines){0};
}
