#include "server/net/tls.h"

#include "server/base/buffer.h"

#include <errno.h>
#include <malloc.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    RECORD = 16 * 1024,       /* bytes in a record: RFC 8446, 5.1 */
    CERTIFICATES = 16 * 1024, /* bytes of a client's certificates */
    BUFFER = 20 * 1024,       /* bytes of a buffer that OpenSSL needs for a record */
    KEPT = 4,                 /* buffers */
    HANDSHAKE_TYPE = 22,      /* first byte of a client that speaks TLS */
};

#define CIPHERS "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256"
#define GROUPS  "X25519:P-256"

struct tls {
    SSL *ssl;
    int fd;
    int error;          /* errno of a failed send; 0: none */
    int receive_error;  /* errno of the last failed receive */
    int budget;         /* bytes left to receive in this call */
    unsigned char type; /* of the first record */
    bool has_input;     /* the client has sent something */
    struct buffer out;  /* encrypted bytes that the socket did not take */
    const char *why;    /* the handshake failed */
    char fingerprint[FINGERPRINT_TEXT];
};

/* -- memory -- */

/* The buffers that are free; of the event loop, because no other thread has connections. */
static _Thread_local struct {
    void *blocks[KEPT];
    int count;
} kept;

static bool is_buffer(size_t size)
{
    return size > RECORD && size <= BUFFER;
}

static void *allocate(size_t size, const char *file, int line)
{
    (void)file, (void)line;
    if (!is_buffer(size)) return malloc(size);
    return kept.count > 0 ? kept.blocks[--kept.count] : malloc(BUFFER);
}

static void *reallocate(void *block, size_t size, const char *file, int line)
{
    (void)file, (void)line;
    return realloc(block, size);
}

/* Keeps each block of this size, whatever it was for. */
static void release(void *block, const char *file, int line)
{
    (void)file, (void)line;
    size_t size = malloc_usable_size(block);
    if (size >= BUFFER && size < (size_t)2 * BUFFER && kept.count < KEPT)
        kept.blocks[kept.count++] = block;
    else
        free(block);
}

void tls_keep_buffers(void)
{
    CRYPTO_set_mem_functions(allocate, reallocate, release);
}

/* -- the socket, as OpenSSL sees it -- */

/* Whether the client sends something else than TLS, and would not understand an alert. */
static bool is_plain(const struct tls *tls)
{
    return tls->has_input && tls->type != HANDSHAKE_TYPE;
}

/* Never fails for OpenSSL, which would not read any more: tls->error says that sending failed. */
static int write_bytes(BIO *bio, const char *bytes, int size)
{
    struct tls *tls = BIO_get_data(bio);
    size_t n = (size_t)size;
    ssize_t sent = 0;
    if (is_plain(tls)) return size;
    if (tls->error == 0 && !tls_has_output(tls)) sent = send(tls->fd, bytes, n, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) tls->error = errno;
    if (sent < 0) sent = 0;
    if (tls->error != 0) return size;
    if (!buffer_append(&tls->out, bytes + sent, n - (size_t)sent)) tls->error = ENOMEM;
    return size;
}

static int stop_reading(BIO *bio, struct tls *tls, int error)
{
    tls->receive_error = error;
    if (error == EAGAIN || error == EINTR) BIO_set_retry_read(bio);
    return -1;
}

static int read_bytes(BIO *bio, char *buf, int size)
{
    struct tls *tls = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (tls->budget <= 0) return stop_reading(bio, tls, EINTR);
    ssize_t n = recv(tls->fd, buf, (size_t)size, 0);
    if (n <= 0) return stop_reading(bio, tls, n < 0 ? errno : ECONNRESET);
    if (!tls->has_input) tls->type = (unsigned char)buf[0];
    tls->has_input = true;
    tls->budget -= (int)n;
    return (int)n;
}

