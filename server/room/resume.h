/* resume: PURE the secret with which a client that lost its connection gets its nickname back at
 * once. It is compared, and never logged or relayed. */
#ifndef SERVER_ROOM_RESUME_H
#define SERVER_ROOM_RESUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RESUME_BYTES = 8,
    RESUME_TEXT = 2 * RESUME_BYTES + 1, /* hexadecimal digits and a NUL */
};

/* All zero: no secret, which no text matches. */
struct resume_secret {
    uint8_t bytes[RESUME_BYTES];
};

/* A source of unpredictable bytes. Returns false if it has none. */
typedef bool resume_random(void *out, size_t n);

/* Makes a new secret; none if fill is NULL or fails. */
void resume_renew(struct resume_secret *secret, resume_random *fill);

bool resume_has_secret(const struct resume_secret *secret);

/* Writes a secret as lower-case hexadecimal digits. */
void resume_format(const struct resume_secret *secret, char text[RESUME_TEXT]);

/* Returns whether a text is the secret, after a time that does not depend on where they differ. */
bool resume_matches(const struct resume_secret *secret, const char *text);

#endif
