/* tls_client: the client's side of TLS for protocol_peer, by OpenSSL alone: it shares no code with
 * the programs. */
#ifndef TESTS_SYSTEM_SUPPORT_TLS_CLIENT_H
#define TESTS_SYSTEM_SUPPORT_TLS_CLIENT_H

#include <stdbool.h>
#include <sys/types.h>

struct ssl_st;

/* Whether klatchd and its peers speak TLS in this run: KLATCH_TLS is set. */
bool tls_client_is_on(void);

/* Lets klatchd and its peers speak no TLS in this test, because it reads or writes sockets itself,
 * or because the command line is the matter. */
void tls_client_turn_off(void);

/* Shakes hands on a non-blocking socket, with the key and certificate of a PEM file, or without
 * (NULL). Returns NULL if the server answers in plain text or refuses. */
struct ssl_st *tls_client_new(int fd, const char *identity);

/* Like recv(2) and send(2) of a non-blocking socket. */
ssize_t tls_client_read(struct ssl_st *tls, char *buf, size_t n);
ssize_t tls_client_write(struct ssl_st *tls, const char *bytes, size_t n);

/* Whether bytes are decrypted and not read. */
bool tls_client_has_input(const struct ssl_st *tls);

/* Says that no more will be sent. */
void tls_client_say_end(struct ssl_st *tls);

void tls_client_free(struct ssl_st *tls);

#endif
