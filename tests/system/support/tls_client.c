#include "tests/system/support/tls_client.h"

#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>

bool tls_client_is_on(void)
{
    return getenv("KLATCH_TLS") != NULL;
}

void tls_client_turn_off(void)
{
    unsetenv("KLATCH_TLS");
}

static SSL_CTX *context(const char *identity)
{
    static const unsigned char protocols[] = "\x8klatch/1";
    SSL_CTX *c = SSL_CTX_new(TLS_client_method());
    cr_assert(c && SSL_CTX_set_alpn_protos(c, protocols, sizeof protocols - 1) == 0);
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    signal(SIGPIPE, SIG_IGN);
    if (!identity) return c;
    cr_assert_eq(SSL_CTX_use_PrivateKey_file(c, identity, SSL_FILETYPE_PEM), 1, "%s", identity);
    cr_assert_eq(SSL_CTX_use_certificate_file(c, identity, SSL_FILETYPE_PEM), 1, "%s", identity);
    return c;
}

/* Waits for what OpenSSL wants. Returns false after another error. */
static bool wait_for(SSL *tls, int n)
{
    int error = SSL_get_error(tls, n);
    ERR_clear_error();
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return false;
    short events = error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    cr_assert(timeout_poll(SSL_get_wfd(tls), events, timeout_deadline()), "TLS waits in vain");
    return true;
}

/* Whether the server answers with a packet, whose first byte no record has. */
static bool is_plain(int fd)
{
    char first;
    return recv(fd, &first, 1, MSG_PEEK) == 1 && first == 0;
}

SSL *tls_client_new(int fd, const char *identity)
{
    SSL_CTX *c = context(identity);
    SSL *tls = SSL_new(c);
    SSL_CTX_free(c);
    BIO *nothing = BIO_new(BIO_s_mem()), *writer = BIO_new_socket(fd, BIO_NOCLOSE);
    cr_assert(tls && nothing && writer);
    BIO_set_mem_eof_return(nothing, -1);
    SSL_set_bio(tls, nothing, writer);
    int n = 0;
    SSL_connect(tls); /* sends, and reads nothing yet: a packet may be there */
    SSL_set0_rbio(tls, BIO_new_socket(fd, BIO_NOCLOSE));
    cr_assert(timeout_poll(fd, POLLIN, timeout_deadline()), "the server does not answer");
    while (!is_plain(fd) && (n = SSL_connect(tls)) != 1 && wait_for(tls, n)) continue;
    if (n == 1) return tls;
    SSL_free(tls);
    return NULL;
}

static ssize_t result(SSL *tls, int n)
{
    if (n > 0) return n;
    int failed = errno, error = SSL_get_error(tls, n);
    ERR_clear_error();
    if (error == SSL_ERROR_ZERO_RETURN) return 0;
    errno = error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? EAGAIN
            : error == SSL_ERROR_SYSCALL && failed != 0                   ? failed
                                                                          : ECONNRESET;
    return -1;
}

ssize_t tls_client_read(SSL *tls, char *buf, size_t n)
{
    errno = 0;
    return result(tls, SSL_read(tls, buf, (int)n));
}

ssize_t tls_client_write(SSL *tls, const char *bytes, size_t n)
{
    errno = 0;
    return result(tls, SSL_write(tls, bytes, (int)n));
}

bool tls_client_has_input(const SSL *tls)
{
    return SSL_pending(tls) > 0;
}

void tls_client_say_end(SSL *tls)
{
    SSL_shutdown(tls);
    ERR_clear_error();
}

void tls_client_free(SSL *tls)
{
    SSL_free(tls);
}
