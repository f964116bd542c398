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
    size_t old = b->block ? b->block->cap : 0, queued = b->to - b->from;
    if (b->to + n <= old) return b->block;
    if (n > BUFFER_MAX) return NULL;
    size_t cap = queued + n <= old / 2 ? old : 2 * (queued + n);
    if (!b->block) cap = n;
    struct buffer_block *block = cap <= BUFFER_MAX ? malloc(sizeof *block + cap) : NULL;
    if (!block) return NULL;
    block->cap = (uint32_t)cap;
    if (b->block) memcpy(block->bytes, b->block->bytes + b->from, queued);
    free(b->block);
    *b = (struct buffer){.block = block, .to = (uint32_t)queued};
    return block;
}

bool buffer_append(struct buffer *b, const char *bytes, size_t n)
{
    if (n == 0) return true;
    struct buffer_block *block = reserve_space(b, n);
    if (!block) return false;
    memcpy(block->bytes + b->to, bytes, n);
    b->to += (uint32_t)n;
    return true;
}

struct span buffer_view(const struct buffer *b)
{
    return b->block ? (struct span){b->block->bytes + b->from, b->to - b->from} : (struct span){0};
}

size_t buffer_memory(const struct buffer *b)
{
    return b->block ? sizeof *b->block + b->block->cap : 0;
}

void buffer_consume(struct buffer *b, size_t n)
{
    assert(n <= b->to - b->from);
    b->from += (uint32_t)n;
    if (b->from == b->to) buffer_reset(b);
}

void buffer_reset(struct buffer *b)
{
    free(b->block);
    *b = (struct buffer){0};
}
