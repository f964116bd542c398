/* buffer: PURE a queue of bytes. Of what is owed to one peer alone and sent before anything from
 * the ring: private replies, and the rest of a frame that went out in part. Or of what a peer sent
 * and is not taken yet. Holds no memory while it is empty. */
#ifndef SERVER_BASE_BUFFER_H
#define SERVER_BASE_BUFFER_H

#include "common/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct buffer_block {
    uint32_t cap;
    char bytes[];
};

/* All zero is empty. */
struct buffer {
    struct buffer_block *block;
    uint32_t from, to; /* its bytes from `from` up to `to` are pending */
};

/* Adds n bytes at the end. False without memory, and nothing is changed. */
bool buffer_append(struct buffer *p, const char *bytes, size_t n);

/* What is pending; valid until something is added or taken off. */
struct span buffer_view(const struct buffer *p);

/* Takes n bytes, at most all, off the front: they were sent, or taken. */
void buffer_consume(struct buffer *p, size_t n);

/* Frees what is pending. */
void buffer_reset(struct buffer *p);

#endif
