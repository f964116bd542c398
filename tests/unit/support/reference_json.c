#include "tests/unit/support/reference_json.h"

#include <stdint.h>
#include <string.h>

enum { FIELDS = 32, NUMBER = 60 };

/* A string's characters, escapes resolved. */
struct string {
    const int32_t *p;
    size_t n;
};

enum kind { NOTHING, STRING, NIL, OTHER };

/* The payload's characters, where the reading is, and where strings are kept. */
static int32_t text[REFERENCE_JSON_SIZE], pool[REFERENCE_JSON_SIZE];
static size_t at, end, kept;

/* -- bytes into characters -- */

static int32_t byte_at(const char *s, size_t i)
{
    return (unsigned char)s[i];
}

/* Tries every length that UTF-8 has: only one can fit. */
static size_t character(const char *s, size_t n, int32_t *ret)
{
    static const struct {
        int32_t mask, lead, first, last;
    } forms[] = {{0x80, 0x00, 0x0, 0x7F},
                 {0xE0, 0xC0, 0x80, 0x7FF},
                 {0xF0, 0xE0, 0x800, 0xFFFF},
                 {0xF8, 0xF0, 0x10000, 0x10FFFF}};
    for (size_t more = 0; more < 4 && more < n; more++) {
        if ((byte_at(s, 0) & forms[more].mask) != forms[more].lead) continue;
        int32_t c = byte_at(s, 0) & ~forms[more].mask;
        for (size_t i = 1; i <= more; i++) {
            if ((byte_at(s, i) & 0xC0) != 0x80) return 0;
            c = c * 64 + (byte_at(s, i) & 0x3F);
        }
        *ret = c;
        bool surrogate = c >= 0xD800 && c <= 0xDFFF;
        return c >= forms[more].first && c <= forms[more].last && !surrogate ? more + 1 : 0;
    }
    return 0;
}

static bool read_characters(const char *s, size_t n)
{
    at = end = kept = 0;
    for (size_t i = 0, size; i < n; i += size) {
        size = character(s + i, n - i, &text[end++]);
        if (size == 0) return false;
    }
    return true;
}

/* -- characters into fields -- */

static bool next_is(const char *any)
{
    return at < end && text[at] > 0 && text[at] < 0x80 && strchr(any, (int)text[at]);
}

static bool take(const char *any)
{
    bool is = next_is(any);
    at += is;
    return is;
}

static void skip(const char *any)
{
    while (take(any)) continue;
}

static bool word(const char *letters)
{
    size_t start = at;
    while (*letters && at < end && text[at] == *letters) at++, letters++;
    if (*letters) at = start;
    return !*letters;
}

static int32_t hex(void)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        if (!next_is(digits)) return -1;
        int32_t digit = (int32_t)(strchr(digits, (int)text[at++]) - digits);
        value = value * 16 + (digit < 16 ? digit : digit - 6);
    }
    return value;
}

static int32_t surrogates(int32_t high)
{
    if (high < 0xD800 || high > 0xDFFF) return high;
    if (high > 0xDBFF || !word("\\u")) return -1;
    int32_t low = hex();
    if (low < 0xDC00 || low > 0xDFFF) return -1;
    return (high - 0xD800) * 0x400 + (low - 0xDC00) + 0x10000;
}

static int32_t escape(void)
{
    static const char *const pairs[] = {"\"\"", "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"};
    if (word("u")) return surrogates(hex());
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (at < end && text[at] == pairs[i][0]) return at++, pairs[i][1];
    return -1;
}

static bool string(struct string *ret)
{
    *ret = (struct string){pool + kept, 0};
    if (!take("\"")) return false;
    while (at < end && text[at] != '"') {
        int32_t c = text[at++];
        if (c < 0x20) return false;
        if (c == '\\') c = escape();
        if (c <= 0) return false;
        pool[kept++] = c;
        ret->n++;
    }
    return take("\"");
}

static bool digits(void)
{
    size_t start = at;
    skip("0123456789");
    return at > start;
}

static bool number(void)
{
    size_t start = at;
    take("-");
    if (!take("0") && !digits()) return false;
    if (take(".") && !digits()) return false;
    if (take("eE") && (take("+-"), !digits())) return false;
    return at - start <= NUMBER;
}

static enum kind value(struct string *ret)
{
    if (next_is("\"")) return string(ret) ? STRING : NOTHING;
    if (word("null")) return NIL;
    if (word("true") || word("false")) return OTHER;
    return number() ? OTHER : NOTHING;
}

static bool same(struct string a, struct string b)
{
    return a.n == b.n && memcmp(a.p, b.p, a.n * sizeof *a.p) == 0;
}

static bool spells(struct string s, const char *ascii)
{
    size_t n = strlen(ascii);
    for (size_t i = 0; i < n; i++)
        if (i >= s.n || s.p[i] != ascii[i]) return false;
    return s.n == n;
}

static const char *write(char *to, struct string s)
{
    char *start = to;
    for (size_t i = 0; i < s.n; i++) {
        int32_t c = s.p[i];
        int more = c < 0x80 ? 0 : c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        static const int leads[] = {0, 0xC0, 0xE0, 0xF0};
        *to++ = (char)(leads[more] | c >> 6 * more);
        while (more-- > 0) *to++ = (char)(0x80 | (c >> 6 * more & 0x3F));
    }
    *to = '\0';
    return start;
}

/* One of ours must be text or null; any other may be anything. */
static bool keep(struct reference_packet *o, struct string key, enum kind kind, struct string s)
{
    static const char *const names[] = {"nick", "msg", "proto"};
    const char **fields[] = {&o->nick, &o->msg, &o->proto};
    for (int i = 0; i < 3; i++) {
        if (!spells(key, names[i])) continue;
        if (kind == OTHER) return false;
        if (kind == STRING) *fields[i] = write(o->text[i], s);
    }
    return true;
}

static bool object(struct reference_packet *o)
{
    static const char blanks[] = " \t\n\r";
    struct string keys[FIELDS], s = {0};
    size_t count = 0;
    skip(blanks);
    if (!take("{")) return false;
    do {
        skip(blanks);
        if (count == FIELDS || !string(&keys[count])) return false;
        for (size_t i = 0; i < count; i++)
            if (same(keys[i], keys[count])) return false;
        skip(blanks);
        if (!take(":")) return false;
        skip(blanks);
        enum kind kind = value(&s);
        if (kind == NOTHING || !keep(o, keys[count++], kind, s)) return false;
        skip(blanks);
    } while (take(","));
    if (!take("}")) return false;
    skip(blanks);
    return at == end;
}

void reference_json_read(struct reference_packet *o, const char *payload, size_t n)
{
    o->nick = o->msg = o->proto = NULL;
    o->valid = read_characters(payload, n) && object(o) && o->proto;
}
