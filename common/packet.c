#include "common/packet.h"

#include "common/flatjson.h"
#include "common/json_scan.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char *const words[] = {
    [PROTO_CONNECT] = "connect",     [PROTO_VERIFY] = "verify",
    [PROTO_READY] = "ready",         [PROTO_RETRY] = "retry",
    [PROTO_BROADCAST] = "broadcast", [PROTO_GOODBYE] = "goodbye",
    [PROTO_SHUTDOWN] = "shutdown",   [PROTO_WHO] = "who",
};

enum field { MSG, NICK, PROTO, LIKE, RESUME, TIME, FIELDS };

static const char *const field_names[] = {[MSG] = "msg",   [NICK] = "nick",     [PROTO] = "proto",
                                          [LIKE] = "like", [RESUME] = "resume", [TIME] = "time"};

/* NULL: a field that has the wrong type is ignored. */
static const char *const field_errors[FIELDS] = {
    [MSG] = PACKET_MSG_WRONG,
    [NICK] = PACKET_NICK_WRONG,
    [PROTO] = PACKET_PROTO_WRONG,
};

/* -- decoding -- */

/* Sizes of the memory for the strings, which together are not longer than the payload, and for
 * cJSON's nodes. So decoding allocates nothing, and cannot run out of memory. */
enum {
    ALIGN = 16,
    ARENA = FRAME_PAYLOAD_MAX + FIELDS * (2 * ALIGN + (int)sizeof(cJSON)),
};

static struct {
    _Alignas(ALIGN) char bytes[ARENA];
    size_t used;
} arena;

