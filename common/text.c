#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <utf8proc.h>

enum {
    INVALID = -1,     /* stands for a byte that is not UTF-8 */
    MARKS_MAX = 4,    /* ncurses keeps a character and four marks to a cell */
    CLUSTER_MAX = 32, /* code points: more than any script needs, and stepping stays cheap */
    GROWTH_MAX = 4,   /* bytes that one becomes at most: a tab, a C1 control as <U+0080> */
    ZWNJ = 0x200C,
    ZWJ = 0x200D,
    SOFT_HYPHEN = 0xAD,
    DOTTED_CIRCLE = 0x25CC,
    BRAILLE_BLANK = 0x2800,
    IDEOGRAPHIC_SPACE = 0x3000,
    CONTROL_PICTURES = 0x2400, /* in the order of the controls they show */
    SYMBOL_FOR_DELETE = 0x2421,
    REPLACEMENT = 0xFFFD,
};

/* Decodes the code point that starts at s[at]; returns how many bytes it takes. */
static size_t decode(const char *s, size_t n, size_t at, int32_t *cp)
{
    const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)s + at;
    utf8proc_ssize_t size = utf8proc_iterate(from, (utf8proc_ssize_t)(n - at), cp);
    if (size > 0) return (size_t)size;
    *cp = INVALID;
    return 1;
}

/* Decodes the code point that ends at s[at]. */
static size_t decode_back(const char *s, size_t at, int32_t *cp)
{
    for (size_t size = 1; size <= 4 && size <= at; size++)
        if (decode(s, at, at - size, cp) == size && *cp != INVALID) return size;
    *cp = INVALID;
    return 1;
}

static bool joined(int32_t a, int32_t b, int32_t *state)
{
    return a != INVALID && b != INVALID && !utf8proc_grapheme_break_stateful(a, b, state);
}

/* Whether anything that might stand before a could join it with b. */
static bool may_join(int32_t a, int32_t b)
{
    return a == ZWJ || joined(a, b, NULL);
}

bool text_valid(const char *s, size_t n)
{
    int32_t cp = 0;
    for (size_t at = 0; at < n && cp != INVALID;) at += decode(s, n, at, &cp);
    return cp != INVALID;
}

size_t text_next(const char *s, size_t n, size_t at)
{
    if (at >= n) return n;
    int32_t before, cp, state = 0;
    at += decode(s, n, at, &before);
    for (int points = 1; at < n && points < CLUSTER_MAX; points++) {
        size_t size = decode(s, n, at, &cp);
        if (!joined(before, cp, &state)) break;
        before = cp;
        at += size;
    }
    return at;
}

/* Goes back to a boundary that stands whatever comes before it, and forward from there. */
size_t text_prev(const char *s, size_t at)
{
    int32_t cp, after = INVALID;
    size_t start = at;
    while (start > 0) {
        size_t size = decode_back(s, start, &cp);
        if (start < at && !may_join(cp, after)) break;
        after = cp;
        start -= size;
    }
    while (text_next(s, at, start) < at) start = text_next(s, at, start);
    return start;
}

size_t text_boundary(const char *s, size_t n, size_t at)
{
    return at > 0 ? text_next(s, n, text_prev(s, at)) : 0;
}

size_t text_clusters(const char *s, size_t n)
{
    size_t count = 0;
    for (size_t at = 0; at < n; at = text_next(s, n, at)) count++;
    return count;
}

/* Where utf8proc's widths differ from glibc's, by which ncurses goes, glibc's hold. */
static size_t cells(int32_t cp)
{
    if (cp >= 0x3248 && cp <= 0x324F) return 2;
    if (cp >= 0x4DC0 && cp <= 0x4DFF) return 2;
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (is->boundclass == UTF8PROC_BOUNDCLASS_V || is->boundclass == UTF8PROC_BOUNDCLASS_T)
        return 0;
    if (is->category == UTF8PROC_CATEGORY_MC && is->charwidth == 0) return 1;
    return is->charwidth;
}

