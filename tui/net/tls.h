/* tls: TLS 1.3 (RFC 8446) on a connected socket, from the client's side. Decides by the server's
 * key whether to go on, before anything about us is sent. Never blocks. The caller ignores
 * SIGPIPE. */
#ifndef TUI_NET_TLS_H
#define TUI_NET_TLS_H

#include "common/tls_identity.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The protocol's name in the handshake (RFC 7301). */
#define TLS_PROTOCOL "klatch/1"

/* Errors besides those of the system and of OpenSSL. */
#define TLS_NOT_SPOKEN "it does not speak TLS"
#define TLS_TOO_OLD    "it does not speak TLS 1.3"
#define TLS_CUT        "the connection was cut"
#define TLS_REJECTED   "its key is not trusted"
#define TLS_BROKEN     "TLS failed"

enum { TLS_RECORD_MAX = 16384 /* bytes that one record holds */ };

enum tls_verdict {
    TLS_NO_VERDICT, /* the server has not shown its key yet */
    TLS_KNOWN,      /* the key is the expected one */
    TLS_CERTIFIED,  /* none is expected, and a CA of the system vouches for the server */
    TLS_UNKNOWN,    /* none is expected: the handshake has failed, and the user may decide */
    TLS_CHANGED,    /* the key is not the expected one: the handshake has failed */
};

enum tls_step { TLS_UP, TLS_AGAIN, TLS_DOWN };

struct ssl_st; /* SSL */

/* All zero: there is no TLS. */
struct tls_channel {
    struct ssl_ctx_st *context;
    struct ssl_st *ssl;     /* of the connection; NULL: none */
    const char *host;       /* the server's name or address */
    const char *expected;   /* fingerprint of the server's key, the caller's; NULL: none */
    bool must_be_certified; /* without a CA that vouches for it, its key has changed */
    enum tls_verdict verdict;
    char fingerprint[FINGERPRINT_TEXT]; /* of the key that the verdict is about */
    bool wants_write;                   /* the last call waits until the socket is writable */
    bool ended;                         /* the peer has ended the connection, or it has failed */
    const char *error;                  /* why it has failed; NULL: it has not */
};

/* Prepares for connections to a host, which stays the caller's, with our key; NULL: without one.
 * Loads the CAs of the system if `loads_ca`. Returns false without memory. */
bool tls_channel_open(struct tls_channel *t, const char *host, const struct tls_identity *identity,
                      bool loads_ca);
void tls_channel_close(struct tls_channel *t);

/* Begins a connection on this socket, which stays the caller's. Returns false without memory. */
bool tls_channel_start(struct tls_channel *t, int fd);

/* Continues the handshake. After TLS_DOWN, `error` says why. */
enum tls_step tls_channel_handshake(struct tls_channel *t);

/* Receive and send like recv(2) and send(2). An end that the server has not announced is an error,
 * whose text is `error`. A call with room for TLS_RECORD_MAX bytes leaves nothing that poll(2) does
 * not see. */
ssize_t tls_channel_read(struct tls_channel *t, char *bytes, size_t n);
ssize_t tls_channel_write(struct tls_channel *t, const char *bytes, size_t n);

/* Announces that we send nothing more. Returns false to be called again once the socket is
 * writable. */
bool tls_channel_finish(struct tls_channel *t);

/* Ends the connection, and announces that if it can. */
void tls_channel_stop(struct tls_channel *t);

#endif
