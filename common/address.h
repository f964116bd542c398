/* address: parses the address of a server. */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

#include <stdbool.h>

/* The default port: KLAT on a telephone keypad. */
#define ADDRESS_PORT "5528"

/* Returns PATH of unix:PATH; NULL if the address is another one. */
const char *address_path(const char *address);

enum {
    ADDRESS_HOST = 256,     /* bytes of a host, with its NUL */
    ADDRESS_PATH_MAX = 107, /* bytes of a unix socket's path; unix(7) */
};

/* A host for all addresses of the machine. */
#define ADDRESS_ALL "*"

/* The address of a server: a path, or a host and a port. */
struct address {
    const char *path;        /* of a unix socket; NULL: none */
    char host[ADDRESS_HOST]; /* a name, an IP address without brackets, or ADDRESS_ALL */
    const char *port;
    bool is_tls; /* of a listener: set by the caller */
};

/* Errors of address_parse: why a text is not an address, and what to write. */
#define ADDRESS_FORMS       "*:PORT, HOST:PORT, [IPV6]:PORT or unix:PATH"
#define ADDRESS_NO_PATH     "the path is missing, as in unix:/run/klatch/room"
#define ADDRESS_LONG_PATH   "the path is too long: it may have at most 107 bytes"
#define ADDRESS_NO_PORT     "the port is missing; write " ADDRESS_FORMS
#define ADDRESS_BAD_PORT    "the port is not a number from 0 to 65535; write " ADDRESS_FORMS
#define ADDRESS_NO_HOST     "the host is missing; write *:PORT for all addresses of this machine"
#define ADDRESS_LONG_HOST   "the host is too long: it may have at most 255 bytes"
#define ADDRESS_NO_BRACKETS "an IPv6 address needs brackets, as in [::1]:" ADDRESS_PORT
#define ADDRESS_BRACKETS    "write brackets only around an IPv6 address, as in [::1]:" ADDRESS_PORT

/* Parses a text in one of ADDRESS_FORMS; path and port point into it. With a default port, which is
 * not NULL and which the caller checks, the text may also be a host alone: a name, or an IP address
 * with or without brackets. Returns NULL, or one of the errors above. */
const char *address_parse(struct address *ret, const char *text, const char *default_port);

/* Checks the path of a unix socket. Returns NULL, or one of the errors above. */
const char *address_check_path(const char *path);

#endif
