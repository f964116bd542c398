#include "common/nick.h"

#include "common/text.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    ZWNJ = 0x200C,
    ZWJ = 0x200D,
    BRAILLE_BLANK = 0x2800,
    TEXT_STYLE = 0xFE0E,
    EMOJI_STYLE = 0xFE0F
};

static_assert(NICK_CLUSTERS == 32 && NICK_BYTES == 64 && TEXT_MARKS_MAX == 4,
              "the sentences of nick_check contain these numbers");

/* Applied first, because case folding turns a mark, U+0345, into a letter. */
static const utf8proc_option_t order = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
static const utf8proc_option_t fold =
    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

/* Normalises text in place, in NICK_KEY_SIZE bytes. Text that cannot be a nickname becomes empty.
 */
static void normalise(char *text, utf8proc_option_t how)
{
    int32_t points[NICK_KEY_SIZE + 1]; /* utf8proc overwrites them with bytes and a NUL */
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(text);
    utf8proc_ssize_t n = utf8proc_decompose(bytes, len, points, NICK_KEY_SIZE, how);
    if (n > 0 && n <= NICK_KEY_SIZE) n = utf8proc_reencode(points, n, how);
    bool fits = n > 0 && n < NICK_KEY_SIZE;
    memcpy(text, points, fits ? (size_t)n : 0);
    text[fits ? n : 0] = '\0';
}

/* Removes spaces at the ends, and repeated spaces: for example, U+00A8 folds to a space and a mark.
 */
static void squeeze_spaces(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++)
        if (*from != ' ' || (to > text && to[-1] != ' ')) *to++ = *from;
    if (to > text && to[-1] == ' ') to--;
    *to = '\0';
}

void nick_key(const char *nick, char key[NICK_KEY_SIZE])
{
    size_t n = strnlen(nick, NICK_BYTES);
    memcpy(key, nick, n);
    key[n] = '\0';
    normalise(key, order);
    text_drop_styles(key); /* now, because U+21AE decomposes to a symbol that has skin tones */
    normalise(key, fold);
    squeeze_spaces(key);
}

/* True for marks, and for other characters without a cell, such as the later jamo of a syllable. */
static bool is_attached(int32_t cp, const char *s, size_t size)
{
    utf8proc_category_t category = utf8proc_category(cp);
    return text_width(s, size) == 0 ||
           (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME);
}

/* True for letters, marks, digits, punctuation and symbols: utf8proc numbers them from LU to SO. */
static bool is_visible(int32_t cp)
{
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (cp == TEXT_STYLE || cp == EMOJI_STYLE) return true; /* they style the character before */
    return !is->ignorable && cp != BRAILLE_BLANK && is->category >= UTF8PROC_CATEGORY_LU &&
           is->category <= UTF8PROC_CATEGORY_SO;
}

static bool is_letter(int32_t cp)
{
    utf8proc_category_t category = utf8proc_category(cp);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

/* True for a joiner that shapes a conjunct, as in Sinhala: between a virama and a letter (UAX #31,
 * A2 and B). */
static bool is_conjunct_joiner(int32_t before, int32_t cp, const char *rest, size_t n)
{
    enum { VIRAMA = 9 }; /* a combining class */
    int32_t after = TEXT_INVALID;
    if (cp != ZWJ && cp != ZWNJ) return false;
    if (utf8proc_get_property(before)->combining_class != VIRAMA || n == 0) return false;
    text_decode(rest, n, 0, &after);
    return after != TEXT_INVALID && is_letter(after);
}

/* Returns the marks of no width on the last character, after the next code point: the screen shows
 * TEXT_MARKS_MAX, and more would make nicknames that only look equal. */
static size_t count_marks(size_t marks, int32_t cp, const char *s, size_t size)
{
    if (utf8proc_get_property(cp)->ignorable) return marks;
    return text_width(s, size) == 0 ? marks + 1 : 0;
}

/* Treats the start like a space: a character that must not follow a space must not be the first. */
static const char *check_characters(const char *nick, size_t n)
{
    int32_t cp, before = ' ';
    size_t marks = 0;
    for (size_t at = 0, size; at < n; at += size) {
        size = text_decode(nick, n, at, &cp);
        if (cp == TEXT_INVALID) return NICK_NOT_UTF8;
        if (before == ' ' && cp == ' ') return NICK_SPACING;
        if (cp != ' ' && !is_visible(cp) &&
            !is_conjunct_joiner(before, cp, nick + at + size, n - at - size))
            return NICK_INVISIBLE;
        if (before == ' ' && is_attached(cp, nick + at, size)) return NICK_LEADING_MARK;
        marks = count_marks(marks, cp, nick + at, size);
        if (marks > TEXT_MARKS_MAX) return NICK_OVER_MARKS;
        before = cp;
    }
    return before == ' ' ? NICK_SPACING : NULL;
}

/* Removes everything but letters and digits, which utf8proc numbers from LU to LO and ND to NO. */
static void keep_letters(char *text)
{
    size_t n = strlen(text);
    char *to = text;
    for (size_t at = 0, size; at < n; at += size) {
        int32_t cp;
        size = text_decode(text, n, at, &cp);
        utf8proc_category_t category = utf8proc_category(cp);
        bool is_digit = category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
        if (!is_letter(cp) && !is_digit) continue;
        for (size_t i = 0; i < size; i++) *to++ = text[at + i];
    }
    *to = '\0';
}

static bool is_reserved(const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    keep_letters(key);
    return strcmp(key, "server") == 0 || strcmp(key, "klatchd") == 0;
}

/* Checks the limits first, so that it normalises only short text. */
const char *nick_check(const char *nick)
{
    size_t n = strnlen(nick, NICK_BYTES + 1);
    if (n == 0) return NICK_EMPTY;
    if (n > NICK_BYTES) return NICK_OVER_BYTES;
    if (text_clusters(nick, n) > NICK_CLUSTERS) return NICK_OVER_LENGTH;
    const char *problem = check_characters(nick, n);
    if (problem) return problem;
    if (is_reserved(nick)) return NICK_RESERVED;
    return NULL;
}
