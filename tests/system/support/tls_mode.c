#include "tests/system/support/tls_mode.h"

#include "common/tls_identity.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 64 };

#define KEY         "key.pem"
#define CERTIFICATE "cert.pem"

/* Tests that run at the same time make folders of their own; one of them gets the name. */
void tls_mode_prepare(void)
{
    struct tls_identity identity;
    char folder[] = TLS_MODE_FOLDER ".XXXXXX", key[64], certificate[64];
    if (access(TLS_MODE_FOLDER "/" CERTIFICATE, R_OK) == 0) return;
    cr_assert(mkdtemp(folder) && tls_identity_make(&identity));
    snprintf(key, sizeof key, "%s/" KEY, folder);
    snprintf(certificate, sizeof certificate, "%s/" CERTIFICATE, folder);
    cr_assert(tls_identity_write_key(&identity, key));
    cr_assert(tls_identity_write_certificates(&identity, certificate));
    tls_identity_free(&identity);
    if (rename(folder, TLS_MODE_FOLDER) == 0) return;
    unlink(key);
    unlink(certificate);
    rmdir(folder);
}

static void load(struct tls_identity *ret)
{
    int file, key, certificate;
    tls_mode_prepare();
    key = open(TLS_MODE_FOLDER "/" KEY, O_RDONLY | O_CLOEXEC);
    certificate = open(TLS_MODE_FOLDER "/" CERTIFICATE, O_RDONLY | O_CLOEXEC);
    cr_assert(key >= 0 && certificate >= 0);
    cr_assert_null(tls_identity_load(ret, key, certificate, &file));
}

static const char *fingerprint(void)
{
    static char text[FINGERPRINT_TEXT];
    struct tls_identity identity;
    if (text[0] != '\0') return text;
    load(&identity);
    cr_assert(tls_identity_fingerprint(&identity, text));
    tls_identity_free(&identity);
    return text;
}

/* Returns a shell's script with the options after klatch, if it runs klatch. */
static const char *extend_script(const char *word)
{
    static const char klatch[] = BUILD "/klatch ";
    const char *at = strstr(word, klatch);
    char *script;
    if (!at) return word;
    int before = (int)(at + strlen(klatch) - word);
    cr_assert_geq(asprintf(&script, "%.*s--no-key --fingerprint %s %s", before, word, fingerprint(),
                           word + before),
                  0);
    return script;
}

const char *const *tls_mode_add_options(const char *const argv[])
{
    static const char *words[WORDS];
    size_t n = 0;
    if (!tls_client_is_on()) return argv;
    for (size_t i = 0; argv[i]; i++) {
        cr_assert_lt(n + 4, WORDS);
        words[n++] = extend_script(argv[i]);
        if (strcmp(argv[i], BUILD "/klatch") != 0) continue;
        words[n++] = "--no-key";
        words[n++] = "--fingerprint";
        words[n++] = fingerprint();
    }
    words[n] = NULL;
    return words;
}

static SSL_CTX *make_context(void)
{
    struct tls_identity identity;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    load(&identity);
    cr_assert(context && tls_identity_use(&identity, context));
    tls_identity_free(&identity);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    return context;
}

SSL *tls_mode_accept(int fd)
{
    SSL_CTX *context = make_context();
    SSL *tls = SSL_new(context);
    int64_t end = timeout_deadline();
    int n;
    SSL_CTX_free(context);
    signal(SIGPIPE, SIG_IGN);
    cr_assert(tls && SSL_set_fd(tls, fd) == 1);
    while ((n = SSL_accept(tls)) != 1) {
        int error = SSL_get_error(tls, n);
        ERR_clear_error();
        cr_assert(error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE, "no TLS");
        cr_assert(timeout_poll(fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, end),
                  "klatch does not shake hands");
    }
    return tls;
}
