#include "tui/editor/motions.h"

#include "common/text.h"

#include <string.h>

size_t motion_here(const char *s, size_t n, size_t at)
{
    (void)s, (void)n;
    return at;
}

size_t motion_left(const char *s, size_t n, size_t at)
{
    (void)n;
    return text_prev(s, at);
}

size_t motion_right(const char *s, size_t n, size_t at)
{
    return text_next(s, n, at);
}

size_t motion_home(const char *s, size_t n, size_t at)
{
    (void)n;
    while (at > 0 && s[at - 1] != '\n') at--;
    return at;
}

/* Stops before a carriage return, which is one cluster with the line feed after it. */
size_t motion_end(const char *s, size_t n, size_t at)
{
    size_t end = at + strcspn(s + at, "\n");
    return end > at && end < n && s[end - 1] == '\r' ? end - 1 : end;
}

size_t motion_home_or_start(const char *s, size_t n, size_t at)
{
    size_t home = motion_home(s, n, at);
    return home < at ? home : 0;
}

size_t motion_past_end(const char *s, size_t n, size_t at)
{
    size_t end = motion_end(s, n, at);
    return end > at ? end : motion_right(s, n, at);
}

bool motion_in_word(const char *s, size_t n)
{
    int32_t cp = TEXT_INVALID;
    if (n > 0) text_decode(s, n, 0, &cp);
    return text_is_word(cp);
}

size_t motion_word_left(const char *s, size_t n, size_t at)
{
    size_t start = 0;
    bool before = false;
    for (size_t i = 0; i < at; i = text_next(s, n, i)) {
        bool inside = motion_in_word(s + i, n - i);
        if (inside && !before) start = i;
        before = inside;
    }
    return start;
}

size_t motion_word_right(const char *s, size_t n, size_t at)
{
    while (at < n && !motion_in_word(s + at, n - at)) at = text_next(s, n, at);
    while (at < n && motion_in_word(s + at, n - at)) at = text_next(s, n, at);
    return at;
}

size_t motion_transpose(const char *s, size_t n, size_t at)
{
    return at < n ? at : motion_left(s, n, at);
}
