/* pending: PURE the bytes owed to one peer alone, sent before anything from the ring: private
 * replies, and the rest of a frame that went out in part. Holds no memory while it is empty. */
#ifndef SERVER_PENDING_H
#define SERVER_PENDING_H

#include "common/frame.h"

#include <stdbool.h>
#include <stdint.h>

struct pending {
    char *bytes;
    uint32_t from, to, cap;
};

/* Adds n bytes at the end. False without memory, and nothing is changed. */
bool pending_add(struct pending *p, const char *bytes, size_t n);

/* What is owed; valid until the next call. */
struct span pending_span(const struct pending *p);

/* Takes n bytes that were sent off the front. */
void pending_sent(struct pending *p, size_t n);

void pending_free(struct pending *p);

#endif
