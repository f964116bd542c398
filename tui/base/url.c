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

/* Returns how many more closing than opening brackets the text has. */
static size_t count_unopened(struct span text, char open, char close)
{
    size_t opened = 0, closed = 0;
    for (size_t i = 0; i < text.n; i++) {
        opened += text.p[i] == open;
        closed += text.p[i] == close;
    }
    return closed > opened ? closed - opened : 0;
}

/* Returns the length without the punctuation of the sentence around the address, but at least
 * `min`. A closing bracket is of the sentence if nothing opens it in the address. */
static size_t trim_punctuation(struct span url, size_t min)
{
    size_t round = count_unopened(url, '(', ')'), square = count_unopened(url, '[', ']');
    for (; url.n > min; url.n--) {
        char last = url.p[url.n - 1];
        if (last == ')' && round-- == 0) break;
        if (last == ']' && square-- == 0) break;
        if (strchr(".,;:!?'*_)]", last) == NULL) break;
    }
    return url.n;
}

/* Finds the address that begins at byte `at`. */
static bool find_at(const char *text, size_t n, size_t at, struct span *ret)
{
    size_t scheme = scheme_length(text + at, n - at);
    if (scheme == 0 || (at > 0 && is_letter_or_digit(text[at - 1]))) return false;
    *ret = (struct span){text + at, scheme};
    if (n - at > URL_SIZE) n = at + URL_SIZE;
    while (at + ret->n < n && !ends_address(text[at + ret->n])) ret->n++;
    if (ret->n < URL_SIZE) ret->n = trim_punctuation(*ret, scheme);
    return ret->n > scheme;
}

bool url_next(const char *text, size_t n, size_t at, size_t end, struct span *ret)
{
    while (at < end && !find_at(text, n, at, ret)) at++;
    return at < end;
}

size_t url_first_byte(const char *text, size_t at)
{
    size_t from = at;
    while (from > 0 && at - from < URL_SIZE && !ends_address(text[from - 1])) from--;
    return from;
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
