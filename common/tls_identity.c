#include "common/tls_identity.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_MAX = 64 * 1024, /* bytes of a file with a key or certificates */
    SERIAL = 15,          /* random bytes of a certificate's number */
};

/* The name in a certificate that a key signs itself. Nobody compares it. */
#define NAME "klatch"

/* No date on which it ends: RFC 5280, 4.1.2.5. A clock that is wrong does not matter either. */
#define SINCE "19700101000000Z"
#define UNTIL "99991231235959Z"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* -- making -- */

static bool set_serial(X509 *certificate)
{
    unsigned char bytes[SERIAL];
    if (RAND_bytes(bytes, sizeof bytes) != 1) return false;
    bytes[0] = (bytes[0] & 0x7f) | 1; /* positive: RFC 5280, 4.1.2.2 */
    BIGNUM *number = BN_bin2bn(bytes, sizeof bytes, NULL);
    bool ok = number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
    return ok;
}

static bool set_name(X509 *certificate)
{
    X509_NAME *name = X509_get_subject_name(certificate);
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)NAME, -1, -1,
                                      0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1;
}

/* Makes the certificate that the key signs itself. */
static bool certify(struct tls_identity *identity)
{
    X509 *x = identity->certificate = X509_new();
    return x && X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) && set_name(x) &&
           ASN1_TIME_set_string(X509_getm_notBefore(x), SINCE) == 1 &&
           ASN1_TIME_set_string(X509_getm_notAfter(x), UNTIL) == 1 &&
           X509_set_pubkey(x, identity->key) == 1 && X509_sign(x, identity->key, EVP_sha256()) > 0;
}

bool tls_identity_make(struct tls_identity *ret)
{
    *ret = (struct tls_identity){.key = EVP_EC_gen("P-256")};
    if (ret->key && certify(ret)) return true;
    tls_identity_free(ret);
    return false;
}

/* -- reading -- */

/* Returns a BIO with the whole file, or NULL with errno set; EFBIG: it is too long. */
static BIO *read_file(int fd)
{
    char text[FILE_MAX + 1];
    size_t len = 0;
    ssize_t n = 1;
    while (len < sizeof text && (n = read(fd, text + len, sizeof text - len)) > 0) len += (size_t)n;
    if (n >= 0 && len > FILE_MAX) errno = EFBIG;
    BIO *bio = n < 0 || len > FILE_MAX ? NULL : BIO_new(BIO_s_mem());
    if (bio && len > 0 && BIO_write(bio, text, (int)len) != (int)len) {
        BIO_free(bio);
        bio = NULL;
        errno = ENOMEM;
    }
    OPENSSL_cleanse(text, sizeof text);
    return bio;
}

static const char *explain(int error)
{
    return error == EFBIG ? TLS_IDENTITY_TOO_LONG : strerror(error);
}

/* Instead of asking for a password on the terminal. */
static int no_password(char *buf, int size, int rwflag, void *data)
{
    (void)buf, (void)size, (void)rwflag, (void)data;
    return -1;
}

static const char *load_key(struct tls_identity *identity, int fd)
{
    BIO *bio = read_file(fd);
    if (!bio) return explain(errno);
    identity->key = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    BIO_free(bio);
    return identity->key ? NULL : TLS_IDENTITY_NO_KEY;
}

static bool add_to_chain(struct tls_identity *identity, X509 *certificate)
{
    if (!identity->chain) identity->chain = sk_X509_new_null();
    if (identity->chain && sk_X509_push(identity->chain, certificate) > 0) return true;
    X509_free(certificate);
    return false;
}

static const char *load_certificates(struct tls_identity *identity, int fd)
{
    BIO *bio = read_file(fd);
    if (!bio) return explain(errno);
    X509 *next;
    bool ok = true;
    identity->certificate = PEM_read_bio_X509(bio, NULL, no_password, NULL);
    while (ok && (next = PEM_read_bio_X509(bio, NULL, no_password, NULL)))
        ok = add_to_chain(identity, next);
    BIO_free(bio);
    if (!ok) return strerror(ENOMEM);
    if (!identity->certificate) return TLS_IDENTITY_NO_CERTIFICATE;
    bool is_own = X509_check_private_key(identity->certificate, identity->key) == 1;
    return is_own ? NULL : TLS_IDENTITY_OTHER_KEY;
}

