#include "server/base/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_MAX (UINT32_MAX / 2) /* bytes; the callers' own limits are far lower */

/* Allocates the first block with the exact size, because most clients that fall behind queue only
 * the rest of one frame. Allocates later blocks with twice the size that is needed, so that copying
 * costs constant time per byte. */
static struct buffer_block *reserve_space(struct buffer *b, size_t n)
{
    struct span queued = buffer_view(b);
    size_t old = b->block ? b->block->cap : 0;
    if (b->block && b->block->to + n <= old) return b->block;
    if (n > BUFFER_MAX) return NULL;
    size_t cap = queued.n + n <= old / 2 ? old : 2 * (queued.n + n);
    if (!b->block) cap = n;
    struct buffer_block *block = cap <= BUFFER_MAX ? malloc(sizeof *block + cap) : NULL;
    if (!block) return NULL;
    *block = (struct buffer_block){.cap = (uint32_t)cap, .to = (uint32_t)queued.n};
    if (queued.n > 0) memcpy(block->bytes, queued.p, queued.n);
    free(b->block);
    b->block = block;
    return block;
}

bool buffer_append(struct buffer *b, const char *bytes, size_t n)
{
    if (n == 0) return true;
    struct buffer_block *block = reserve_space(b, n);
    if (!block) return false;
    memcpy(block->bytes + block->to, bytes, n);
    block->to += (uint32_t)n;
    return true;
}

struct span buffer_view(const struct buffer *b)
{
    const struct buffer_block *block = b->block;
    return block ? (struct span){block->bytes + block->from, block->to - block->from}
                 : (struct span){0};
}

size_t buffer_memory(const struct buffer *b)
{
    return b->block ? sizeof *b->block + b->block->cap : 0;
}

void buffer_consume(struct buffer *b, size_t n)
{
    assert(n <= buffer_view(b).n);
    if (n < buffer_view(b).n)
        b->block->from += (uint32_t)n;
    else
        buffer_reset(b);
}

void buffer_reset(struct buffer *b)
{
    free(b->block);
    *b = (struct buffer){0};
}