size_t text_width(const char *s, size_t n)
{
    size_t width = 0;
    for (size_t at = 0; at < n;) {
        int32_t cp;
        at += decode(s, n, at, &cp);
        width += cells(cp == INVALID ? REPLACEMENT : cp);
    }
    return width;
}

/* What text_clean has written, and what the next code point would stand on. */
struct sanitizer {
    char *to;
    enum text_lines lines;
    int marks;       /* zero-width marks on the last character; MARKS_MAX: no more */
    bool base;       /* there is one, and it is no space */
    bool pictograph; /* and it takes an emoji modifier */
};

/* Writes a code point that stands by itself. */
static void put(struct sanitizer *c, int32_t cp)
{
    c->to += utf8proc_encode_char(cp, (utf8proc_uint8_t *)c->to);
    c->marks = 0;
    c->base = cp != ' ' && cp != '\n';
    c->pictograph = false;
}

static void put_ascii(struct sanitizer *c, const char *s)
{
    while (*s != '\0') put(c, *s++);
}

static void put_code(struct sanitizer *c, int32_t cp)
{
    static const char hex[] = "0123456789ABCDEF";
    put_ascii(c, "<U+");
    for (int shift = cp > 0xFFFFF ? 20 : cp > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4)
        put(c, hex[cp >> shift & 0xF]);
    put(c, '>');
}

static void put_mark(struct sanitizer *c, int32_t cp)
{
    if (c->marks == MARKS_MAX) return;
    if (!c->base) put(c, DOTTED_CIRCLE);
    c->to += utf8proc_encode_char(cp, (utf8proc_uint8_t *)c->to);
    c->marks++;
}

static void put_control(struct sanitizer *c, int32_t cp)
{
    if (cp == '\n' && c->lines == TEXT_LINES)
        put(c, '\n');
    else if (cp == '\t')
        put_ascii(c, "    ");
    else if (cp < ' ')
        put(c, CONTROL_PICTURES + cp);
    else if (cp == 0x7F)
        put(c, SYMBOL_FOR_DELETE);
    else
        put_code(c, cp);
}

/* Only styles its neighbours: a joiner, a variation selector, a skin tone on an emoji. */
static bool styles(const struct sanitizer *c, int32_t cp, const utf8proc_property_t *is)
{
    if (cp == ZWJ || cp == ZWNJ || cp == SOFT_HYPHEN) return true;
    if (cp >= 0x1F3FB && cp <= 0x1F3FF) return c->pictograph;
    return is->ignorable && is->category == UTF8PROC_CATEGORY_MN;
}

/* utf8proc numbers what has ink from LU to SO and puts white space next. */
static bool invisible(const utf8proc_property_t *is)
{
    return is->ignorable || is->category < UTF8PROC_CATEGORY_LU ||
           is->category > UTF8PROC_CATEGORY_ZS;
}

static void clean(struct sanitizer *c, int32_t cp)
{
    if (cp == INVALID) return put(c, REPLACEMENT);
    if (cp >= ' ' && cp <= '~') return put(c, cp);
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (is->category == UTF8PROC_CATEGORY_CC) return put_control(c, cp);
    if (styles(c, cp, is)) return;
    if (invisible(is)) return put_code(c, cp);
    if (cp == IDEOGRAPHIC_SPACE) return put_ascii(c, "  ");
    if (is->category == UTF8PROC_CATEGORY_ZS || cp == BRAILLE_BLANK) return put(c, ' ');
    if (cells(cp) == 0) return put_mark(c, cp);
    put(c, cp);
    c->pictograph = is->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

char *text_clean(const char *s, size_t n, enum text_lines lines, size_t *ret_n)
{
    char *out = calloc(n + 1, GROWTH_MAX);
    if (!out) return NULL;
    struct sanitizer c = {.to = out, .lines = lines};
    for (size_t at = 0; at < n;) {
        int32_t cp;
        at += decode(s, n, at, &cp);
        clean(&c, cp);
    }
    size_t len = (size_t)(c.to - out);
    if (ret_n) *ret_n = len;
    char *fitted = realloc(out, len + 1);
    return fitted ? fitted : out;
}
