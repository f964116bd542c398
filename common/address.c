#include "common/address.h"

#include "common/option.h"

#include <stdbool.h>
#include <string.h>

const char *address_path(const char *address)
{
    static const char prefix[] = "unix:";
    size_t n = sizeof prefix - 1;
    return strncmp(address, prefix, n) == 0 ? address + n : NULL;
}

const char *address_check_path(const char *path)
{
    if (*path == '\0') return ADDRESS_NO_PATH;
    return strlen(path) > ADDRESS_PATH_MAX ? ADDRESS_LONG_PATH : NULL;
}

static const char *set_host(struct address *ret, const char *host, size_t n, const char *port)
{
    if (n == 0) return ADDRESS_NO_HOST;
    if (n >= ADDRESS_HOST) return ADDRESS_LONG_HOST;
    *ret = (struct address){.port = port};
    memcpy(ret->host, host, n);
    return NULL;
}

static const char *check_port(const char *port)
{
    if (*port == '\0') return ADDRESS_NO_PORT;
    return option_parse_number(port, 65535) < 0 ? ADDRESS_BAD_PORT : NULL;
}

/* Parses [IPV6]:PORT. */
static const char *parse_brackets(struct address *ret, const char *text)
{
    const char *host = text + 1, *end = strchr(host, ']');
    if (!end || !memchr(host, ':', (size_t)(end - host))) return ADDRESS_BRACKETS;
    if (end[1] == '\0') return ADDRESS_NO_PORT;
    if (end[1] != ':') return ADDRESS_BRACKETS;
    const char *error = check_port(end + 2);
    return error ? error : set_host(ret, host, (size_t)(end - host), end + 2);
}

const char *address_parse(struct address *ret, const char *text)
{
    const char *path = address_path(text), *colon = strchr(text, ':');
    *ret = (struct address){.path = path};
    if (path) return address_check_path(path);
    if (*text == '[') return parse_brackets(ret, text);
    if (!colon) return ADDRESS_NO_PORT;
    if (strchr(colon + 1, ':')) return ADDRESS_NO_BRACKETS;
    const char *error = check_port(colon + 1);
    return error ? error : set_host(ret, text, (size_t)(colon - text), colon + 1);
}
