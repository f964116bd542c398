#include "server/admin/http.h"

#include <stdio.h>
#include <string.h>

bool http_is_complete(const char *request, size_t n)
{
    return memmem(request, n, "\n\r\n", 3) || memmem(request, n, "\n\n", 2);
}

/* Removes the first word from *line, up to a space or the end of the line, and returns it. */
static struct span cut_word(struct span *line)
{
    const char *space = memchr(line->p, ' ', line->n);
    struct span word = {line->p, space ? (size_t)(space - line->p) : line->n};
    size_t skip = word.n + (space != NULL);
    *line = (struct span){line->p + skip, line->n - skip};
    return word;
}

static bool word_is(struct span word, const char *text)
{
    return word.n == strlen(text) && memcmp(word.p, text, word.n) == 0;
}

static struct span first_line(const char *request, size_t n)
{
    const char *end = memchr(request, '\n', n);
    size_t length = end ? (size_t)(end - request) : n;
    if (length > 0 && request[length - 1] == '\r') length--;
    return (struct span){request, length};
}

enum http_status http_check(const char *request, size_t n)
{
    struct span line = first_line(request, n);
    struct span method = cut_word(&line), target = cut_word(&line), version = line;
    if (!http_is_complete(request, n) || method.n == 0 || target.n == 0) return HTTP_BAD_REQUEST;
    if (!word_is(version, "HTTP/1.0") && !word_is(version, "HTTP/1.1")) return HTTP_BAD_REQUEST;
    const char *query = memchr(target.p, '?', target.n);
    if (query) target.n = (size_t)(query - target.p);
    if (!word_is(target, "/metrics") && !word_is(target, "/")) return HTTP_NOT_FOUND;
    return word_is(method, "GET") ? HTTP_OK : HTTP_NOT_ALLOWED;
}

static const char *reason_phrase(enum http_status status)
{
    if (status == HTTP_OK) return "OK";
    if (status == HTTP_NOT_FOUND) return "Not Found";
    return status == HTTP_NOT_ALLOWED ? "Method Not Allowed" : "Bad Request";
}

size_t http_format(char *to, size_t room, enum http_status status, struct span text)
{
    const char *words = reason_phrase(status);
    struct span body = status == HTTP_OK ? text : (struct span){words, strlen(words)};
    int n = snprintf(to, room,
                     "HTTP/1.1 %d %s\r\n"
                     "Content-Type: text/plain; %scharset=utf-8\r\n"
                     "Content-Length: %zu\r\n"
                     "%sConnection: close\r\n\r\n%.*s",
                     (int)status, words, status == HTTP_OK ? "version=0.0.4; " : "",
                     body.n + (status != HTTP_OK),
                     status == HTTP_NOT_ALLOWED ? "Allow: GET\r\n" : "", (int)body.n, body.p);
    size_t written = n < (int)room ? (size_t)n : room - 1;
    if (status != HTTP_OK) to[written++] = '\n';
    return written;
}
