/* ring_map: memory mapped twice, back to back, so that a window into a ring never wraps. */
#ifndef SERVER_SYSTEM_RING_MAP_H
#define SERVER_SYSTEM_RING_MAP_H

#include <stddef.h>

/* Maps `size` bytes, a multiple of the page size, at p and again at p + size; memfd_create(2),
 * mmap(2). NULL with errno set where that cannot be had. The caller unmaps it. */
char *ring_map_new(size_t size);

/* Unmaps what ring_map_new gave for this size. NULL is fine. */
void ring_map_free(char *p, size_t size);

#endif
