/* byte_queue: PURE a first-in, first-out queue of bytes. */
#ifndef TUI_BASE_BYTE_QUEUE_H
#define TUI_BASE_BYTE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

/* All zero is empty. The bytes from..to are queued. */
struct byte_queue {
    char *p;
    size_t from, to, capacity;
};

/* Appends bytes. Returns false without memory, and the queue is unchanged. */
bool byte_queue_append(struct byte_queue *q, const char *bytes, size_t n);

/* Frees the memory; the queue is empty and may be used again. */
void byte_queue_free(struct byte_queue *q);

#endif
