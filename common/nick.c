#include "common/nick.h"

#include "common/text.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { BRAILLE_BLANK = 0x2800, TEXT_STYLE = 0xFE0E, EMOJI_STYLE = 0xFE0F };

static_assert(NICK_CLUSTERS == 32 && NICK_BYTES == 64, "nick_check says these numbers");

/* Canonical order has to come first: case folding turns a mark, U+0345, into a letter. */
static const utf8proc_option_t order = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
static const utf8proc_option_t fold =
    UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

/* Rewrites text in its own place, which holds NICK_KEY_SIZE bytes. What cannot be a nickname ends
 * as the empty key. */
static void normalise(char *text, utf8proc_option_t how)
{
    int32_t points[NICK_KEY_SIZE + 1]; /* utf8proc writes bytes and a NUL over them */
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
    utf8proc_ssize_t len = (utf8proc_ssize_t)strlen(text);
    utf8proc_ssize_t n = utf8proc_decompose(bytes, len, points, NICK_KEY_SIZE, how);
    if (n > 0 && n <= NICK_KEY_SIZE) n = utf8proc_reencode(points, n, how);
    bool fits = n > 0 && n < NICK_KEY_SIZE;
    memcpy(text, points, fits ? (size_t)n : 0);
    text[fits ? n : 0] = '\0';
}

/* Leaves single spaces, and none at the ends: U+00A8, for one, folds to a space and a mark. */
static void squeeze(char *text)
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
    normalise(key, fold);
    squeeze(key);
}

/* Marks, and what else takes no cell of its own: the later jamo of a Hangul syllable. */
static bool is_attached(int32_t cp, const char *s, size_t size)
{
    utf8proc_category_t category = utf8proc_category(cp);
    return text_width(s, size) == 0 ||
           (category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME);
}

/* Letters, marks, digits, punctuation and symbols: utf8proc numbers them from LU to SO. */
static bool is_visible(int32_t cp)
{
    const utf8proc_property_t *is = utf8proc_get_property(cp);
    if (cp == TEXT_STYLE || cp == EMOJI_STYLE) return true; /* of what they follow */
    return !is->ignorable && cp != BRAILLE_BLANK && is->category >= UTF8PROC_CATEGORY_LU &&
           is->category <= UTF8PROC_CATEGORY_SO;
}

/* The start counts as a space, so nothing that may not follow a space may lead. */
static const char *check_characters(const char *nick)
{
    int32_t cp, before = ' ';
    while (*nick != '\0') {
        utf8proc_ssize_t size = utf8proc_iterate((const utf8proc_uint8_t *)nick, -1, &cp);
        if (size <= 0) return "That is not UTF-8; choose another.";
        if (before == ' ' && cp == ' ') return "Spaces go between words, one at a time.";
        if (cp != ' ' && !is_visible(cp)) return "Leave out the invisible character.";
        if (before == ' ' && is_attached(cp, nick, (size_t)size))
            return "Put a character before the combining mark.";
        before = cp;
        nick += size;
    }
    return before == ' ' ? "Leave out the space at the end." : NULL;
}

static bool is_reserved(const char *nick)
{
    char key[NICK_KEY_SIZE];
    nick_key(nick, key);
    return strcmp(key, "server") == 0;
}

/* The limits come first: normalising is only for what is short. */
const char *nick_check(const char *nick)
{
    size_t n = strnlen(nick, NICK_BYTES + 1);
    if (n == 0) return "Type a nickname.";
    if (n > NICK_BYTES) return "That is over 64 bytes; choose a shorter one.";
    if (text_clusters(nick, n) > NICK_CLUSTERS)
        return "That is over 32 characters; choose a shorter one.";
    const char *problem = check_characters(nick);
    if (problem) return problem;
    if (is_reserved(nick)) return "That name is the server's; choose another.";
    return NULL;
}
