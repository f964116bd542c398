#include "tests/unit/support/tls_server.h"

#include <criterion/criterion.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void add_extension(X509 *x, int kind, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, kind, value);
    cr_assert(e);
    cr_assert_eq(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

static X509 *make_certificate(EVP_PKEY *key)
{
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);
    X509_set_version(x, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(x, name);
    ASN1_TIME_set_string(X509_getm_notBefore(x), "19700101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x), "99991231235959Z");
    X509_set_pubkey(x, key);
    add_extension(x, NID_subject_alt_name, "DNS:room.example,IP:192.0.2.7,IP:127.0.0.1");
    add_extension(x, NID_basic_constraints, "critical,CA:TRUE");
    cr_assert_gt(X509_sign(x, key, EVP_sha256()), 0);
    return x;
}

static void write_ca(const char *path, X509 *x)
{
    FILE *file = fopen(path, "w");
    cr_assert(file);
    cr_assert_eq(PEM_write_X509(file, x), 1);
    fclose(file);
}

void tls_server_write(const char *certificate_file, const char *key_file)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = make_certificate(key);
    write_ca(certificate_file, x);
    FILE *file = fopen(key_file, "w");
    cr_assert(file);
    cr_assert_eq(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    fclose(file);
    X509_free(x);
    EVP_PKEY_free(key);
}

static int choose_protocol(SSL *ssl, const unsigned char **ret, unsigned char *ret_n,
                           const unsigned char *offered, unsigned n, void *arg)
{
    (void)ssl, (void)arg;
    *ret = offered + 1;
    *ret_n = offered[0];
    return n > 0 ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

static int accept_key(X509_STORE_CTX *chain, void *arg)
{
    (void)chain, (void)arg;
    return 1;
}

struct tls_server tls_server_start(const char *ca_file)
{
    struct tls_server s = {.context = SSL_CTX_new(TLS_server_method())};
    int fds[2], size = 8192;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = make_certificate(key);
    cr_assert(tls_certificate_fingerprint(x, s.fingerprint));
    if (ca_file) write_ca(ca_file, x);
    SSL_CTX_use_certificate(s.context, x);
    SSL_CTX_use_PrivateKey(s.context, key);
    SSL_CTX_set_num_tickets(s.context, 0);
    SSL_CTX_set_mode(s.context, SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_alpn_select_cb(s.context, choose_protocol, NULL);
    X509_free(x);
    EVP_PKEY_free(key);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds), 0);
    for (int i = 0; i < 2; i++) setsockopt(fds[i], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    s.fd = fds[0];
    s.peer = fds[1];
    return s;
}

void tls_server_stop(struct tls_server *s)
{
    SSL_free(s->ssl);
    SSL_CTX_free(s->context);
    if (s->fd >= 0) close(s->fd);
    close(s->peer);
}

void tls_server_ask_for_key(struct tls_server *s)
{
    SSL_CTX_set_verify(s->context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_cert_verify_callback(s->context, accept_key, NULL);
}

void tls_server_make_old(struct tls_server *s)
{
    SSL_CTX_set_max_proto_version(s->context, TLS1_2_VERSION);
}

void tls_server_continue(struct tls_server *s)
{
    if (!s->ssl) {
        s->ssl = SSL_new(s->context);
        SSL_set_fd(s->ssl, s->fd);
        SSL_set_accept_state(s->ssl);
    }
    ERR_clear_error();
    if (!s->is_up) s->is_up = SSL_do_handshake(s->ssl) == 1;
}

const char *tls_server_client_key(const struct tls_server *s)
{
    static char text[FINGERPRINT_TEXT];
    X509 *x = SSL_get0_peer_certificate(s->ssl);
    text[0] = '\0';
    if (x) cr_assert(tls_certificate_fingerprint(x, text));
    return text;
}

const char *tls_server_protocol(const struct tls_server *s)
{
    static char text[32];
    const unsigned char *name;
    unsigned n;
    SSL_get0_alpn_selected(s->ssl, &name, &n);
    cr_assert_lt(n, sizeof text);
    if (n > 0) memcpy(text, name, n);
    text[n] = '\0';
    return text;
}

void tls_server_send(struct tls_server *s, const char *bytes, size_t n)
{
    cr_assert_eq(SSL_write(s->ssl, bytes, (int)n), (int)n);
}

size_t tls_server_receive(struct tls_server *s, char *bytes, size_t n)
{
    size_t got = 0, part;
    ERR_clear_error();
    while (got < n && SSL_read_ex(s->ssl, bytes + got, n - got, &part) == 1) got += part;
    return got;
}

bool tls_server_has_end(const struct tls_server *s)
{
    return SSL_get_shutdown(s->ssl) & SSL_RECEIVED_SHUTDOWN;
}

void tls_server_say_end(struct tls_server *s)
{
    cr_assert_geq(SSL_shutdown(s->ssl), 0);
}

void tls_server_cut(struct tls_server *s)
{
    close(s->fd);
    s->fd = -1;
}
