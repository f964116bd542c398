/* Arbitrary text as the address of a server.
 *
 * What must hold: an address that parses is formatted to the same text; it is either a path that
 * fits into a unix socket's address, or a host and a port number; a default port does not change
 * it; a text that does not parse has one of the errors that the header lists; and any host with any
 * port parses. */
#include "common/address.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 1100 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_listed(const char *error)
{
    static const char *const errors[] = {
        ADDRESS_NO_PATH, ADDRESS_LONG_PATH, ADDRESS_NO_PORT,     ADDRESS_BAD_PORT,
        ADDRESS_NO_HOST, ADDRESS_LONG_HOST, ADDRESS_NO_BRACKETS, ADDRESS_BRACKETS,
    };
    bool found = false;
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        found |= strcmp(errors[i], error) == 0;
    return found;
}

static void must_be_path(const char *path)
{
    assert(*path && strlen(path) <= ADDRESS_PATH_MAX && !address_check_path(path));
}

static void must_be_host(const struct address *a)
{
    size_t digits = strspn(a->port, "0123456789");
    assert(a->host[0] && strlen(a->host) < ADDRESS_HOST);
    assert(digits > 0 && a->port[digits] == '\0' && atol(a->port) <= 65535);
}

static void must_format_back(const struct address *a, const char *text)
{
    char again[LONGEST];
    if (a->path)
        snprintf(again, sizeof again, "unix:%s", a->path);
    else if (text[0] == '[')
        snprintf(again, sizeof again, "[%s]:%s", a->host, a->port);
    else
        snprintf(again, sizeof again, "%s:%s", a->host, a->port);
    assert(strcmp(again, text) == 0);
}

static void must_parse(const char *text)
{
    struct address a, again;
    const char *error = address_parse(&a, text, NULL);
    if (error) {
        assert(is_listed(error));
        return;
    }
    if (a.path)
        must_be_path(a.path);
    else
        must_be_host(&a);
    assert(!address_parse(&again, text, "7"));
    assert(again.path == a.path && again.port == a.port && strcmp(again.host, a.host) == 0);
    must_format_back(&a, text);
}

/* Takes the text as a host: as a name, or in brackets if it has a colon. */
static void must_accept_host(const char *host, int port)
{
    char text[LONGEST];
    struct address a;
    bool is_v6 = strchr(host, ':') != NULL;
    if (!*host || strlen(host) >= ADDRESS_HOST || strchr(host, ']')) return;
    if (!is_v6 && (host[0] == '[' || strcmp(host, "unix") == 0)) return;
    snprintf(text, sizeof text, is_v6 ? "[%s]:%d" : "%s:%d", host, port);
    assert(!address_parse(&a, text, NULL) && !a.path);
    assert(strcmp(a.host, host) == 0 && atoi(a.port) == port);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= LONGEST - 8) return 0;
    char *text = strndup((const char *)data, size);
    assert(text != NULL);
    must_parse(text);
    must_accept_host(text, size >= 2 ? data[0] * 256 + data[size - 1] : 0);
    free(text);
    return 0;
}
