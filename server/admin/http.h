/* http: PURE the part of HTTP/1.0 and 1.1 (RFC 9112) that the metrics need: GET, without
 * keep-alive.
 */
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

/* Returns whether the request's header is complete. A NUL follows its n bytes. */
bool http_is_complete(const char *request, size_t n);

/* Returns the status for a complete request: HTTP_OK for a GET of /metrics or /. */
enum http_status http_check(const char *request, size_t n);

/* Formats a response, with the text as its body if the status is HTTP_OK, and returns its length.
 * `room` is at least 256 bytes more than the text. */
size_t http_format(char *to, size_t room, enum http_status status, struct span text);

#endif
