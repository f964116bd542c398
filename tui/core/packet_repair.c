#include "tui/core/packet_repair.h"

#include "common/flatjson.h"
#include "common/json_scan.h"
#include "common/text.h"

#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define REPLACEMENT     "\xEF\xBF\xBD"
#define SYMBOL_FOR_NULL "\xE2\x90\x80"

/* The fields to write. Only the last one is cut if the packet becomes too long. */
static const char *const field_names[] = {"proto", "nick", "like", "time", "msg"};

enum { FIELDS = sizeof field_names / sizeof *field_names };

/* -- finding the fields -- */

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ';
}

/* Removes white space, control characters and a byte order mark around an object. */
static struct span trim(struct span s)
{
    static const size_t mark = sizeof BYTE_ORDER_MARK - 1;
    while (s.n > 0 && is_blank(s.p[s.n - 1])) s.n--;
    if (s.n >= mark && memcmp(s.p, BYTE_ORDER_MARK, mark) == 0)
        s = (struct span){s.p + mark, s.n - mark};
    while (s.n > 0 && is_blank(*s.p)) s = (struct span){s.p + 1, s.n - 1};
    return s;
}

bool packet_is_object(struct span payload)
{
    struct span s = trim(payload);
    return s.n >= 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
}

static void skip_blank(struct span *in)
{
    while (in->n > 0 && is_blank(*in->p)) *in = (struct span){in->p + 1, in->n - 1};
}

static bool skip_char(struct span *in, char c)
{
    if (in->n == 0 || *in->p != c) return false;
    *in = (struct span){in->p + 1, in->n - 1};
    return true;
}

/* Returns the size of the string at the start, with both quotation marks; 0: it is not closed. */
static size_t string_size(struct span in)
{
    for (size_t at = 1; at < in.n; at += in.p[at] == '\\' ? 2 : 1)
        if (in.p[at] == '"') return at + 1;
    return 0;
}

/* Returns the size of the object or array at the start; 0: it is not closed. */
static size_t nested_size(struct span in)
{
    size_t depth = 0, size;
    for (size_t at = 0; at < in.n; at += size) {
        char c = in.p[at];
        size = c == '"' ? string_size((struct span){in.p + at, in.n - at}) : 1;
        if (size == 0) return 0;
        if (c == '{' || c == '[') depth++;
        if ((c == '}' || c == ']') && --depth == 0) return at + 1;
    }
    return 0;
}

static size_t bare_size(struct span in)
{
    size_t n = 0;
    while (n < in.n && !is_blank(in.p[n]) && strchr(",:{}[]\"", in.p[n]) == NULL) n++;
    return n;
}

/* Returns the size of the value at the start; 0: there is none, or it is not closed. */
static size_t value_size(struct span in)
{
    if (in.n == 0) return 0;
    if (*in.p == '"') return string_size(in);
    if (*in.p == '{' || *in.p == '[') return nested_size(in);
    return bare_size(in);
}

static bool take_value(struct span *in, struct span *value)
{
    skip_blank(in);
    *value = (struct span){in->p, value_size(*in)};
    *in = (struct span){in->p + value->n, in->n - value->n};
    return value->n > 0;
}

static void note_field(struct span key, struct span value, struct span values[FIELDS])
{
    for (size_t i = 0; i < FIELDS; i++)
        if (key.n == strlen(field_names[i]) + 2 &&
            memcmp(key.p + 1, field_names[i], key.n - 2) == 0)
            values[i] = value;
}

static const char *find_fields(struct span in, struct span values[FIELDS])
{
    struct span key, value;
    in = trim(in);
    if (!skip_char(&in, '{')) return FLATJSON_NOT_OBJECT;
    do {
        skip_blank(&in);
        if (in.n == 0) return FLATJSON_NOT_CLOSED;
        if (*in.p == '}') break;
        if (*in.p != '"') return FLATJSON_NO_QUOTE;
        if (!take_value(&in, &key)) return FLATJSON_NOT_CLOSED;
        skip_blank(&in);
        if (!skip_char(&in, ':')) return FLATJSON_NO_COLON;
        if (!take_value(&in, &value)) return FLATJSON_NOT_CLOSED;
        note_field(key, value, values);
        skip_blank(&in);
    } while (skip_char(&in, ','));
    if (!skip_char(&in, '}')) return FLATJSON_NOT_CLOSED;
    return in.n == 0 ? NULL : FLATJSON_NOT_ALONE;
}

