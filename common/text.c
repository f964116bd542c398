#include "common/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    CLUSTER_MAX = 32, /* code points: more than any script needs; limits the cost of a step */
    GROWTH_MAX = 4,   /* maximum of bytes written per byte: a tab, or a C1 control as <U+0080> */
    ZWNJ = 0x200C,
    ZWJ = 0x200D,
    EMOJI_STYLE = 0xFE0F,
    SOFT_HYPHEN = 0xAD,
    DOTTED_CIRCLE = 0x25CC,
    BRAILLE_BLANK = 0x2800,
    IDEOGRAPHIC_SPACE = 0x3000,
    CONTROL_PICTURES = 0x2400, /* U+2400 shows U+0000, and so on */
    SYMBOL_FOR_DELETE = 0x2421,
    REPLACEMENT = 0xFFFD,
};

size_t text_decode(const char *s, size_t n, size_t at, int32_t *ret_cp)
{
    const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)s + at;
    utf8proc_ssize_t size = utf8proc_iterate(from, (utf8proc_ssize_t)(n - at), ret_cp);
    if (size > 0) return (size_t)size;
    *ret_cp = TEXT_INVALID;
    return 1;
}

/* utf8proc numbers the categories of letters, marks and digits from LU to NO. */
bool text_is_word(int32_t cp)
{
    utf8proc_category_t category = cp != TEXT_INVALID ? utf8proc_category(cp) : 0;
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

size_t text_decode_prev(const char *s, size_t at, int32_t *ret_cp)
{
    for (size_t size = 1; size <= 4 && size <= at; size++)
        if (text_decode(s, at, at - size, ret_cp) == size && *ret_cp != TEXT_INVALID) return size;
    *ret_cp = TEXT_INVALID;
    return 1;
}

static bool is_joined(int32_t a, int32_t b, int32_t *state)
{
    return a != TEXT_INVALID && b != TEXT_INVALID && !utf8proc_grapheme_break_stateful(a, b, state);
}

/* Returns whether a and b may be in one cluster, depending on the text before a. */
static bool may_join(int32_t a, int32_t b)
{
    return a == ZWJ || is_joined(a, b, NULL);
}

bool text_valid(const char *s, size_t n)
{
    int32_t cp = 0;
    for (size_t at = 0; at < n && cp != TEXT_INVALID;) at += text_decode(s, n, at, &cp);
    return cp != TEXT_INVALID;
}

size_t text_next(const char *s, size_t n, size_t at)
{
    if (at >= n) return n;
    int32_t before, cp, state = 0;
    at += text_decode(s, n, at, &before);
    for (int points = 1; at < n && points < CLUSTER_MAX; points++) {
        size_t size = text_decode(s, n, at, &cp);
        if (!is_joined(before, cp, &state)) break;
        before = cp;
        at += size;
    }
    return at;
}

/* Goes back to a boundary that does not depend on the text before it, and forward from there. */
size_t text_prev(const char *s, size_t at)
{
    int32_t cp, after = TEXT_INVALID;
    size_t start = at;
    while (start > 0) {
        size_t size = text_decode_prev(s, start, &cp);
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

/* Returns a code point's width. If utf8proc and glibc differ, returns that of glibc, which ncurses
 * uses.
 */
static size_t cell_width(int32_t cp)
{
    if (cp == EMOJI_STYLE) return 1; /* it makes the character before it wider */
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
        at += text_decode(s, n, at, &cp);
        width += cell_width(cp == TEXT_INVALID ? REPLACEMENT : cp);
    }
    return width;
}

struct sanitizer {
    char *to; /* where the next byte goes */
    enum text_lines lines;
    int marks;       /* zero-width marks on the last character, up to TEXT_MARKS_MAX */
    bool base;       /* the last character can carry a mark: it is not a space */
    bool pictograph; /* the last character takes an emoji modifier */
    bool widens;     /* the last character keeps an emoji style */
};

/* Writes a code point that is not a mark. */
static void put_char(struct sanitizer *c, int32_t cp)
{
    c->to += utf8proc_encode_char(cp, (utf8proc_uint8_t *)c->to);
    c->marks = 0;
    c->base = cp != ' ' && cp != '\n';
    c->pictograph = c->widens = false;
}

static void put_ascii(struct sanitizer *c, const char *s)
{
    while (*s != '\0') put_char(c, *s++);
}

static void put_escape(struct sanitizer *c, int32_t cp)
{
    static const char hex[] = "0123456789ABCDEF";
    put_ascii(c, "<U+");
    for (int shift = cp > 0xFFFFF ? 20 : cp > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4)
        put_char(c, hex[cp >> shift & 0xF]);
    put_char(c, '>');
}

static void put_mark(struct sanitizer *c, int32_t cp)
{
    if (c->marks == TEXT_MARKS_MAX) return;
    if (!c->base) put_char(c, DOTTED_CIRCLE);
    c->to += utf8proc_encode_char(cp, (utf8proc_uint8_t *)c->to);
    c->marks++;
    c->widens = false;
}

static void put_control(struct sanitizer *c, int32_t cp)
{
    if (cp == '\n' && c->lines != TEXT_ONE_LINE)
        put_char(c, '\n');
    else if (cp == '\t')
        put_ascii(c, "    ");
    else if (cp < ' ')
        put_char(c, CONTROL_PICTURES + cp);
    else if (cp == 0x7F)
        put_char(c, SYMBOL_FOR_DELETE);
    else
        put_escape(c, cp);
}

static bool is_pictograph(const utf8proc_property_t *is)
{
    return is->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

bool text_is_style(int32_t cp)
{
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (cp == ZWJ || cp == ZWNJ || cp == SOFT_HYPHEN) return true;
    return is->ignorable && is->category == UTF8PROC_CATEGORY_MN;
}

/* True for a style, and for a skin tone on an emoji. */
static bool is_style(bool after_pictograph, int32_t cp)
{
    bool is_skin_tone = cp >= 0x1F3FB && cp <= 0x1F3FF;
    return text_is_style(cp) || (after_pictograph && is_skin_tone);
}

/* utf8proc numbers visible categories from LU to SO, and white space next. */
static bool is_invisible(const utf8proc_property_t *is)
{
    return is->ignorable || is->category < UTF8PROC_CATEGORY_LU ||
           is->category > UTF8PROC_CATEGORY_ZS;
}

bool text_is_hidden(int32_t cp)
{
    return is_invisible(utf8proc_get_property(cp));
}

static void put_clean(struct sanitizer *c, int32_t cp)
{
    if (cp == TEXT_INVALID) return put_char(c, REPLACEMENT);
    if (cp >= ' ' && cp <= '~') return put_char(c, cp);
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (is->category == UTF8PROC_CATEGORY_CC) return put_control(c, cp);
    if (cp == EMOJI_STYLE && c->widens) return put_char(c, cp);
    if (is_style(c->pictograph, cp)) return;
    if (is_invisible(is)) return put_escape(c, cp);
    if (cp == IDEOGRAPHIC_SPACE) return put_ascii(c, "  ");
    if (is->category == UTF8PROC_CATEGORY_ZS || cp == BRAILLE_BLANK) return put_char(c, ' ');
    if (cell_width(cp) == 0) return put_mark(c, cp);
    put_char(c, cp);
    c->pictograph = is_pictograph(is);
    c->widens = c->pictograph && c->lines == TEXT_EMOJI && cell_width(cp) == 1;
}

void text_drop_styles(char *s)
{
    size_t n = strlen(s);
    char *to = s;
    bool pictograph = false;
    for (size_t at = 0, size; at < n; at += size) {
        int32_t cp;
        size = text_decode(s, n, at, &cp);
        const utf8proc_property_t *is = utf8proc_get_property(cp);
        if (is_style(pictograph, cp)) continue;
        if (cell_width(cp) > 0) pictograph = is_pictograph(is);
        memmove(to, s + at, size);
        to += size;
    }
    *to = '\0';
}

char *text_clean(const char *s, size_t n, enum text_lines lines, size_t *ret_n)
{
    char *out = calloc(n + 1, GROWTH_MAX);
    if (!out) return NULL;
    struct sanitizer c = {.to = out, .lines = lines};
    for (size_t at = 0; at < n;) {
        int32_t cp;
        at += text_decode(s, n, at, &cp);
        put_clean(&c, cp);
    }
    size_t len = (size_t)(c.to - out);
    if (ret_n) *ret_n = len;
    char *fitted = realloc(out, len + 1);
    return fitted ? fitted : out;
}
