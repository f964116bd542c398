/* tls: TLS 1.3 (RFC 8446) on accepted sockets. Sends and receives like socket.h. */
#ifndef SERVER_NET_TLS_H
#define SERVER_NET_TLS_H

#include "common/frame.h"
#include "common/tls_identity.h"

#include <stdbool.h>
#include <sys/types.h>

/* The application protocol (RFC 7301). A client that asks for other ones only is refused; one that
 * does not ask is accepted. */
#define TLS_PROTOCOL "klatch/1"

/* Lets OpenSSL keep a few buffers of records, which it would otherwise take from the kernel and
 * give back for each record. Call it before anything else of OpenSSL. */
void tls_keep_buffers(void);

/* Makes what connections share: OpenSSL's SSL_CTX, with an identity, which stays the caller's. With
 * `asks_for_keys`, clients are asked for a certificate; they may have none, and nobody needs to
 * vouch for it. Returns NULL if OpenSSL refuses the identity, or out of memory. */
struct ssl_ctx_st *tls_context_new(const struct tls_identity *identity, bool asks_for_keys);

/* Frees it; NULL is allowed. Its connections keep what they need of it. */
void tls_context_free(struct ssl_ctx_st *context);

/* One connection. */
struct tls;

/* Starts TLS on a socket, which stays the caller's. Returns NULL if out of memory. */
struct tls *tls_new(struct ssl_ctx_st *context, int fd);

void tls_free(struct tls *tls);

enum { TLS_RECEIVE_MAX = 16 * 1024 }; /* bytes that a call receives at least before it returns */

enum tls_progress {
    TLS_READY, /* the handshake is complete */
    TLS_WAITS, /* for more input */
    TLS_PLAIN, /* the client sends something else than TLS; nothing was sent */
    TLS_FAILED,
};

/* Continues the handshake as far as the input allows. */
enum tls_progress tls_handshake(struct tls *tls);

/* Returns why the handshake failed. */
const char *tls_error(const struct tls *tls);

/* Whether the client has not sent a byte. */
bool tls_is_untouched(const struct tls *tls);

/* Receives. Returns the number of bytes, or 0 when the peer has said that it sends no more; or -1
 * with errno set: EAGAIN: there is no input; EINTR: there may be more, but a call takes only some;
 * ECONNRESET: the stream was cut. */
ssize_t tls_receive(struct tls *tls, char *buf, size_t size);

/* Returns how many bytes are received and decrypted, but not read. */
size_t tls_unread(const struct tls *tls);

/* Encrypts and sends both, until the socket is full. Returns how many bytes were taken, or -1 with
 * errno set. Taken bytes that the socket did not take wait: at most one record. */
ssize_t tls_send(struct tls *tls, struct span first, struct span second);

/* Whether encrypted bytes wait; tls_flush sends them. It returns false with errno set if the socket
 * is full, EAGAIN, or has failed. */
bool tls_has_output(const struct tls *tls);
bool tls_flush(struct tls *tls);

/* Tells the peer that no more will be sent, once. */
void tls_say_end(struct tls *tls);

/* Returns the fingerprint of the client's key; "" if it has none. */
const char *tls_fingerprint(const struct tls *tls);

#endif
