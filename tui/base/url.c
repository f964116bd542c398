#include "tui/base/url.h"

#include <stdio.h>
#include <string.h>

static const char *const schemes[] = {"http://", "https://", "mailto:"};

enum { SCHEMES = sizeof schemes / sizeof *schemes };

static bool is_letter_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool begins_with(const char *text, const char *start)
{
    while (*start != '\0' && lower(*text) == *start) text++, start++;
    return *start == '\0';
}

/* Returns the length of the scheme at the start of a text of n bytes; 0: it begins with none. */
static size_t scheme_length(const char *text, size_t n)
{
    for (size_t i = 0; i < SCHEMES; i++) {
        size_t length = strlen(schemes[i]);
        if (n > length && begins_with(text, schemes[i])) return length;
    }
    return 0;
}

static bool ends_address(char c)
{
    return (unsigned char)c <= ' ' || c == '\x7f' || strchr("<>\"`{}|\\^", c) != NULL;
}

static size_t count_byte(struct span text, char c)
{
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++) count += text.p[i] == c;
    return count;
}

/* Whether the last byte belongs to the sentence around the address: a bracket does if nothing opens
 * it in the address. */
static bool is_punctuation(struct span url)
{
    char last = url.p[url.n - 1];
    if (last == ')') return count_byte(url, ')') > count_byte(url, '(');
    if (last == ']') return count_byte(url, ']') > count_byte(url, '[');
    return strchr(".,;:!?'*_", last) != NULL;
}

bool url_next(const char *text, size_t n, size_t at, struct span *ret)
{
    for (; at < n; at++) {
        size_t scheme = scheme_length(text + at, n - at);
        if (scheme == 0 || (at > 0 && is_letter_or_digit(text[at - 1]))) continue;
        struct span url = {text + at, scheme};
        while (at + url.n < n && !ends_address(url.p[url.n])) url.n++;
        while (url.n > scheme && is_punctuation(url)) url.n--;
        if (url.n == scheme) continue;
        *ret = url;
        return true;
    }
    return false;
}

static bool is_safe_byte(char c)
{
    return is_letter_or_digit(c) || (c != '\0' && strchr("-._~:/?#[]@&+,;=%", c) != NULL);
}

bool url_encode(struct span url, char ret[URL_SIZE])
{
    size_t scheme = scheme_length(url.p, url.n), n = 0;
    for (size_t i = 0; i < url.n; i++) {
        char c = url.p[i];
        if (n + sizeof "%XX" > URL_SIZE) return false;
        if (is_safe_byte(c))
            ret[n++] = i < scheme ? lower(c) : c;
        else
            n += (size_t)sprintf(ret + n, "%%%02X", (unsigned)(unsigned char)c);
    }
    ret[n] = '\0';
    return true;
}

bool url_is_safe(const char *url)
{
    size_t n = strlen(url), scheme = scheme_length(url, n);
    if (scheme == 0 || n >= URL_SIZE) return false;
    for (size_t i = 0; i < n; i++)
        if (!is_safe_byte(url[i]) || (i < scheme && url[i] != lower(url[i]))) return false;
    bool is_mail = strncmp(url, "mailto:", scheme) == 0;
    return !is_mail || strpbrk(url, "?&#") == NULL;
}
