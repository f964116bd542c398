/* tls_server: the server's end of a TLS connection, in the process of the test. */
#ifndef TESTS_UNIT_SUPPORT_TLS_SERVER_H
#define TESTS_UNIT_SUPPORT_TLS_SERVER_H

#include "common/tls_identity.h"

#include <stdbool.h>
#include <stddef.h>

struct tls_server {
    struct ssl_ctx_st *context;
    struct ssl_st *ssl;
    int fd, peer; /* the two ends of the connection */
    bool is_up;
    char fingerprint[FINGERPRINT_TEXT]; /* of the server's key */
};

/* Makes a key whose certificate is for the host "room.example", and that vouches for itself where
 * this file of CAs is used; NULL: it is not written. */
struct tls_server tls_server_start(const char *ca_file);

/* Writes such a certificate, also for 127.0.0.1, and its key. */
void tls_server_write(const char *certificate_file, const char *key_file);
void tls_server_stop(struct tls_server *s);

/* Asks the client for its key. */
void tls_server_ask_for_key(struct tls_server *s);
/* Speaks at most TLS 1.2. */
void tls_server_make_old(struct tls_server *s);

/* Continues the handshake. */
void tls_server_continue(struct tls_server *s);

/* Returns the fingerprint of the client's key, valid until the next call; "": it has sent none. */
const char *tls_server_client_key(const struct tls_server *s);

/* Returns what the client has asked for by ALPN and got, valid while the connection is. */
const char *tls_server_protocol(const struct tls_server *s);

/* Send all, and receive what there is; returns the number of bytes. */
void tls_server_send(struct tls_server *s, const char *bytes, size_t n);
size_t tls_server_receive(struct tls_server *s, char *bytes, size_t n);

/* Whether the client has said that it sends no more. */
bool tls_server_has_end(const struct tls_server *s);

/* End the connection with a word, or without. */
void tls_server_say_end(struct tls_server *s);
void tls_server_cut(struct tls_server *s);

#endif
