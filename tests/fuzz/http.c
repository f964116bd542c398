/* Arbitrary bytes as a request for the metrics, in pieces. The first byte is the number of those
 * after it that are the sizes of the pieces, repeated; the rest is the request.
 *
 * What must hold: a request has the same answer in pieces as whole, and a complete one stays
 * complete; only a GET has HTTP_OK; an answer's length is that of its body, which is the text. */
#include "server/admin/http.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_MAX = 256 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Copies a request with its NUL into a block of its own, so that reading past its end is noticed.
 */
static char *copy(const uint8_t *data, size_t n)
{
    char *request = malloc(n + 1);
    assert(request != NULL);
    memcpy(request, data, n);
    request[n] = '\0';
    return request;
}

/* Reads the request like the endpoint: until it is complete or ends. */
static enum http_status status_in_pieces(const uint8_t *data, size_t n, const uint8_t *sizes,
                                         size_t many)
{
    enum http_status status = HTTP_BAD_REQUEST;
    for (size_t have = 0, i = 0; have < n && status == HTTP_BAD_REQUEST; i++) {
        size_t piece = many > 0 ? 1 + (size_t)sizes[i % many] : n;
        have = piece < n - have ? have + piece : n;
        char *request = copy(data, have);
        bool is_complete = http_is_complete(request, have);
        if (is_complete) assert(http_is_complete((const char *)data, n));
        if (is_complete || have == n) status = http_check(request, have);
        free(request);
        if (is_complete) break;
    }
    return status;
}

static void must_be_get(const char *request, size_t n)
{
    assert(n >= sizeof "GET / HTTP/1.0\n\n" - 1 && memcmp(request, "GET /", 5) == 0);
    assert(memmem(request, n, " HTTP/1.", 8) && http_is_complete(request, n));
}

/* Formats an answer whose text is the request, up to a NUL. */
static void must_have_its_length(enum http_status status, const char *text)
{
    struct span body = {text, strlen(text)};
    size_t room = body.n + HEADER_MAX, says;
    char *answer = malloc(room + 1);
    assert(answer != NULL);
    size_t n = http_format(answer, room, status, body);
    assert(n < room);
    answer[n] = '\0';
    const char *length = strstr(answer, "Content-Length: "), *end = strstr(answer, "\r\n\r\n");
    assert(length && end && length < end && sscanf(length, "Content-Length: %zu", &says) == 1);
    assert((size_t)(answer + n - end - 4) == says);
    if (status == HTTP_OK) assert(says == body.n && memcmp(end + 4, text, says) == 0);
    free(answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size < 1 + (size_t)data[0] % 8) return 0;
    size_t many = data[0] % 8, n = size - 1 - many;
    const uint8_t *start = data + 1 + many;
    char *request = copy(start, n);
    enum http_status status = http_check(request, n);
    assert(status == status_in_pieces(start, n, data + 1, many));
    if (status == HTTP_OK) must_be_get(request, n);
    if (!http_is_complete(request, n)) assert(status == HTTP_BAD_REQUEST);
    must_have_its_length(status, request);
    free(request);
    return 0;
}
