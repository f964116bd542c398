#include "server/base/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_MAX (UINT32_MAX / 2) /* bytes; what is owed is bounded far below */

/* The first block is just right: most who fall behind owe one rest of a frame. A later one is at
 * most half full, so that what is copied was paid for by what was sent or added. */
static bool reserve(struct buffer *p, size_t n)
{
    if (p->to + n <= p->cap) return true;
    if (n > BUFFER_MAX) return false;
    size_t owed = p->to - p->from;
    size_t cap = owed + n <= p->cap / 2 ? p->cap : 2 * (owed + n);
    if (!p->bytes) cap = n;
    char *bytes = cap <= BUFFER_MAX ? malloc(cap) : NULL;
    if (!bytes) return false;
    if (p->bytes) memcpy(bytes, p->bytes + p->from, owed);
    free(p->bytes);
    *p = (struct buffer){.bytes = bytes, .to = (uint32_t)owed, .cap = (uint32_t)cap};
    return true;
}

bool buffer_append(struct buffer *p, const char *bytes, size_t n)
{
    if (n == 0) return true;
    if (!reserve(p, n)) return false;
    memcpy(p->bytes + p->to, bytes, n);
    p->to += (uint32_t)n;
    return true;
}

struct span buffer_view(const struct buffer *p)
{
    return p->bytes ? (struct span){p->bytes + p->from, p->to - p->from} : (struct span){0};
}

void buffer_consume(struct buffer *p, size_t n)
{
    assert(n <= p->to - p->from);
    p->from += (uint32_t)n;
    if (p->from == p->to) buffer_reset(p);
}

void buffer_reset(struct buffer *p)
{
    free(p->bytes);
    *p = (struct buffer){0};
}
