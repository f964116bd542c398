/* config: the settings file, from the disk into memory. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <stddef.h>

/* Reads a whole file of less than `size` bytes into `text`, which it ends with a NUL, and never
 * waits for it. Returns NULL, or why it cannot; open(2), read(2). */
const char *config_load(const char *path, char *text, size_t size);

#endif
