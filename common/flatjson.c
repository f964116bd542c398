#include "common/flatjson.h"

#include "common/json_scan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/* Every read_ function returns false once `error` is set. */
struct reader {
    const unsigned char *p, *end;
    const char *error;
    int count; /* of the fields to find */
    const char *const *names;
    struct span *values;
};

struct string {
    const unsigned char *p, *end; /* the bytes between the quotation marks */
    uint32_t hash;                /* FNV-1a of the characters with escapes resolved; keys only */
};

static bool fail(struct reader *r, const char *why)
{
    if (!r->error) r->error = why;
    return false;
}

static void skip_blank(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
}

static bool skip_char(struct reader *r, unsigned char c)
{
    if (r->p == r->end || *r->p != c) return false;
    r->p++;
    return true;
}

enum { LONE_SURROGATE = -2 };

/* Returns the code point of the \u escape whose digits start at *p, and moves *p past it; -1 if it
 * is not one, LONE_SURROGATE if it is half of one. */
static int32_t read_unicode_escape(const unsigned char **p, const unsigned char *end)
{
    int32_t unit = json_escape_unit((const char *)*p - 2, (size_t)(end - *p) + 2);
    if (unit < 0) return -1;
    if (json_is_low(unit)) return LONE_SURROGATE;
    *p += 4;
    if (!json_is_high(unit)) return unit;
    int32_t low = json_escape_unit((const char *)*p, (size_t)(end - *p));
    if (!json_is_low(low)) return LONE_SURROGATE;
    *p += 6;
    return 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
}

/* Returns the code point of the escape whose backslash is at *p - 1, and moves *p past it; -1 if it
 * is not one. */
