#include "tui/ui/messages/line_lookup.h"

#include "common/nick.h"
#include "tui/base/url.h"

#include <string.h>

enum { DIGITS_MAX = 6 };

size_t line_lookup_number(const char *text)
{
    size_t n = strlen(text), number = 0;
    if (n == 0) return 1;
    if (n > DIGITS_MAX || strspn(text, "0123456789") < n) return 0;
    for (; *text != '\0'; text++) number = 10 * number + (size_t)(*text - '0');
    return number;
}

static bool is_message(const struct line *line)
{
    return line->kind == LINE_MESSAGE || line->kind == LINE_OWN;
}

const struct line *line_lookup_message(const struct scrollback *s, const char *name)
{
    const struct line *line;
    size_t number = line_lookup_number(name);
    for (size_t i = 0; (line = scrollback_newest(s, i)) != NULL; i++) {
        if (!is_message(line)) continue;
        if (number == 0 ? strcmp(line->nick, name) == 0 : --number == 0) return line;
    }
    return NULL;
}

static size_t count_urls(const struct line *line)
{
    size_t count = 0, n = strlen(line->text);
    struct span url;
    for (size_t at = 0; url_next(line->text, n, at, n, &url);
         at = (size_t)(url.p - line->text) + url.n)
        count++;
    return count;
}

bool line_lookup_url(const struct scrollback *s, size_t number, struct span *ret)
{
    const struct line *line;
    for (size_t i = 0; number > 0 && (line = scrollback_newest(s, i)) != NULL; i++) {
        size_t count = count_urls(line), at = 0, n = strlen(line->text);
        if (count < number) {
            number -= count;
            continue;
        }
        for (count -= number; url_next(line->text, n, at, n, ret) && count > 0; count--)
            at = (size_t)(ret->p - line->text) + ret->n;
        return true;
    }
    return false;
}
