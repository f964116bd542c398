#include "tui/base/text_search.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    LETTER_POINTS = 32, /* code points of a letter and its marks; a tower of more is cut */
    POINTS_PER_CODE_POINT_MAX = 8, /* of what one of them becomes: at most 4, in Unicode 15 */
    WORD_POINTS = 2 * TEXT_SEARCH_MAX,
};

/* A letter and the marks on it, decomposed, without case, the marks in their canonical order: the
 * same however it was written (UAX #15). */
struct letter {
    int32_t points[LETTER_POINTS];
    size_t n;
};

static int mark_class(int32_t cp)
{
    return cp < 0x300 ? 0 : utf8proc_get_property(cp)->combining_class;
}

/* The code point at *at, and how many bytes it has; -1 and 1 where there is none. */
static int32_t decode(const char *text, size_t n, size_t at, size_t *ret_size)
{
    int32_t cp;
    const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)text + at;
    utf8proc_ssize_t size = utf8proc_iterate(from, (utf8proc_ssize_t)(n - at), &cp);
    *ret_size = size > 0 ? (size_t)size : 1;
    return size > 0 ? cp : -1;
}

static void add(struct letter *l, int32_t cp)
{
    const utf8proc_option_t how = UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD;
    int bound = 0;
    utf8proc_ssize_t room = LETTER_POINTS - (utf8proc_ssize_t)l->n, n = 0;
    if (cp >= 0) n = utf8proc_decompose_char(cp, l->points + l->n, room, how, &bound);
    if (n <= 0) l->points[l->n] = cp;
    l->n += n > 0 ? (size_t)n : 1;
}

static void order_marks(struct letter *l)
{
    for (size_t i = 1; i < l->n; i++) {
        int32_t mark = l->points[i];
        int rank = mark_class(mark);
        size_t to = i;
        for (; rank > 0 && to > 0 && mark_class(l->points[to - 1]) > rank; to--)
            l->points[to] = l->points[to - 1];
        l->points[to] = mark;
    }
}

static bool is_plain(const char *text, size_t n, size_t at)
{
    return ((unsigned char)text[at] | (at + 1 < n ? (unsigned char)text[at + 1] : 0)) < 0x80;
}

/* Takes the letter at *at; *at moves past it. */
static void take(const char *text, size_t n, size_t *at, struct letter *ret)
{
    int32_t cp = (unsigned char)text[*at];
    size_t size = 1;
    ret->n = 0;
    if (is_plain(text, n, *at)) {
        ret->points[ret->n++] = cp >= 'A' && cp <= 'Z' ? cp - 'A' + 'a' : cp;
        ++*at;
        return;
    }
    cp = decode(text, n, *at, &size);
    do {
        add(ret, cp);
        *at += size;
        cp = *at < n ? decode(text, n, *at, &size) : 0;
    } while (mark_class(cp) > 0 && ret->n + POINTS_PER_CODE_POINT_MAX <= LETTER_POINTS);
    order_marks(ret);
}

/* A whole word; its letters count no more. */
struct word {
    int32_t points[WORD_POINTS];
    size_t n;
};

static void fold(struct word *ret, const char *word)
{
    size_t n = strlen(word);
    struct letter letter;
    ret->n = 0;
    for (size_t at = 0; n <= TEXT_SEARCH_MAX && at < n; ret->n += letter.n) {
        take(word, n, &at, &letter);
        memcpy(ret->points + ret->n, letter.points, letter.n * sizeof *letter.points);
    }
}

/* Where a word that starts here ends; 0 where another text stands. */
static size_t end_of(const char *text, size_t n, size_t at, const struct word *word)
{
    struct letter letter;
    for (size_t i = 0; i < word->n; i += letter.n) {
        if (at == n) return 0;
        take(text, n, &at, &letter);
        size_t size = letter.n * sizeof *letter.points;
        if (letter.n > word->n - i || memcmp(letter.points, word->points + i, size) != 0) return 0;
    }
    return at;
}

size_t text_search_find(const char *text, size_t n, size_t at, const char *word, size_t *ret_end)
{
    struct word folded;
    struct letter skipped;
    fold(&folded, word);
    for (; folded.n > 0 && at < n; take(text, n, &at, &skipped)) {
        *ret_end = end_of(text, n, at, &folded);
        if (*ret_end > 0) return at;
    }
    return n;
}
