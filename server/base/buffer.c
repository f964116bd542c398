#include "server/base/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_MAX (UINT32_MAX / 2) /* bytes; what is owed is bounded far below */

/* The first block is just right: most who fall behind owe one rest of a frame. A later one is at
 * most half full, so that what is copied was paid for by what was sent or added. */
static bool reserve(struct buffer *p, size_t n)
{
    size_t old = p->block ? p->block->cap : 0, owed = p->to - p->from;
    if (p->to + n <= old) return true;
    if (n > BUFFER_MAX) return false;
    size_t cap = owed + n <= old / 2 ? old : 2 * (owed + n);
    if (!p->block) cap = n;
    struct buffer_block *block = cap <= BUFFER_MAX ? malloc(sizeof *block + cap) : NULL;
    if (!block) return false;
    block->cap = (uint32_t)cap;
    if (p->block) memcpy(block->bytes, p->block->bytes + p->from, owed);
    free(p->block);
    *p = (struct buffer){.block = block, .to = (uint32_t)owed};
    return true;
}

bool buffer_append(struct buffer *p, const char *bytes, size_t n)
{
    if (n == 0) return true;
    if (!reserve(p, n)) return false;
    memcpy(p->block->bytes + p->to, bytes, n);
    p->to += (uint32_t)n;
    return true;
}

struct span buffer_view(const struct buffer *p)
{
    return p->block ? (struct span){p->block->bytes + p->from, p->to - p->from} : (struct span){0};
}

void buffer_consume(struct buffer *p, size_t n)
{
    assert(n <= p->to - p->from);
    p->from += (uint32_t)n;
    if (p->from == p->to) buffer_reset(p);
}

void buffer_reset(struct buffer *p)
{
    free(p->block);
    *p = (struct buffer){0};
}