static long control(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

static int create(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

/* Kept until the end, because connections of a replaced context use it too. */
static const BIO_METHOD *socket_method(void)
{
    static BIO_METHOD *m;
    if (m) return m;
    m = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "socket");
    if (!m) return NULL;
    BIO_meth_set_write(m, write_bytes);
    BIO_meth_set_read(m, read_bytes);
    BIO_meth_set_ctrl(m, control);
    BIO_meth_set_create(m, create);
    return m;
}

/* -- contexts -- */

/* Refuses a client that asks for other protocols only: somebody could make a browser send to us. */
static int select_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_len,
                           const unsigned char *offered, unsigned len, void *data)
{
    (void)ssl, (void)data;
    const size_t n = sizeof TLS_PROTOCOL - 1;
    for (unsigned i = 0; i < len; i += 1U + offered[i]) {
        if (offered[i] != n || memcmp(offered + i + 1, TLS_PROTOCOL, n) != 0) continue;
        *ret = offered + i + 1;
        *ret_len = (unsigned char)n;
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

/* The key counts, and the handshake proves that the client has it. */
static int accept_certificate(X509_STORE_CTX *store, void *data)
{
    (void)data;
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
}

static bool configure(SSL_CTX *c, bool asks_for_keys)
{
    SSL_CTX_set_options(c, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_read_ahead(c, 1);
    SSL_CTX_set_max_cert_list(c, CERTIFICATES);
    SSL_CTX_set_alpn_select_cb(c, select_protocol, NULL);
    SSL_CTX_set_cert_verify_callback(c, accept_certificate, NULL);
    SSL_CTX_set_verify(c, asks_for_keys ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, NULL);
    return SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(c, CIPHERS) == 1 && SSL_CTX_set1_groups_list(c, GROUPS) == 1 &&
           SSL_CTX_set_num_tickets(c, 0) == 1;
}

SSL_CTX *tls_context_new(const struct tls_identity *identity, bool asks_for_keys)
{
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    if (c && configure(c, asks_for_keys) && tls_identity_use(identity, c)) return c;
    ERR_clear_error();
    SSL_CTX_free(c);
    return NULL;
}

void tls_context_free(SSL_CTX *context)
{
    SSL_CTX_free(context);
}

/* -- connections -- */

static bool attach(struct tls *tls)
{
    const BIO_METHOD *method = socket_method();
    BIO *bio = tls->ssl && method ? BIO_new(method) : NULL;
    if (!bio) return false;
    BIO_set_data(bio, tls);
    SSL_set_bio(tls->ssl, bio, bio);
    SSL_set_accept_state(tls->ssl);
    return true;
}

struct tls *tls_new(SSL_CTX *context, int fd)
{
    struct tls *tls = calloc(1, sizeof *tls);
    if (!tls) return NULL;
    tls->fd = fd;
    tls->ssl = SSL_new(context);
    if (attach(tls)) return tls;
    ERR_clear_error();
    tls_free(tls);
    return NULL;
}

void tls_free(struct tls *tls)
{
    if (!tls) return;
    SSL_free(tls->ssl);
    buffer_reset(&tls->out);
    free(tls);
}

/* -- the handshake -- */

/* Returns false if out of memory. */
static bool note_key(struct tls *tls)
{
    X509 *certificate = SSL_get0_peer_certificate(tls->ssl);
    return !certificate || tls_certificate_fingerprint(certificate, tls->fingerprint);
}

static enum tls_progress fail(struct tls *tls, const char *why)
{
    tls->why = why;
    ERR_clear_error();
    return TLS_FAILED;
}

/* Returns the reason of OpenSSL's last error, a constant text. */
static const char *ssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_last_error());
    return reason ? reason : "TLS failed";
}

enum tls_progress tls_handshake(struct tls *tls)
{
    tls->budget = TLS_RECEIVE_MAX;
    tls->receive_error = 0;
    if (tls_has_output(tls) && !tls_flush(tls))
        return errno == EAGAIN ? TLS_WAITS : fail(tls, strerror(errno));
    int n = SSL_do_handshake(tls->ssl);
    if (n == 1) return note_key(tls) ? TLS_READY : fail(tls, strerror(ENOMEM));
    if (is_plain(tls)) {
        ERR_clear_error();
        return TLS_PLAIN;
    }
    if (tls->receive_error == EAGAIN) return TLS_WAITS;
    int error = tls->receive_error ? tls->receive_error : tls->error;
    return fail(tls, error ? strerror(error) : ssl_reason());
}

const char *tls_error(const struct tls *tls)
{
    return tls->why;
}

bool tls_is_untouched(const struct tls *tls)
{
    return !tls->has_input;
}

const char *tls_fingerprint(const struct tls *tls)
{
    return tls->fingerprint;
}

/* -- receiving -- */

ssize_t tls_receive(struct tls *tls, char *buf, size_t size)
{
    tls->budget = TLS_RECEIVE_MAX;
    tls->receive_error = 0;
    int n = SSL_read(tls->ssl, buf, (int)size);
    if (n > 0) return n;
    int error = SSL_get_error(tls->ssl, n);
    ERR_clear_error();
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    errno = tls->receive_error ? tls->receive_error : EPROTO;
    return -1;
}

size_t tls_unread(const struct tls *tls)
{
    return (size_t)SSL_pending(tls->ssl);
}

/* -- sending -- */

bool tls_has_output(const struct tls *tls)
{
    return buffer_view(&tls->out).n > 0;
}

bool tls_flush(struct tls *tls)
{
    struct span out = buffer_view(&tls->out);
    ssize_t n = send(tls->fd, out.p, out.n, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN) tls->error = errno;
    if (n < 0) return false;
    buffer_consume(&tls->out, (size_t)n);
    errno = EAGAIN;
    return !tls_has_output(tls);
}

/* Stops when the socket is full, so that at most one record waits. */
static size_t send_records(struct tls *tls, struct span s)
{
    size_t taken = 0;
    while (taken < s.n && tls->error == 0 && !tls_has_output(tls)) {
        size_t n = s.n - taken < RECORD ? s.n - taken : (size_t)RECORD;
        if (SSL_write(tls->ssl, s.p + taken, (int)n) <= 0) tls->error = ENOMEM;
        if (tls->error == 0) taken += n;
    }
    return taken;
}

ssize_t tls_send(struct tls *tls, struct span first, struct span second)
{
    size_t n = send_records(tls, first);
    if (n == first.n) n += send_records(tls, second);
    if (tls->error == 0) return (ssize_t)n;
    ERR_clear_error();
    errno = tls->error;
    return -1;
}

void tls_say_end(struct tls *tls)
{
    if (SSL_get_shutdown(tls->ssl) & SSL_SENT_SHUTDOWN) return;
    SSL_shutdown(tls->ssl);
    ERR_clear_error();
}
