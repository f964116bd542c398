#include "tui/core/mention.h"

#include "common/text.h"
#include "tui/base/text_search.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

/* Whether what begins there goes on with a word: letters, marks and digits, which utf8proc numbers
 * from LU to NO, and what connects them, as in ada_2. */
static bool joins(const char *s, size_t n)
{
    int32_t cp;
    if (utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &cp) <= 0) return false;
    utf8proc_category_t category = utf8proc_category(cp);
    bool in_word = category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
    return (in_word && utf8proc_charwidth(cp) < 2) || category == UTF8PROC_CATEGORY_PC;
}

static size_t before(const char *text, size_t at)
{
    do at--;
    while (at > 0 && ((unsigned char)text[at] & 0xC0) == 0x80);
    return at;
}

/* Whether a word goes on across this place. */
static bool is_inside(const char *text, size_t n, size_t at)
{
    if (at == 0 || at == n) return false;
    size_t left = before(text, at);
    return joins(text + left, n - left) && joins(text + at, n - at);
}

bool mention_of(const char *text, const char *nick)
{
    size_t n = strlen(text), end = 0;
    for (size_t at = text_search_find(text, n, 0, nick, &end); at < n;
         at = text_search_find(text, n, at + 1, nick, &end))
        if (!is_inside(text, n, at) && !is_inside(text, n, end)) return true;
    return false;
}
