#include "tui/net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

#define CIPHERS "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384"

/* The CAs of Debian, whose OpenSSL looks for them in a folder, which the sandbox would forbid. */
#define CA_FILE "/etc/ssl/certs/ca-certificates.crt"

/* -- the server's key -- */

static enum tls_verdict judge(const struct tls_channel *t, X509_STORE_CTX *chain)
{
    if (t->expected != NULL)
        return strcmp(t->fingerprint, t->expected) == 0 ? TLS_KNOWN : TLS_CHANGED;
    if (X509_verify_cert(chain) == 1) return TLS_CERTIFIED;
    return t->must_be_certified ? TLS_CHANGED : TLS_UNKNOWN;
}

/* Ends the handshake unless the key is trusted: then OpenSSL sends an alert, and no certificate of
 * ours. */
static int verify(X509_STORE_CTX *chain, void *tls)
{
    struct tls_channel *t = tls;
    X509 *certificate = X509_STORE_CTX_get0_cert(chain);
    if (certificate == NULL || !tls_certificate_fingerprint(certificate, t->fingerprint)) return 0;
    t->verdict = judge(t, chain);
    bool trusted = t->verdict == TLS_KNOWN || t->verdict == TLS_CERTIFIED;
    X509_STORE_CTX_set_error(chain, trusted ? X509_V_OK : X509_V_ERR_CERT_REJECTED);
    return trusted;
}

/* -- opening -- */

static void load_ca(SSL_CTX *context)
{
    SSL_CTX_set_default_verify_file(context);
    if (getenv(X509_get_default_cert_file_env()) == NULL)
        SSL_CTX_load_verify_file(context, CA_FILE);
    ERR_clear_error();
}

static bool configure(SSL_CTX *context)
{
    static const unsigned char protocols[] = "\x08" TLS_PROTOCOL;
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_ciphersuites(context, CIPHERS) == 1 &&
           SSL_CTX_set_alpn_protos(context, protocols, sizeof protocols - 1) == 0;
}

bool tls_channel_open(struct tls_channel *t, const char *host, const struct tls_identity *identity,
                      bool loads_ca)
{
    t->host = host;
    t->context = SSL_CTX_new(TLS_client_method());
    bool ok = t->context != NULL && configure(t->context) &&
              (identity == NULL || tls_identity_use(identity, t->context));
    if (!ok) {
        tls_channel_close(t);
        return false;
    }
    SSL_CTX_set_verify(t->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(t->context, verify, t);
    if (loads_ca) load_ca(t->context);
    return true;
}

void tls_channel_close(struct tls_channel *t)
{
    tls_channel_stop(t);
    SSL_CTX_free(t->context);
    t->context = NULL;
}

/* Sets the name for which a CA has to vouch. An address is not sent to the server (RFC 6066, 3). */
static bool set_host(SSL *ssl, const char *host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host) == 1) return true;
    ERR_clear_error();
    if (strchr(host, ':') != NULL) return true;
    return SSL_set1_host(ssl, host) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1;
}

bool tls_channel_start(struct tls_channel *t, int fd)
{
    tls_channel_stop(t);
    t->verdict = TLS_NO_VERDICT;
    t->wants_write = t->ended = false;
    t->error = NULL;
    t->ssl = SSL_new(t->context);
    bool ok = t->ssl != NULL && SSL_set_fd(t->ssl, fd) == 1 && set_host(t->ssl, t->host);
    if (ok) SSL_set_connect_state(t->ssl);
    if (!ok) tls_channel_stop(t);
    return ok;
}

/* -- errors -- */

/* Returns the text for the first error that OpenSSL has queued; it stays valid. */
static const char *queued_error(const struct tls_channel *t)
{
    unsigned long error = ERR_peek_error();
    if (t->verdict == TLS_UNKNOWN || t->verdict == TLS_CHANGED) return TLS_REJECTED;
    if (ERR_GET_LIB(error) != ERR_LIB_SSL) return TLS_BROKEN;
    switch (ERR_GET_REASON(error)) {
    case SSL_R_UNEXPECTED_EOF_WHILE_READING: return TLS_CUT;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_UNEXPECTED_MESSAGE: return TLS_NOT_SPOKEN;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION: return TLS_TOO_OLD;
    default: break;
    }
    const char *reason = ERR_reason_error_string(error);
    return reason != NULL ? reason : TLS_BROKEN;
}

/* Notes how a call on the connection ended, and sets errno as recv(2) does. Returns 0 at the
 * announced end of the connection, otherwise -1. */
static ssize_t fail(struct tls_channel *t, int result)
{
    int reason = SSL_get_error(t->ssl, result), system = errno;
    t->wants_write = reason == SSL_ERROR_WANT_WRITE;
    errno = EAGAIN;
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return -1;
    t->ended = true;
    if (reason == SSL_ERROR_ZERO_RETURN) return 0;
    if (reason == SSL_ERROR_SYSCALL)
        t->error = system != 0 ? strerror(system) : TLS_CUT;
    else
        t->error = queued_error(t);
    errno = EPROTO;
    return -1;
}

/* OpenSSL reads its queue of errors after a call, so that it must be empty before. */
static void begin(struct tls_channel *t)
{
    t->wants_write = false;
    ERR_clear_error();
    errno = 0;
}

/* -- the connection -- */

enum tls_step tls_channel_handshake(struct tls_channel *t)
{
    begin(t);
    int result = SSL_do_handshake(t->ssl);
    if (result == 1) return TLS_UP;
    fail(t, result);
    if (!t->ended) return TLS_AGAIN;
    if (t->error == NULL) t->error = TLS_CUT;
    return TLS_DOWN;
}

/* After the end, repeats how it came. */
static ssize_t repeat_end(const struct tls_channel *t)
{
    errno = EPROTO;
    return t->error != NULL ? -1 : 0;
}

ssize_t tls_channel_read(struct tls_channel *t, char *bytes, size_t n)
{
    size_t got;
    if (t->ended) return repeat_end(t);
    begin(t);
    int result = SSL_read_ex(t->ssl, bytes, n, &got);
    return result == 1 ? (ssize_t)got : fail(t, result);
}

ssize_t tls_channel_write(struct tls_channel *t, const char *bytes, size_t n)
{
    size_t written;
    errno = EPROTO;
    if (t->error != NULL) return -1;
    begin(t);
    int result = SSL_write_ex(t->ssl, bytes, n, &written);
    return result == 1 ? (ssize_t)written : fail(t, result);
}

bool tls_channel_finish(struct tls_channel *t)
{
    if (t->error != NULL) return true;
    begin(t);
    int result = SSL_shutdown(t->ssl);
    return result >= 0 || SSL_get_error(t->ssl, result) != SSL_ERROR_WANT_WRITE;
}

void tls_channel_stop(struct tls_channel *t)
{
    if (t->ssl != NULL && t->error == NULL && SSL_is_init_finished(t->ssl)) tls_channel_finish(t);
    SSL_free(t->ssl);
    t->ssl = NULL;
    ERR_clear_error();
}
