#include "tui/match.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/* The code point at *at, its case folded as far as one code point makes one; *at moves past it. */
static int32_t take(const char *text, size_t n, size_t *at)
{
    int32_t cp = (unsigned char)text[*at];
    if (cp < 0x80) {
        ++*at;
        return cp >= 'A' && cp <= 'Z' ? cp - 'A' + 'a' : cp;
    }
    const utf8proc_uint8_t *from = (const utf8proc_uint8_t *)text + *at;
    utf8proc_ssize_t size = utf8proc_iterate(from, (utf8proc_ssize_t)(n - *at), &cp);
    *at += size > 0 ? (size_t)size : 1;
    return size > 0 ? utf8proc_tolower(utf8proc_toupper(cp)) : -1;
}

/* Where a word that starts here ends; 0 where another text stands. */
static size_t end_of(const char *text, size_t n, size_t at, const char *word, size_t word_n)
{
    for (size_t i = 0; i < word_n;)
        if (at == n || take(text, n, &at) != take(word, word_n, &i)) return 0;
    return at;
}

size_t match_find(const char *text, size_t n, size_t at, const char *word, size_t *ret_end)
{
    size_t word_n = strlen(word);
    if (word_n == 0) return n;
    for (; at < n; take(text, n, &at)) {
        *ret_end = end_of(text, n, at, word, word_n);
        if (*ret_end > 0) return at;
    }
    return n;
}
