#include "common/packet.h"

#include "common/flatjson.h"

#include <cjson/cJSON.h>
#include <limits.h>
#include <string.h>

static const char *const words[] = {
    [PROTO_CONNECT] = "connect",     [PROTO_VERIFY] = "verify",
    [PROTO_READY] = "ready",         [PROTO_RETRY] = "retry",
    [PROTO_BROADCAST] = "broadcast", [PROTO_GOODBYE] = "goodbye",
    [PROTO_SHUTDOWN] = "shutdown",   [PROTO_WHO] = "who",
};

const char packet_no_memory[] = "there is no memory for it now";

static enum proto proto_of(const char *word)
{
    enum proto proto = PROTO_CONNECT;
    while (proto < PROTO_UNKNOWN && strcmp(word, words[proto]) != 0) proto++;
    return proto;
}

/* A field that may be null or missing; false when it is something other than text. */
static bool optional_text(const cJSON *object, const char *name, const char **ret)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    *ret = cJSON_GetStringValue(item);
    return !item || cJSON_IsString(item) || cJSON_IsNull(item);
}

static const char *read_fields(struct packet *p, const cJSON *object, enum proto unsaid)
{
    const char *word;
    if (!optional_text(object, "proto", &word) || (!word && unsaid == PROTO_UNKNOWN))
        return "proto must be a string";
    if (!optional_text(object, "msg", &p->msg)) return "msg must be a string or null";
    if (!optional_text(object, "nick", &p->nick)) return "nick must be a string or null";
    if (!p->msg) p->msg = "";
    p->proto = word ? proto_of(word) : unsaid;
    return NULL;
}

const char *packet_decode_as(struct packet *p, struct span payload, enum proto unsaid)
{
    *p = (struct packet){.proto = PROTO_UNKNOWN, .msg = ""};
    const char *why = flatjson_check(payload.p, payload.n);
    if (why) return why;

    cJSON *object = cJSON_ParseWithLength(payload.p, payload.n);
    if (!object) return packet_no_memory;
    why = read_fields(p, object, unsaid);
    p->owner = object;
    if (why) packet_free(p);
    return why;
}

const char *packet_decode(struct packet *p, struct span payload)
{
    return packet_decode_as(p, payload, PROTO_UNKNOWN);
}

const char *packet_text(const struct packet *p, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(p->owner, name));
}

void packet_free(struct packet *p)
{
    cJSON_Delete(p->owner);
    *p = (struct packet){.proto = PROTO_UNKNOWN, .msg = ""};
}

/* cJSON's nodes hold plain pointers, and printing only reads them. */
static char *borrowed(const char *text)
{
    union {
        const char *theirs;
        char *plain;
    } pointer = {text};
    return pointer.plain;
}

/* A field on the stack that borrows its text, so that nothing is allocated and nothing can fail. */
static cJSON field(const char *name, const char *text)
{
    int type = text ? cJSON_String : cJSON_NULL;
    return (cJSON){.type = type, .string = borrowed(name), .valuestring = borrowed(text)};
}

size_t packet_print(char *out, size_t room, const char *time, enum proto proto, const char *nick,
                    const char *msg)
{
    cJSON fields[] = {field("time", time), field("nick", nick), field("msg", msg),
                      field("proto", words[proto])};
    for (size_t i = 1; i < sizeof fields / sizeof *fields; i++) fields[i - 1].next = &fields[i];
    cJSON object = {.type = cJSON_Object, .child = time ? fields : fields + 1};
    if (room > INT_MAX) room = INT_MAX;
    return cJSON_PrintPreallocated(&object, out, (int)room, false) ? strlen(out) : 0;
}

size_t packet_encode(char frame[PACKET_ROOM], enum proto proto, const char *nick, const char *msg)
{
    size_t room = PACKET_ROOM - FRAME_HEADER;
    size_t n = packet_print(frame + FRAME_HEADER, room, NULL, proto, nick, msg);
    if (n == 0 || n > FRAME_PAYLOAD_MAX) return 0;
    frame_header(frame, n);
    return FRAME_HEADER + n;
}