const char *tls_identity_load(struct tls_identity *ret, int key, int certificates, int *ret_file)
{
    *ret = (struct tls_identity){0};
    *ret_file = key;
    const char *wrong = load_key(ret, key);
    if (!wrong && certificates >= 0) {
        *ret_file = certificates;
        wrong = load_certificates(ret, certificates);
    } else if (!wrong && !certify(ret)) {
        wrong = strerror(ENOMEM);
    }
    close(key);
    if (certificates >= 0) close(certificates);
    if (wrong) tls_identity_free(ret);
    ERR_clear_error();
    return wrong;
}

/* -- writing -- */

static bool write_all(int fd, const char *text, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, text, size);
        if (n < 0) return false;
        text += n;
        size -= (size_t)n;
    }
    return true;
}

/* Makes the new name of a file last. */
static bool sync_folder(const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    return ok;
}

/* Some file systems cannot refuse to replace a file. */
static bool rename_new(const char *from, const char *to)
{
    if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) return true;
    if (errno != EINVAL && errno != ENOSYS) return false;
    if (access(to, F_OK) < 0) return rename(from, to) == 0;
    errno = EEXIST;
    return false;
}

static bool write_file(const char *path, const char *text, size_t size)
{
    char temporary[PATH_MAX];
    if (snprintf(temporary, sizeof temporary, "%s.XXXXXX", path) >= (int)sizeof temporary) {
        errno = ENAMETOOLONG;
        return false;
    }
    int fd = mkostemp(temporary, O_CLOEXEC); /* 0600, O_EXCL */
    if (fd < 0) return false;
    bool ok = write_all(fd, text, size) && fsync(fd) == 0;
    int error = errno;
    if (close(fd) < 0 && ok) {
        ok = false;
        error = errno;
    }
    errno = error;
    if (ok && rename_new(temporary, path)) return sync_folder(path);
    error = errno;
    unlink(temporary);
    errno = error;
    return false;
}

/* Writes what a BIO of memory holds, and frees it. */
static bool write_bio(BIO *bio, bool ok, const char *path)
{
    char *text = NULL;
    long size = bio ? BIO_get_mem_data(bio, &text) : 0;
    if (!ok) errno = ENOMEM;
    ok = ok && write_file(path, text, (size_t)size);
    int error = errno;
    BIO_free(bio);
    errno = error;
    return ok;
}

bool tls_identity_write_key(const struct tls_identity *identity, const char *path)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    bool ok = bio && PEM_write_bio_PKCS8PrivateKey(bio, identity->key, NULL, NULL, 0, NULL, NULL);
    return write_bio(bio, ok, path);
}

bool tls_identity_write_certificates(const struct tls_identity *identity, const char *path)
{
    BIO *bio = BIO_new(BIO_s_mem());
    bool ok = bio && PEM_write_bio_X509(bio, identity->certificate) == 1;
    for (int i = 0; ok && i < sk_X509_num(identity->chain); i++)
        ok = PEM_write_bio_X509(bio, sk_X509_value(identity->chain, i)) == 1;
    return write_bio(bio, ok, path);
}

/* -- using -- */

bool tls_identity_use(const struct tls_identity *identity, SSL_CTX *context)
{
    return SSL_CTX_use_cert_and_key(context, identity->certificate, identity->key, identity->chain,
                                    1) == 1;
}

bool tls_certificate_fingerprint(X509 *certificate, char text[FINGERPRINT_TEXT])
{
    unsigned char *der = NULL, hash[SHA256_DIGEST_LENGTH], base64[64];
    int n = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    if (n <= 0) return false;
    SHA256(der, (size_t)n, hash);
    OPENSSL_free(der);
    EVP_EncodeBlock(base64, hash, sizeof hash); /* it ends with the padding "=" */
    snprintf(text, FINGERPRINT_TEXT, FINGERPRINT_START "%.43s", (const char *)base64);
    return true;
}

bool tls_identity_fingerprint(const struct tls_identity *identity, char text[FINGERPRINT_TEXT])
{
    return tls_certificate_fingerprint(identity->certificate, text);
}

bool fingerprint_is_valid(const char *text)
{
    const size_t start = sizeof FINGERPRINT_START - 1;
    return strlen(text) == FINGERPRINT_TEXT - 1 && strncmp(text, FINGERPRINT_START, start) == 0 &&
           strspn(text + start, alphabet) == FINGERPRINT_TEXT - 1 - start;
}

void tls_identity_free(struct tls_identity *identity)
{
    EVP_PKEY_free(identity->key);
    X509_free(identity->certificate);
    sk_X509_pop_free(identity->chain, X509_free);
    *identity = (struct tls_identity){0};
}
