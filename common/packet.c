#include "common/packet.h"

#include "common/flatjson.h"

#include <cjson/cJSON.h>
#include <string.h>

static const char *const words[] = {
    [PROTO_CONNECT] = "connect",     [PROTO_VERIFY] = "verify",
    [PROTO_READY] = "ready",         [PROTO_RETRY] = "retry",
    [PROTO_BROADCAST] = "broadcast", [PROTO_GOODBYE] = "goodbye",
    [PROTO_SHUTDOWN] = "shutdown",   [PROTO_WHO] = "who",
};

/* What cJSON builds of a payload lies here: its nodes, and their strings, which together are not
 * longer than the payload. So reading a packet allocates nothing, and cannot fail for lack of
 * memory.
 */
enum {
    ALIGN = 16,
    ALLOCATIONS = 1 + 3 * FLATJSON_FIELDS, /* the object; of a field the node, the key, the value */
    ARENA = FRAME_PAYLOAD_MAX + ALLOCATIONS * ALIGN + (1 + FLATJSON_FIELDS) * (int)sizeof(cJSON),
};

static struct {
    _Alignas(ALIGN) char bytes[ARENA];
    size_t used;
} arena;

static void *arena_take(size_t n)
{
    size_t at = arena.used;
    if (n > ARENA - at) return NULL;
    arena.used = (at + n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    return arena.bytes + at;
}

static void arena_keep(void *p)
{
    (void)p;
}

static cJSON *parse(struct span payload)
{
    cJSON_Hooks ours = {arena_take, arena_keep};
    arena.used = 0;
    cJSON_InitHooks(&ours);
    cJSON *object = cJSON_ParseWithLength(payload.p, payload.n);
    cJSON_InitHooks(NULL);
    return object;
}

static enum proto proto_of(const char *word)
{
    enum proto proto = 0;
    while (proto < PROTO_UNKNOWN && strcmp(word, words[proto]) != 0) proto++;
    return proto;
}

enum field { MSG, NICK, WORD, FIELDS };

static const struct {
    const char *name, *wrong;
} fields[] = {
    [MSG] = {"msg", "msg must be a string or null"},
    [NICK] = {"nick", "nick must be a string or null"},
    [WORD] = {"proto", "proto must be a string"},
};

static enum field field_of(const char *name)
{
    enum field f = 0;
    while (f < FIELDS && strcmp(name, fields[f].name) != 0) f++;
    return f;
}

/* A field that is null is as good as missing; what we do not know is passed over. */
static const char *read_fields(struct packet *p, const cJSON *object)
{
    const char *texts[FIELDS] = {NULL};
    const cJSON *item;
    cJSON_ArrayForEach(item, object)
    {
        enum field f = field_of(item->string);
        if (f == FIELDS) continue;
        if (!cJSON_IsString(item) && !cJSON_IsNull(item)) return fields[f].wrong;
        texts[f] = item->valuestring;
    }
    if (!texts[WORD]) return fields[WORD].wrong;
    p->nick = texts[NICK];
    p->msg = texts[MSG] ? texts[MSG] : "";
    p->proto = proto_of(texts[WORD]);
    return NULL;
}

const char *packet_decode(struct packet *p, struct span payload)
{
    *p = (struct packet){.proto = PROTO_UNKNOWN};
    const char *why = flatjson_check(payload.p, payload.n);
    if (why) return why;
    const cJSON *object = parse(payload);
    return object ? read_fields(p, object) : "it is too large to read";
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

/* An item on the stack that borrows its text, so that nothing is allocated and nothing can fail. */
static cJSON item(enum field f, const char *text)
{
    int type = text ? cJSON_String : cJSON_NULL;
    return (cJSON){.type = type, .string = borrowed(fields[f].name), .valuestring = borrowed(text)};
}

size_t packet_encode(char frame[PACKET_ROOM], enum proto proto, const char *nick, const char *msg)
{
    cJSON items[] = {item(NICK, nick), item(MSG, msg), item(WORD, words[proto])};
    items[0].next = &items[1];
    items[1].next = &items[2];
    cJSON object = {.type = cJSON_Object, .child = items};

    char *text = frame + FRAME_HEADER;
    if (!cJSON_PrintPreallocated(&object, text, PACKET_ROOM - FRAME_HEADER, false)) return 0;
    size_t n = strlen(text);
    if (n > FRAME_PAYLOAD_MAX) return 0;
    frame_header(frame, n);
    return FRAME_HEADER + n;
}
