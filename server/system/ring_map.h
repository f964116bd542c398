/* ring_map: memory mapped twice, back to back, so that every range of a ring is contiguous. */
#ifndef SERVER_SYSTEM_RING_MAP_H
#define SERVER_SYSTEM_RING_MAP_H

#include <stddef.h>

/* Maps `size` bytes, a multiple of the page size, at p and again at p + size; memfd_create(2),
 * mmap(2). Returns p, or NULL with errno set. */
char *ring_map_new(size_t size);

/* Unmaps memory that ring_map_new returned for this size, or NULL. */
void ring_map_free(char *p, size_t size);

#endif
