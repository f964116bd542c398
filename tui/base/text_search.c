#include "tui/base/text_search.h"

#include "common/text.h"

#include <string.h>
#include <utf8proc.h>

enum {
    LETTER_MAX = 32, /* code points in a letter with its marks; more marks start a new letter */
    FOLDED_MAX = 8,  /* code points that a code point folds to: at most 4 in Unicode 15 */
    WANTED_MAX = 2 * TEXT_SEARCH_MAX,
};

/* A letter with its marks in the one form that all encodings of it share (UAX #15): decomposed,
 * case folded, marks in canonical order. */
struct letter {
    int32_t points[LETTER_MAX];
    size_t n;
};

static int mark_class(int32_t cp)
{
    return cp < 0x300 ? 0 : utf8proc_get_property(cp)->combining_class;
}

static void append_folded(struct letter *l, int32_t cp)
{
    const utf8proc_option_t how = UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD;
    int bound = 0;
    utf8proc_ssize_t room = LETTER_MAX - (utf8proc_ssize_t)l->n, n = 0;
    if (cp != TEXT_INVALID) n = utf8proc_decompose_char(cp, l->points + l->n, room, how, &bound);
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

static bool starts_with_ascii(const char *text, size_t n, size_t at)
{
    return ((unsigned char)text[at] | (at + 1 < n ? (unsigned char)text[at + 1] : 0)) < 0x80;
}

static int32_t fold_ascii(int32_t cp)
{
    return cp >= 'A' && cp <= 'Z' ? cp - 'A' + 'a' : cp;
}

/* Decodes the letter at *at and moves *at behind it. */
static void next_letter(const char *text, size_t n, size_t *at, struct letter *ret)
{
    int32_t cp = (unsigned char)text[*at];
    ret->n = 0;
    if (starts_with_ascii(text, n, *at)) {
        ret->points[ret->n++] = fold_ascii(cp);
        ++*at;
        return;
    }
    size_t size = text_decode(text, n, *at, &cp);
    do {
        append_folded(ret, cp);
        *at += size;
        cp = 0;
        if (*at < n) size = text_decode(text, n, *at, &cp);
    } while (mark_class(cp) > 0 && ret->n + FOLDED_MAX <= LETTER_MAX);
    order_marks(ret);
}

/* The text to find: the code points of its letters, one after the other. */
struct folded {
    int32_t points[WANTED_MAX];
    size_t n;
};

static void fold_text(struct folded *ret, const char *text)
{
    size_t n = strlen(text);
    struct letter letter;
    ret->n = 0;
    for (size_t at = 0; n <= TEXT_SEARCH_MAX && at < n; ret->n += letter.n) {
        next_letter(text, n, &at, &letter);
        memcpy(ret->points + ret->n, letter.points, letter.n * sizeof *letter.points);
    }
}

/* Returns the end of a match that begins at `at`; 0 if there is none. */
static size_t match_end(const char *text, size_t n, size_t at, const struct folded *wanted)
{
    struct letter letter;
    for (size_t i = 0; i < wanted->n; i += letter.n) {
        if (at == n) return 0;
        next_letter(text, n, &at, &letter);
        size_t size = letter.n * sizeof *letter.points;
        if (letter.n > wanted->n - i || memcmp(letter.points, wanted->points + i, size) != 0)
            return 0;
    }
    return at;
}

/* Skips the ASCII letters that are not the first letter of the wanted text: most of them. */
static size_t skip_ascii(const char *text, size_t n, size_t at, int32_t first)
{
    while (at < n && starts_with_ascii(text, n, at) && fold_ascii((unsigned char)text[at]) != first)
        at++;
    return at;
}

size_t text_search_find(const char *text, size_t n, size_t at, const char *wanted, size_t *ret_end)
{
    struct folded folded;
    struct letter skipped;
    fold_text(&folded, wanted);
    if (folded.n == 0) return n;
    while ((at = skip_ascii(text, n, at, folded.points[0])) < n) {
        *ret_end = match_end(text, n, at, &folded);
        if (*ret_end > 0) return at;
        next_letter(text, n, &at, &skipped);
    }
    return n;
}
