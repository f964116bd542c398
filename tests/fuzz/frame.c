/* Decodes arbitrary bytes as frames, in pieces. The first byte is the number of those after it that
 * are the sizes of the pieces, repeated; the rest is the stream.
 *
 * The frames must be those of the whole stream, and the decoder must hold no more than it got. */
#include "common/frame.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct tally {
    size_t frames, bytes;
    uint64_t hash;
};

static void count(struct tally *t, const char *payload, size_t n)
{
    t->frames++;
    t->bytes += n;
    t->hash = t->hash * 31 + n;
    for (size_t i = 0; i < n; i++) t->hash = t->hash * 31 + (unsigned char)payload[i];
}

static struct tally whole(const uint8_t *p, size_t n)
{
    struct tally t = {0};
    for (size_t size; n >= 2; p += 2 + size, n -= 2 + size) {
        size = (size_t)p[0] * 256 + p[1];
        if (n < 2 + size) break;
        count(&t, (const char *)p + 2, size);
    }
    return t;
}

/* A piece is a block of its own, so that reading past its end is noticed. */
static void feed(struct frame_decoder *f, const uint8_t *p, size_t n, struct tally *t)
{
    char *piece = malloc(n);
    assert(piece != NULL);
    memcpy(piece, p, n);
    struct span payload, in = {piece, n};
    enum frame_status status;
    while ((status = frame_next(f, &in, &payload)) == FRAME_COMPLETE) {
        assert(payload.n <= FRAME_PAYLOAD_MAX);
        count(t, payload.p, payload.n);
    }
    assert(status == FRAME_PARTIAL && in.n == 0);
    free(piece);
}

static struct tally pieces(const uint8_t *p, size_t n, const uint8_t *sizes, size_t many)
{
    struct frame_decoder f = {0};
    struct tally t = {0};
    for (size_t i = 0, size; n > 0; p += size, n -= size, i++) {
        size = many > 0 ? 1 + (size_t)sizes[i % many] : n;
        if (size > n) size = n;
        feed(&f, p, size, &t);
        assert(f.cap <= 2 * f.len || f.len == 0);
    }
    frame_decoder_reset(&f);
    return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size < 1 + (size_t)data[0] % 8) return 0;
    size_t many = data[0] % 8, header = 1 + many;
    struct tally a = whole(data + header, size - header);
    struct tally b = pieces(data + header, size - header, data + 1, many);
    assert(a.frames == b.frames && a.bytes == b.bytes && a.hash == b.hash);
    return 0;
}
