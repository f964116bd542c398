/* message: the messages of the soak. Each carries its sender, the sender's message number and a
 * checksum. */
#ifndef TESTS_SOAK_MESSAGE_H
#define TESTS_SOAK_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MESSAGE_PADDING_MAX = 8192,
    MESSAGE_FRAME_MAX = MESSAGE_PADDING_MAX + 160 /* bytes of a whole frame */
};

/* Writes the frame of a message with this many bytes of padding, and returns its size. */
size_t message_write(char *frame, uint32_t sender, uint32_t number, size_t padding);

/* Parses a broadcast frame. Returns false unless it is exactly what the sender wrote. */
bool message_parse(const char *frame, size_t n, uint32_t *ret_sender, uint32_t *ret_number);

/* Returns a 64-bit hash of the bytes. */
uint64_t message_hash(const char *p, size_t n);

#endif
