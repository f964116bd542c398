#include "tui/core/mention.h"

#include "common/text.h"
#include "tui/base/text_search.h"

#include <string.h>
#include <utf8proc.h>

/* Whether a character forms a word with the one beside it: a letter, mark or digit that is not
 * wide, or a connector as in ada_2. */
static bool is_word(int32_t cp)
{
    if (cp == TEXT_INVALID) return false;
    return (text_is_word(cp) && utf8proc_charwidth(cp) < 2) ||
           utf8proc_category(cp) == UTF8PROC_CATEGORY_PC;
}

bool mention_is_inside_word(const char *text, size_t n, size_t at)
{
    int32_t before, after;
    if (at == 0 || at == n) return false;
    text_decode_prev(text, at, &before);
    text_decode(text, n, at, &after);
    return is_word(before) && is_word(after);
}

bool mention_of(const char *text, const char *nick)
{
    size_t n = strlen(text), end = 0;
    for (size_t at = text_search_find(text, n, 0, nick, &end); at < n;
         at = text_search_find(text, n, at + 1, nick, &end))
        if (!mention_is_inside_word(text, n, at) && !mention_is_inside_word(text, n, end))
            return true;
    return false;
}