static int32_t read_escape(const unsigned char **p, const unsigned char *end)
{
    static const char letters[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
    if (*p == end || **p == 0) return -1; /* strchr finds a NUL */
    unsigned char c = *(*p)++;
    if (c == 'u') return read_unicode_escape(p, end);
    const char *at = strchr(letters, c);
    return at ? values[at - letters] : -1;
}

/* Returns the next code point of a string, with escapes resolved, and moves *p past it; -1 or
 * LONE_SURROGATE if it is not one. */
static int32_t next_char(const unsigned char **p, const unsigned char *end)
{
    utf8proc_int32_t c;
    if (**p == '\\') return ++*p, read_escape(p, end);
    if (**p < 0x80) return *(*p)++;
    utf8proc_ssize_t n = utf8proc_iterate(*p, end - *p, &c);
    if (n < 0) return -1;
    *p += n;
    return c;
}

/* Returns the error in a character that next_char refuses. */
static const char *explain_char(const unsigned char *at, int32_t c)
{
    if (c == LONE_SURROGATE) return FLATJSON_LONE_SURROGATE;
    return *at == '\\' ? "an escape in a string is wrong" : "a string is not valid UTF-8";
}

/* Skips characters that need no check, which are most characters of a message. */
static void skip_plain(struct reader *r)
{
    if (r->p < r->end && *r->p >= 0x80) return;
    r->p += json_scan((const char *)r->p, (size_t)(r->end - r->p));
}

static bool read_string(struct reader *r, struct string *ret)
{
    if (!skip_char(r, '"')) return fail(r, FLATJSON_NO_QUOTE);
    *ret = (struct string){.p = r->p};
    for (skip_plain(r); r->p < r->end && *r->p != '"'; skip_plain(r)) {
        if (*r->p < 0x20) return fail(r, "control characters in a string must be escaped");
        const unsigned char *at = r->p;
        int32_t c = next_char(&r->p, r->end);
        if (c == 0) return fail(r, "U+0000 is not allowed");
        if (c < 0) return fail(r, explain_char(at, c));
    }
    ret->end = r->p;
    return skip_char(r, '"') || fail(r, "a string is not closed");
}

static void skip_digits(struct reader *r)
{
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9') r->p++;
}

static bool read_digits(struct reader *r)
{
    const unsigned char *start = r->p;
    skip_digits(r);
    return r->p > start || fail(r, "a number is not valid JSON");
}

static bool read_number(struct reader *r)
{
    const unsigned char *start = r->p;
    skip_char(r, '-');
    if (!skip_char(r, '0') && !read_digits(r)) return false;
    if (skip_char(r, '.') && !read_digits(r)) return false;
    if (skip_char(r, 'e') || skip_char(r, 'E')) {
        if (!skip_char(r, '+')) skip_char(r, '-');
        if (!read_digits(r)) return false;
    }
    return r->p - start <= FLATJSON_NUMBER || fail(r, "a number is too long");
}

static bool read_literal(struct reader *r)
{
    static const char *const literals[] = {"null", "true", "false"};
    for (size_t i = 0; i < sizeof literals / sizeof *literals; i++) {
        size_t n = strlen(literals[i]);
        if ((size_t)(r->end - r->p) < n || memcmp(r->p, literals[i], n) != 0) continue;
        r->p += n;
        return true;
    }
    return fail(r, "a value is neither a string, a number, true, false nor null");
}

static bool read_value(struct reader *r)
{
    struct string ignored;
    if (r->p == r->end) return fail(r, FLATJSON_NOT_CLOSED);
    if (*r->p == '{' || *r->p == '[') return fail(r, "the object must be flat");
    if (*r->p == '"') return read_string(r, &ignored);
    if (*r->p == '-' || (*r->p >= '0' && *r->p <= '9')) return read_number(r);
    return read_literal(r);
}

static void hash_key(struct string *key)
{
    uint32_t hash = 2166136261;
    for (const unsigned char *p = key->p; p < key->end;) {
        bool plain = *p < 0x80 && *p != '\\';
        hash = (hash ^ (plain ? *p++ : (uint32_t)next_char(&p, key->end))) * 16777619;
    }
    key->hash = hash;
}

static bool keys_equal(struct string a, struct string b)
{
    if (a.hash != b.hash) return false;
    while (a.p < a.end && b.p < b.end)
        if (next_char(&a.p, a.end) != next_char(&b.p, b.end)) return false;
    return a.p == a.end && b.p == b.end;
}

static bool key_is(struct string key, const char *name)
{
    while (key.p < key.end && *name != '\0')
        if (next_char(&key.p, key.end) != *name++) return false;
    return key.p == key.end && *name == '\0';
}

static bool read_key(struct reader *r, struct string *keys, size_t count)
{
    if (count == FLATJSON_FIELDS) return fail(r, "there are too many fields");
    if (!read_string(r, &keys[count])) return false;
    hash_key(&keys[count]);
    for (size_t i = 0; i < count; i++)
        if (keys_equal(keys[i], keys[count])) return fail(r, "a field occurs twice");
    return true;
}

static void note_value(struct reader *r, struct string key, const unsigned char *value)
{
    for (int i = 0; i < r->count; i++)
        if (key_is(key, r->names[i]))
            r->values[i] = (struct span){(const char *)value, (size_t)(r->p - value)};
}

static bool read_fields(struct reader *r)
{
    struct string keys[FLATJSON_FIELDS] = {0};
    size_t count = 0;
    do {
        skip_blank(r);
        if (!read_key(r, keys, count++)) return false;
        skip_blank(r);
        if (!skip_char(r, ':')) return fail(r, FLATJSON_NO_COLON);
        skip_blank(r);
        const unsigned char *value = r->p;
        if (!read_value(r)) return false;
        note_value(r, keys[count - 1], value);
        skip_blank(r);
    } while (skip_char(r, ','));
    return skip_char(r, '}') || fail(r, FLATJSON_NOT_CLOSED);
}

static bool read_object(struct reader *r)
{
    skip_blank(r);
    if (!skip_char(r, '{')) return fail(r, FLATJSON_NOT_OBJECT);
    skip_blank(r);
    return skip_char(r, '}') || read_fields(r);
}

const char *flatjson_find(struct span object, int count, const char *const names[],
                          struct span values[])
{
    struct reader r = {
        .p = (const unsigned char *)object.p,
        .end = (const unsigned char *)object.p + object.n,
        .count = count,
        .names = names,
        .values = values,
    };
    for (int i = 0; i < count; i++) values[i] = (struct span){0};
    if (!read_object(&r)) return r.error;
    skip_blank(&r);
    return r.p == r.end ? NULL : FLATJSON_NOT_ALONE;
}
