/* Reads arbitrary bytes as the payload of a frame.
 *
 * packet_decode must accept the same payloads as an independent reader, with the same texts; so
 * must cJSON; and the packet must survive encoding. packet_read must accept all of these, and any
 * bytes as the text of a message; its texts must be valid UTF-8. */
#include "common/packet.h"

#include "common/text.h"
#include "tests/unit/support/reference_json.h"
#include "tui/core/packet_repair.h"

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

static void must_be_text(const char *text)
{
    assert(!text || text_valid(text, strlen(text)));
}

static void must_be_lenient(struct span payload)
{
    struct packet p;
    bool accepted = packet_decode(&p, payload) == NULL;
    bool read = packet_read(&p, payload) == NULL;
    assert(read || !accepted);
    if (!read) return;
    must_be_text(p.nick);
    must_be_text(p.msg);
    must_be_text(p.like);
    must_be_text(p.resume);
}

/* Without a quotation mark, and without a backslash at the end, nothing ends the text early. */
static void must_read_message(const char *text, size_t n)
{
    static char payload[FRAME_PAYLOAD_MAX];
    static const char start[] = "{\"proto\":\"broadcast\",\"msg\":\"", end[] = "\"}";
    size_t all = sizeof start - 1 + n + sizeof end - 1;
    struct packet p;
    if (all > sizeof payload || memchr(text, '"', n) || text[n - 1] == '\\') return;
    memcpy(payload, start, sizeof start - 1);
    memcpy(payload + sizeof start - 1, text, n);
    memcpy(payload + sizeof start - 1 + n, end, sizeof end - 1);
    assert(packet_read(&p, (struct span){payload, all}) == NULL);
    assert(p.msg[0] != '\0');
}

/* The payload is copied, so that reading past its end is noticed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > FRAME_PAYLOAD_MAX) return 0;
    char *copy = malloc(size);
    assert(copy != NULL);
    memcpy(copy, data, size);
    must_agree((struct span){copy, size});
    must_be_lenient((struct span){copy, size});
    must_read_message(copy, size);
    free(copy);
    return 0;
}
