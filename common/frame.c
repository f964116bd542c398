#include "common/frame.h"

#include <stdlib.h>
#include <string.h>

void frame_header(char header[FRAME_HEADER], size_t n)
{
    header[0] = (char)(n >> 8);
    header[1] = (char)(n & 0xff);
}

size_t frame_size(const char *p)
{
    return FRAME_HEADER + ((size_t)(unsigned char)p[0] << 8 | (unsigned char)p[1]);
}

struct span frame_payload(const char *p)
{
    return (struct span){p + FRAME_HEADER, frame_size(p) - FRAME_HEADER};
}

void frame_decoder_reset(struct frame_decoder *f)
{
    free(f->held);
    *f = (struct frame_decoder){0};
}

/* Allocates memory for the bytes received, and at most for the announced length: a header alone
 * costs none. */
static bool hold_bytes(struct frame_decoder *f, struct span *in, size_t n)
{
    if (f->len + n > f->cap) {
        size_t needed = f->len + n, twice = (size_t)2 * f->cap;
        size_t cap = needed > twice ? needed : twice;
        if (f->len >= FRAME_HEADER && cap > frame_size(f->held)) cap = frame_size(f->held);
        char *held = realloc(f->held, cap);
        if (!held) return false;
        f->held = held;
        f->cap = (uint32_t)cap;
    }
    memcpy(f->held + f->len, in->p, n);
    f->len += (uint32_t)n;
    *in = (struct span){in->p + n, in->n - n};
    return true;
}

/* Returns the size of the frame at p, or of its header if the first n bytes do not have the length.
 */
static size_t known_size(const char *p, size_t n)
{
    return n < FRAME_HEADER ? FRAME_HEADER : frame_size(p);
}

static enum frame_status finish_held(struct frame_decoder *f, struct span *in, struct span *payload)
{
    while (f->len < known_size(f->held, f->len)) {
        size_t missing = known_size(f->held, f->len) - f->len;
        if (in->n == 0) return FRAME_PARTIAL;
        if (!hold_bytes(f, in, missing < in->n ? missing : in->n)) return FRAME_NOMEM;
    }
    *payload = frame_payload(f->held);
    return FRAME_COMPLETE;
}

size_t frame_missing(const struct frame_decoder *f)
{
    return f->len > 0 ? known_size(f->held, f->len) - f->len : 0;
}

enum frame_status frame_next(struct frame_decoder *f, struct span *in, struct span *payload)
{
    if (f->len > 0 && frame_missing(f) == 0) frame_decoder_reset(f); /* already returned */
    if (f->len > 0) return finish_held(f, in, payload);

    size_t size = known_size(in->p, in->n);
    if (in->n == 0) return FRAME_PARTIAL;
    if (in->n < size) return hold_bytes(f, in, in->n) ? FRAME_PARTIAL : FRAME_NOMEM;
    *payload = frame_payload(in->p);
    *in = (struct span){in->p + size, in->n - size};
    return FRAME_COMPLETE;
}
