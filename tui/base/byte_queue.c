#include "tui/base/byte_queue.h"

#include <stdlib.h>
#include <string.h>

bool byte_queue_append(struct byte_queue *q, const char *bytes, size_t n)
{
    if (q->from > 0) memmove(q->p, q->p + q->from, q->to - q->from);
    q->to -= q->from;
    q->from = 0;
    if (q->to + n > q->capacity) {
        size_t capacity = 2 * (q->to + n);
        char *p = realloc(q->p, capacity);
        if (p == NULL) return false;
        q->p = p;
        q->capacity = capacity;
    }
    if (n > 0) memcpy(q->p + q->to, bytes, n);
    q->to += n;
    return true;
}

void byte_queue_free(struct byte_queue *q)
{
    free(q->p);
    *q = (struct byte_queue){0};
}
