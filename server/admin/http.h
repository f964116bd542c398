/* http: PURE as much of HTTP/1.0 and 1.1 (RFC 9112) as one page needs: GET, and then the end. */
#ifndef SERVER_ADMIN_HTTP_H
#define SERVER_ADMIN_HTTP_H

#include "common/frame.h"

#include <stdbool.h>
#include <stddef.h>

enum http_status {
    HTTP_OK = 200,
    HTTP_BAD_REQUEST = 400,
    HTTP_NOT_FOUND = 404,
    HTTP_NOT_ALLOWED = 405,
};

/* Whether all lines of the request's head are there, whose bytes have a NUL behind them. */
bool http_is_complete(const char *request, size_t n);

/* What a request is answered with, of which nothing more will come: HTTP_OK where it is a GET of
 * /metrics or of /. */
enum http_status http_check(const char *request, size_t n);

/* Writes an answer, with the text where it is HTTP_OK, into at least 256 bytes more than that.
 * Returns how many bytes. */
size_t http_format(char *to, size_t room, enum http_status status, struct span text);

#endif
