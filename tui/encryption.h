/* encryption: whether the connection is encrypted, and by which key klatch knows the server: from
 * the options and the file of known servers. */
#ifndef TUI_ENCRYPTION_H
#define TUI_ENCRYPTION_H

#include "tui/net/tls.h"
#include "tui/options.h"
#include "tui/storage/known_servers.h"

struct encryption {
    const char *host;
    char port[12]; /* without leading zeros, as in the file of known servers */
    bool is_on;
    const char *fingerprint; /* of --fingerprint; NULL: none */
    struct known_server server;
    struct known_servers file; /* open if the server may be added */
};

/* The error in the file of known servers. */
#define ENCRYPTION_BAD_KEY "the key is not a fingerprint; correct or remove this line"

/* Decides whether to encrypt: if an option says so, or if the server is known. Reports an error and
 * exits if the file of known servers is not usable. Before the sandbox and the helper processes. */
void encryption_open(struct encryption *e, const struct options *o);
void encryption_close(struct encryption *e);

/* Prepares TLS with our key, which it makes if it is missing. Reports an error and exits if that
 * fails. Before the sandbox, but after the helper processes, so that these do not have the key. */
void encryption_start(const struct encryption *e, struct tls_channel *t, const struct options *o);

/* Expects this key from now on, and adds the server to the file. Returns NULL, or a sentence that
 * says why it is not in the file. */
const char *encryption_trust(struct encryption *e, struct tls_channel *t, const char *fingerprint);

/* The same after a CA has vouched for the server: one has to, from now on. */
const char *encryption_certified(struct encryption *e, struct tls_channel *t);

enum { ENCRYPTION_TEXT = PATH_MAX + 512 };

/* Explains why the key of the last handshake is refused. */
void encryption_explain(const struct encryption *e, const struct tls_channel *t, const char *where,
                        char text[ENCRYPTION_TEXT]);

/* Prints the fingerprint of the user's key, which it makes if it is missing, and exits. */
_Noreturn void encryption_print_key(void);

#endif