static void *arena_alloc(size_t n)
{
    size_t at = arena.used;
    if (n > ARENA - at) return NULL;
    arena.used = (at + n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    return arena.bytes + at;
}

static void arena_ignore_free(void *p)
{
    (void)p;
}

/* Resolves the escapes in a JSON string. */
static const char *decode_escapes(struct span string)
{
    cJSON_Hooks hooks = {arena_alloc, arena_ignore_free};
    cJSON_InitHooks(&hooks);
    const cJSON *item = cJSON_ParseWithLength(string.p, string.n);
    cJSON_InitHooks(NULL);
    return item ? item->valuestring : NULL;
}

/* Copies a JSON string without its quotation marks. */
static const char *copy_string(struct span string)
{
    char *text = arena_alloc(string.n - 1);
    if (!text) return NULL;
    memcpy(text, string.p + 1, string.n - 2);
    text[string.n - 2] = '\0';
    return text;
}

/* Sets *text; to NULL if the field is null or missing. */
static const char *read_field(enum field f, struct span value, const char **text)
{
    *text = NULL;
    if (value.n == 0 || *value.p == 'n') return NULL;
    if (*value.p != '"') return field_errors[f];
    *text = memchr(value.p, '\\', value.n) ? decode_escapes(value) : copy_string(value);
    return *text ? NULL : "it is too large to decode";
}

static enum proto parse_proto(const char *word)
{
    enum proto proto = 0;
    while (proto < PROTO_UNKNOWN && strcmp(word, words[proto]) != 0) proto++;
    return proto;
}

const char *packet_decode_as(struct packet *p, struct span payload, enum proto unsaid)
{
    struct span values[FIELDS];
    const char *texts[FIELDS];
    *p = (struct packet){.proto = PROTO_UNKNOWN};
    arena.used = 0;
    if (payload.n == 0) return PACKET_EMPTY;
    const char *error = flatjson_find(payload, FIELDS, field_names, values);
    for (enum field f = 0; f < FIELDS && !error; f++) error = read_field(f, values[f], &texts[f]);
    if (error) return error;
    if (!texts[PROTO] && unsaid == PROTO_UNKNOWN) return PACKET_PROTO_WRONG;
    p->nick = texts[NICK];
    p->msg = texts[MSG] ? texts[MSG] : "";
    p->like = texts[LIKE];
    p->resume = texts[RESUME];
    p->time = texts[TIME];
    p->word = texts[PROTO] ? texts[PROTO] : words[unsaid];
    p->proto = texts[PROTO] ? parse_proto(texts[PROTO]) : unsaid;
    return NULL;
}

const char *packet_decode(struct packet *p, struct span payload)
{
    return packet_decode_as(p, payload, PROTO_UNKNOWN);
}

/* -- encoding -- */
struct writer {
    char *p, *end; /* p: where the next byte goes */
    bool full;     /* some bytes did not fit */
};

static inline void put_bytes(struct writer *w, const char *bytes, size_t n)
{
    w->full = w->full || n > (size_t)(w->end - w->p);
    if (w->full) return;
    memcpy(w->p, bytes, n);
    w->p += n;
}

/* RFC 8259, section 7. */
static void put_escaped(struct writer *w, char c)
{
    static const char values[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    char escape[JSON_ESCAPE_SIZE];
    const char *at = strchr(values, c);
    if (at)
        put_bytes(w, (const char[]){'\\', letters[at - values]}, 2);
    else
        put_bytes(w, escape, json_format_escape(escape, c));
}

static void put_string(struct writer *w, const char *text)
{
    const char *end = text + strlen(text);
    put_bytes(w, "\"", 1);
    while (text < end) {
        size_t literal = json_scan_literal(text, (size_t)(end - text));
        put_bytes(w, text, literal);
        text += literal;
        if (text < end) put_escaped(w, *text++);
    }
    put_bytes(w, "\"", 1);
}

static size_t escaped_size(char c)
{
    return strchr("\"\\\b\f\n\r\t", c) ? 2 : 6;
}

size_t packet_text_size(const char *text, size_t n)
{
    size_t size = n;
    for (size_t at = 0; (at += json_scan_literal(text + at, n - at)) < n; at++)
        size += escaped_size(text[at]) - 1;
    return size;
}

#define PUT(w, literal) put_bytes(w, (literal), sizeof(literal) - 1)

/* Prints a fourth field unless its value is NULL. */
static size_t print_object(char *out, size_t room, enum proto proto, const char *nick,
                           const char *msg, enum field field, const char *value)
{
    struct writer w = {.p = out, .end = out + room};
    PUT(&w, "{\"nick\":");
    if (nick)
        put_string(&w, nick);
    else
        PUT(&w, "null");
    PUT(&w, ",\"msg\":");
    put_string(&w, msg);
    PUT(&w, ",\"proto\":");
    put_string(&w, words[proto]);
    if (value) {
        PUT(&w, ",");
        put_string(&w, field_names[field]);
        PUT(&w, ":");
        put_string(&w, value);
    }
    PUT(&w, "}");
    return w.full ? 0 : (size_t)(w.p - out);
}

size_t packet_print(char *out, size_t room, enum proto proto, const char *nick, const char *msg)
{
    return print_object(out, room, proto, nick, msg, FIELDS, NULL);
}

static size_t add_header(char frame[PACKET_ROOM], size_t payload)
{
    if (payload == 0) return 0;
    frame_header(frame, payload);
    return FRAME_HEADER + payload;
}

size_t packet_encode(char frame[PACKET_ROOM], enum proto proto, const char *nick, const char *msg)
{
    return add_header(frame,
                      packet_print(frame + FRAME_HEADER, FRAME_PAYLOAD_MAX, proto, nick, msg));
}

size_t packet_encode_retry(char frame[PACKET_ROOM], const char *like)
{
    return add_header(frame, print_object(frame + FRAME_HEADER, FRAME_PAYLOAD_MAX, PROTO_RETRY,
                                          PACKET_SERVER, "RETRY", LIKE, like));
}

size_t packet_encode_ready(char frame[PACKET_ROOM], const char *resume)
{
    return add_header(frame, print_object(frame + FRAME_HEADER, FRAME_PAYLOAD_MAX, PROTO_READY,
                                          PACKET_SERVER, "READY", RESUME, resume));
}

size_t packet_encode_verify(char frame[PACKET_ROOM], const char *nick, const char *resume)
{
    return add_header(frame, print_object(frame + FRAME_HEADER, FRAME_PAYLOAD_MAX, PROTO_VERIFY,
                                          NULL, nick, RESUME, resume));
}

size_t packet_add_time(char frame[PACKET_ROOM], size_t n, const char *time)
{
    struct writer w = {.p = frame + n - 1, .end = frame + PACKET_ROOM};
    if (time[0] == '\0') return n;
    PUT(&w, ",\"time\":\"");
    put_bytes(&w, time, strlen(time));
    PUT(&w, "\"}");
    if (!w.full) return add_header(frame, (size_t)(w.p - frame) - FRAME_HEADER);
    frame[n - 1] = '}';
    return 0;
}