/* -- writing the fields -- */

struct writer {
    char *p, *end; /* p: where the next byte goes; two bytes after the end are free for `"}` */
    bool full;
};

static void put(struct writer *w, const char *bytes, size_t n)
{
    w->full = w->full || n > (size_t)(w->end - w->p);
    if (w->full) return;
    memcpy(w->p, bytes, n);
    w->p += n;
}

static void put_text(struct writer *w, const char *text)
{
    put(w, text, strlen(text));
}

/* Writes the escape at the start, or a symbol in its place. Returns the number of bytes read. */
static size_t put_escape(struct writer *w, struct span s)
{
    int32_t unit = json_escape_unit(s.p, s.n);
    bool is_simple = s.n >= 2 && s.p[1] != '\0' && strchr("\"\\/bfnrt", s.p[1]) != NULL;
    bool is_high = json_is_high(unit);
    bool is_pair = is_high && json_is_low(json_escape_unit(s.p + 6, s.n - 6));
    bool is_half = !is_pair && (is_high || json_is_low(unit));
    size_t read = is_pair ? 12 : unit >= 0 ? 6 : is_simple ? 2 : 1;
    if (unit == 0)
        put_text(w, SYMBOL_FOR_NULL);
    else if (read == 1 || is_half)
        put_text(w, REPLACEMENT);
    else
        put(w, s.p, read);
    return read;
}

static size_t put_control(struct writer *w, char c)
{
    char escape[8];
    snprintf(escape, sizeof escape, "\\u%04x", (unsigned)c);
    put_text(w, c == '\0' ? SYMBOL_FOR_NULL : escape);
    return 1;
}

static size_t put_character(struct writer *w, struct span s)
{
    int32_t cp;
    if (*s.p == '\\') return put_escape(w, s);
    if ((unsigned char)*s.p < ' ') return put_control(w, *s.p);
    size_t size = text_decode(s.p, s.n, 0, &cp);
    if (cp == TEXT_INVALID)
        put_text(w, REPLACEMENT);
    else
        put(w, s.p, size);
    return size;
}

/* Writes as much of a string as fits, and always closes it. */
static void put_string(struct writer *w, struct span string)
{
    struct span s = {string.p + 1, string.n - 2};
    put(w, "\"", 1);
    for (size_t size; s.n > 0 && !w->full; s = (struct span){s.p + size, s.n - size})
        size = put_character(w, s);
    *w->p++ = '"';
}

/* Writes a number in place of an object or array: packet_decode refuses it with a reason that names
 * the field. */
static void put_value(struct writer *w, struct span value)
{
    if (*value.p == '"')
        put_string(w, value);
    else
        put_text(w, *value.p == 'n' ? "null" : "0");
}

static struct span rewrite(const struct span values[FIELDS], char out[FRAME_PAYLOAD_MAX])
{
    struct writer w = {.p = out, .end = out + FRAME_PAYLOAD_MAX - FIELDS - 1};
    *w.p++ = '{';
    for (size_t i = 0; i < FIELDS && !w.full; i++) {
        char name[16];
        if (values[i].n == 0) continue;
        snprintf(name, sizeof name, "%s\"%s\":", w.p > out + 1 ? "," : "", field_names[i]);
        put_text(&w, name);
        if (!w.full) put_value(&w, values[i]);
    }
    *w.p++ = '}';
    return (struct span){out, (size_t)(w.p - out)};
}

const char *packet_read(struct packet *p, struct span payload)
{
    static char repaired[FRAME_PAYLOAD_MAX];
    struct span values[FIELDS] = {0};
    const char *error = packet_decode(p, payload);
    if (error == NULL || payload.n == 0) return error;
    error = find_fields(payload, values);
    return error != NULL ? error : packet_decode(p, rewrite(values, repaired));
}
