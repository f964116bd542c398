/* tls_identity: who a program is to its peer in TLS: a private key and its certificate, in memory
 * and in PEM files (RFC 7468), and the fingerprint of a public key. */
#ifndef COMMON_TLS_IDENTITY_H
#define COMMON_TLS_IDENTITY_H

#include <stdbool.h>

/* A fingerprint as text: "SHA256:" and the base64, without padding, of the SHA-256 of the public
 * key as X.509 writes it (SubjectPublicKeyInfo), so that a renewed certificate keeps it. */
#define FINGERPRINT_START "SHA256:"
enum { FINGERPRINT_TEXT = sizeof FINGERPRINT_START + 43 }; /* bytes, with the final NUL */

/* Why an identity is refused. */
#define TLS_IDENTITY_NO_KEY         "has no private key in PEM without a password"
#define TLS_IDENTITY_NO_CERTIFICATE "has no certificate in PEM"
#define TLS_IDENTITY_OTHER_KEY      "has the certificate of another key"
#define TLS_IDENTITY_TOO_LONG       "is longer than 64 KB"

struct ssl_ctx_st; /* SSL_CTX */

/* OpenSSL's types EVP_PKEY, X509 and STACK_OF(X509). All NULL: no identity. */
struct tls_identity {
    struct evp_pkey_st *key;
    struct x509_st *certificate;
    struct stack_st_X509 *chain; /* the certificates that vouch for it, or NULL */
};

/* Makes a new P-256 key and a certificate that it signs itself. Returns false if it cannot. */
bool tls_identity_make(struct tls_identity *ret);

/* Reads a key, and its certificate and chain, from open files, and closes them; without
 * certificates (-1), makes a certificate that the key signs itself. Returns NULL; or a clause that
 * says what is wrong with a file, and *ret_file is the descriptor's number, closed. */
const char *tls_identity_load(struct tls_identity *ret, int key, int certificates, int *ret_file);

/* Write the key or the certificates to a new file, which only its owner may read, and sync it; a
 * file with this name is never half written, and never replaced. Return false with errno set:
 * EEXIST if there is such a file. */
bool tls_identity_write_key(const struct tls_identity *identity, const char *path);
bool tls_identity_write_certificates(const struct tls_identity *identity, const char *path);

/* Presents the identity to the peers of a context. Returns false if OpenSSL refuses it. */
bool tls_identity_use(const struct tls_identity *identity, struct ssl_ctx_st *context);

/* Format the fingerprint of the identity's public key, or of that of a certificate. Return false if
 * out of memory. */
bool tls_identity_fingerprint(const struct tls_identity *identity, char text[FINGERPRINT_TEXT]);
bool tls_certificate_fingerprint(struct x509_st *certificate, char text[FINGERPRINT_TEXT]);

/* Whether a text has the form of a fingerprint. */
bool fingerprint_is_valid(const char *text);

/* Frees the key, after overwriting it, and the certificates. */
void tls_identity_free(struct tls_identity *identity);

#endif
