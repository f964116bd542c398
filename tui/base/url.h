/* url: PURE finds web and mail addresses in a text, and makes them safe to pass on. */
#ifndef TUI_BASE_URL_H
#define TUI_BASE_URL_H

#include "common/frame.h"

#include <stdbool.h>
#include <stddef.h>

enum { URL_SIZE = 2048 }; /* of an encoded address, with its NUL */

/* Finds the first address (http, https or mailto) that begins at or after byte `at` and before byte
 * `end` of a text of n bytes. It ends before a space, and before the punctuation of the sentence.
 * Cuts an address that is too long for URL_SIZE bytes. Returns false if there is none. */
bool url_next(const char *text, size_t n, size_t at, size_t end, struct span *ret);

/* Returns where an address that contains byte `at` begins at the earliest, unless it is too long to
 * be encoded. */
size_t url_first_byte(const char *text, size_t at);

/* Writes the address with a scheme in small letters, and with %XX for each byte that is not common
 * in addresses. Returns false if it is too long. */
bool url_encode(struct span url, char ret[URL_SIZE]);

/* Whether the address may be passed to another program: it begins with http://, https:// or
 * mailto:, and has only letters, digits and a few signs, none of which a shell expands. A mail
 * address has no fields, because a mail program could attach a file for one. */
bool url_is_safe(const char *url);

#endif
