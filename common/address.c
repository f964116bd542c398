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

static const char *set_host(struct address *ret, const char *host, size_t n)
{
    if (n == 0) return ADDRESS_NO_HOST;
    if (n >= ADDRESS_HOST) return ADDRESS_LONG_HOST;
    memcpy(ret->host, host, n);
    return NULL;
}

static const char *check_port(const char *port)
{
    if (*port == '\0') return ADDRESS_NO_PORT;
    return option_parse_number(port, 65535) < 0 ? ADDRESS_BAD_PORT : NULL;
}

/* Parses the part behind the host: empty, or a colon and a port. */
static const char *set_port(struct address *ret, const char *rest, const char *default_port)
{
    ret->port = *rest == ':' ? rest + 1 : default_port;
    if (*rest == ':') return check_port(rest + 1);
    return default_port ? NULL : ADDRESS_NO_PORT;
}

/* Parses [IPV6]:PORT. */
static const char *parse_brackets(struct address *ret, const char *text, const char *default_port)
{
    const char *host = text + 1, *end = strchr(host, ']');
    if (!end || !memchr(host, ':', (size_t)(end - host))) return ADDRESS_BRACKETS;
    if (end[1] != '\0' && end[1] != ':') return ADDRESS_BRACKETS;
    const char *error = set_port(ret, end + 1, default_port);
    return error ? error : set_host(ret, host, (size_t)(end - host));
}

const char *address_parse(struct address *ret, const char *text, const char *default_port)
{
    const char *path = address_path(text), *end = text + strcspn(text, ":");
    *ret = (struct address){.path = path};
    if (path) return address_check_path(path);
    if (*text == '[') return parse_brackets(ret, text, default_port);
    if (*end && strchr(end + 1, ':')) {
        if (!default_port) return ADDRESS_NO_BRACKETS;
        end += strlen(end);
    }
    const char *error = set_port(ret, end, default_port);
    return error ? error : set_host(ret, text, (size_t)(end - text));
}
