/* known_servers: the file of the servers that klatch speaks TLS with, a line each: host, port, and
 * the fingerprint of the server's key. Empty lines and lines that begin with # are ignored. */
#ifndef TUI_STORAGE_KNOWN_SERVERS_H
#define TUI_STORAGE_KNOWN_SERVERS_H

#include "tui/storage/append_file.h"

#include <limits.h>

/* Instead of a fingerprint: a CA of the system has to vouch for the server. */
#define KNOWN_SERVERS_CERTIFIED "certified"

/* Errors. */
#define KNOWN_SERVERS_NO_HOME  "there is no home directory"
#define KNOWN_SERVERS_TOO_LONG "it is longer than 1 MB"

enum { KNOWN_SERVERS_KEY = 64 /* bytes of a key in the file, with its NUL; a longer one is cut */ };

struct known_servers {
    struct append_file file; /* to add a server; fd -1: not open */
    const char *error;       /* why it is not open */
};

struct known_server {
    char path[PATH_MAX];         /* of the file */
    int line;                    /* of the server, the first one counts; 0: there is none */
    char key[KNOWN_SERVERS_KEY]; /* as it stands there; "" if it is missing */
};

/* Finds a server in the file. A file that does not exist has none. Returns NULL, or a sentence that
 * says why the file cannot be read. */
const char *known_servers_find(const char *host, const char *port, struct known_server *ret);

/* Opens the file for known_servers_add, and creates it if it is missing; that returns the error. */
void known_servers_open(struct known_servers *k);

/* Adds a server. Returns NULL, or a sentence that says why it cannot. */
const char *known_servers_add(struct known_servers *k, const char *host, const char *port,
                              const char *key);

void known_servers_close(struct known_servers *k);

#endif
