/* bytes: the input of a fuzz target as decisions, taken off its front. */
#ifndef TESTS_FUZZ_BYTES_H
#define TESTS_FUZZ_BYTES_H

#include "common/frame.h"

static struct span left; /* of the bytes that decide */

/* The next one; 0 when there is none. */
static size_t next(void)
{
    if (left.n == 0) return 0;
    left.n--;
    return (unsigned char)*left.p++;
}

/* A length and as many bytes, or as many as there are. */
static struct span next_bytes(void)
{
    size_t n = next();
    struct span bytes = {left.p, n < left.n ? n : left.n};
    left = (struct span){left.p + bytes.n, left.n - bytes.n};
    return bytes;
}

#endif
