/* buffer: PURE a queue of bytes: the private packets of a client and the rest of a frame sent in
 * part, or input of a client that is not handled yet. Uses no memory while it is empty. */
#ifndef SERVER_BASE_BUFFER_H
#define SERVER_BASE_BUFFER_H

#include "common/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct buffer_block {
    uint32_t cap;
    uint32_t from, to; /* range of the bytes that are queued */
    char bytes[];
};

/* All zero: empty. */
struct buffer {
    struct buffer_block *block; /* NULL: empty */
};

/* Appends n bytes. Returns false if out of memory; then nothing has changed. */
bool buffer_append(struct buffer *b, const char *bytes, size_t n);

/* Returns the queued bytes; valid until the buffer changes. */
struct span buffer_view(const struct buffer *b);

/* Returns the size of its memory in bytes. */
size_t buffer_memory(const struct buffer *b);

/* Removes the first n bytes, at most all. */
void buffer_consume(struct buffer *b, size_t n);

/* Removes all bytes and frees their memory. */
void buffer_reset(struct buffer *b);

#endif
