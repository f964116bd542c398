#include "tests/unit/support/unsafe_chars.h"

static const struct {
    int32_t first, last;
    const char *flaw;
} flaws[] = {
    {0x0000, 0x001F, "a control"},
    {0x007F, 0x009F, "a control"},
    {0x00A0, 0x00A0, "a blank that is no space"},
    {0x00AD, 0x00AD, "a soft hyphen"},
    {0x034F, 0x034F, "a grapheme joiner"},
    {0x0600, 0x0605, "a sign that spans what follows"},
    {0x061C, 0x061C, "a bidi control"},
    {0x06DD, 0x06DD, "a sign that spans what follows"},
    {0x070F, 0x070F, "an abbreviation mark"},
    {0x0890, 0x0891, "a sign that spans what follows"},
    {0x08E2, 0x08E2, "a sign that spans what follows"},
    {0x115F, 0x1160, "a Hangul filler"},
    {0x1680, 0x1680, "a blank that is no space"},
    {0x17B4, 0x17B5, "an inherent vowel"},
    {0x180B, 0x180F, "a Mongolian selector"},
    {0x2000, 0x200A, "a blank that is no space"},
    {0x200B, 0x200D, "of no width"},
    {0x200E, 0x200F, "a bidi control"},
    {0x2028, 0x2029, "a line or paragraph separator"},
    {0x202A, 0x202E, "a bidi control"},
    {0x202F, 0x202F, "a blank that is no space"},
    {0x205F, 0x205F, "a blank that is no space"},
    {0x2060, 0x2065, "of no width"},
    {0x2066, 0x2069, "a bidi control"},
    {0x206A, 0x206F, "a deprecated format control"},
    {0x2800, 0x2800, "a blank that is no space"},
    {0x3000, 0x3000, "a blank that is no space"},
    {0x3164, 0x3164, "a Hangul filler"},
    {0xD800, 0xDFFF, "a surrogate"},
    {0xE000, 0xF8FF, "for private use"},
    {0xFDD0, 0xFDEF, "no character"},
    {0xFE00, 0xFE0F, "a variation selector"},
    {0xFEFF, 0xFEFF, "of no width"},
    {0xFFA0, 0xFFA0, "a Hangul filler"},
    {0xFFF0, 0xFFFB, "an interlinear control"},
    {0x110BD, 0x110BD, "a sign that spans what follows"},
    {0x110CD, 0x110CD, "a sign that spans what follows"},
    {0x13430, 0x1343F, "a hieroglyph control"},
    {0x1BCA0, 0x1BCA3, "a shorthand control"},
    {0x1D173, 0x1D17A, "a musical control"},
    {0xE0000, 0xE0FFF, "a tag or a selector"},
    {0xF0000, 0x10FFFF, "for private use"},
};

const char *unsafe_char(int32_t cp)
{
    if (cp >= ' ' && cp <= '~') return NULL;
    if (cp < 0 || cp > 0x10FFFF || (cp & 0xFFFE) == 0xFFFE) return "no character";
    for (size_t i = 0; i < sizeof flaws / sizeof *flaws; i++)
        if (cp >= flaws[i].first && cp <= flaws[i].last) return flaws[i].flaw;
    return NULL;
}

/* The code point that starts at *s, which moves past it; -1 where that is not UTF-8. */
static int32_t take(const unsigned char **s, const unsigned char *end)
{
    static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char lead = *(*s)++;
    int size = lead < 0x80 ? 1 : lead < 0xC0 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (size == 0 || lead > 0xF7 || end - *s < size - 1) return -1;
    int32_t cp = size == 1 ? lead : lead & (0x7F >> size);
    for (int i = 1; i < size; i++, ++*s) {
        if ((**s & 0xC0) != 0x80) return -1;
        cp = cp << 6 | (**s & 0x3F);
    }
    return cp < least[size] ? -1 : cp;
}

const char *unsafe_text(const char *s, size_t n, int lines)
{
    const unsigned char *at = (const unsigned char *)s, *end = at + n;
    while (at < end) {
        int32_t cp = take(&at, end);
        if (cp == '\n' && lines) continue;
        const char *flaw = cp < 0 ? "not UTF-8" : unsafe_char(cp);
        if (flaw) return flaw;
    }
    return NULL;
}
