/* Arbitrary bytes through the framer and the packet reader. The first byte says how: whether they
 * are a stream or one frame's payload, and how the stream is cut.
 *
 * What must hold: however a stream is cut, the same frames come out; what the reader accepts, cJSON
 * accepts as well, wholly and with the same strings, which are UTF-8; and written again it reads
 * the same. */
#include "common/packet.h"

#include "common/frame.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static void must_be_utf8(const char *s)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(s), n;
    for (; left > 0; s += n, left -= n) {
        n = utf8proc_iterate((const utf8proc_uint8_t *)s, left, &c);
        assert(n > 0);
    }
}

/* What a field says in another reader's opinion: NULL is null or missing. */
static const char *field(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void must_agree(const struct packet *p, struct span payload)
{
    const char *end;
    cJSON *object = cJSON_ParseWithLengthOpts(payload.p, payload.n, &end, false);
    assert(cJSON_IsObject(object) && field(object, "proto"));
    while (end < payload.p + payload.n && strchr(" \t\r\n", *end)) end++;
    assert(end == payload.p + payload.n);
    const char *msg = field(object, "msg");
    assert(same(p->nick, field(object, "nick")) && same(p->msg, msg ? msg : ""));
    cJSON_Delete(object);
}

/* The strings are copied, as they go when the next packet is read. */
static void must_survive_writing(const struct packet *p)
{
    char frame[PACKET_ROOM];
    struct framer framer = {0};
    struct span payload;
    struct packet again;
    if (p->proto == PROTO_UNKNOWN) return;
    struct span in = {frame, packet_encode(frame, p->proto, p->nick, p->msg)};
    if (in.n == 0) return;
    assert(frame_size(frame) == in.n);
    assert(frame_next(&framer, &in, &payload) == FRAME_WHOLE && in.n == 0);
    char *nick = p->nick ? strdup(p->nick) : NULL, *msg = strdup(p->msg);
    assert(packet_decode(&again, payload) == NULL);
    assert(again.proto == p->proto && same(again.nick, nick) && same(again.msg, msg));
    free(nick);
    free(msg);
}

/* The payload is copied, so that reading past its end is noticed. */
static void read_payload(struct span payload)
{
    struct packet packet;
    char *copy = malloc(payload.n);
    assert(copy != NULL);
    memcpy(copy, payload.p, payload.n);
    payload.p = copy;
    if (packet_decode(&packet, payload) == NULL) {
        if (packet.nick) must_be_utf8(packet.nick);
        must_be_utf8(packet.msg);
        must_agree(&packet, payload);
        must_survive_writing(&packet);
    }
    free(copy);
}

struct tally {
    size_t frames, bytes;
    uint64_t hash;
    bool broken;
};

static void count(struct tally *t, struct span payload)
{
    t->frames++;
    t->bytes += payload.n;
    for (size_t i = 0; i < payload.n; i++) t->hash = t->hash * 31 + (unsigned char)payload.p[i];
}

/* Every whole frame in the next bytes of a stream. */
static void feed(struct framer *f, struct span in, struct tally *t, bool decode)
{
    struct span payload;
    enum frame_status status;
    while (!t->broken && (status = frame_next(f, &in, &payload)) != FRAME_PARTIAL) {
        t->broken = status != FRAME_WHOLE;
        if (t->broken) return;
        assert(payload.n >= 1 && payload.n <= FRAME_PAYLOAD_MAX);
        count(t, payload);
        if (decode) read_payload(payload);
    }
    assert(t->broken || in.n == 0);
}

static struct tally cut(const uint8_t *data, size_t size, size_t step)
{
    struct framer framer = {0};
    struct tally t = {0};
    for (size_t at = 0; at < size; at += step) {
        size_t n = size - at < step ? size - at : step;
        feed(&framer, (struct span){(const char *)data + at, n}, &t, step == size);
    }
    frame_drop(&framer);
    return t;
}

static void read_stream(const uint8_t *data, size_t size, size_t step)
{
    struct tally whole = cut(data, size, size), pieces = cut(data, size, step);
    assert(whole.frames == pieces.frames && whole.bytes == pieces.bytes);
    assert(whole.hash == pieces.hash && whole.broken == pieces.broken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > FRAME_PAYLOAD_MAX) return 0;
    if (data[0] & 1)
        read_stream(data + 1, size - 1, 1 + data[0] / 2);
    else
        read_payload((struct span){(const char *)data + 1, size - 1});
    return 0;
}
