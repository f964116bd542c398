/* said: what people say in the soak: who says it, the so-manieth of theirs, and a checksum. */
#ifndef TESTS_SOAK_SAID_H
#define TESTS_SOAK_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SAID_PADDING = 8192, SAID_MAX = SAID_PADDING + 160 /* bytes of a whole frame */ };

/* Writes a frame that says it, with so many bytes of padding. Returns its size. */
size_t said_write(char *frame, uint32_t speaker, uint32_t number, size_t padding);

/* Reads a frame that the server made of one. False when it is not exactly what the speaker said. */
bool said_read(const char *frame, size_t n, uint32_t *ret_speaker, uint32_t *ret_number);

/* A number for the bytes by which other bytes are told from them. */
uint64_t said_hash(const char *p, size_t n);

#endif
