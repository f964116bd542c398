/* Arbitrary bytes as one frame's payload, through the packet reader.
 *
 * What must hold: it accepts exactly what a second opinion accepts, and reads the same text; what
 * it accepts, cJSON accepts as well, wholly and with the same strings; and written again it reads
 * the same. */
#include "common/packet.h"

#include "tests/unit/support/reference_json.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

/* What a field says in cJSON's opinion: NULL is null or missing. */
static const char *field(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void must_agree_with_cjson(const struct packet *p, struct span payload)
{
    const char *end;
    cJSON *object = cJSON_ParseWithLengthOpts(payload.p, payload.n, &end, false);
    assert(cJSON_IsObject(object) && field(object, "proto"));
    while (end < payload.p + payload.n && strchr(" \t\r\n", *end)) end++;
    assert(end == payload.p + payload.n);
    assert(same(p->nick, field(object, "nick")));
    assert(same(p->msg, or_empty(field(object, "msg"))));
    cJSON_Delete(object);
}

static void must_say(const struct packet *p, const struct reference_packet *second)
{
    assert(same(p->nick, second->nick) && same(p->msg, or_empty(second->msg)));
}

static void must_survive_writing(const struct packet *p, const struct reference_packet *second)
{
    static char frame[PACKET_ROOM];
    struct packet again;
    if (p->proto == PROTO_UNKNOWN) return;
    size_t n = packet_encode(frame, p->proto, p->nick, p->msg);
    if (n == 0) return;
    assert(frame_size(frame) == n);
    assert(packet_decode(&again, (struct span){frame + FRAME_HEADER, n - FRAME_HEADER}) == NULL);
    assert(again.proto == p->proto);
    must_say(&again, second);
}

static void must_agree(struct span payload)
{
    static struct reference_packet second;
    struct packet p;
    bool accepted = packet_decode(&p, payload) == NULL;
    reference_json_read(&second, payload.p, payload.n);
    assert(accepted == second.valid);
    if (!accepted) return;
    must_say(&p, &second);
    must_agree_with_cjson(&p, payload);
    must_survive_writing(&p, &second);
}

/* The payload is copied, so that reading past its end is noticed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > FRAME_PAYLOAD_MAX) return 0;
    char *copy = malloc(size);
    assert(copy != NULL);
    memcpy(copy, data, size);
    must_agree((struct span){copy, size});
    free(copy);
    return 0;
}
