/* tls_mode: the run of the tests in which everything is encrypted (tls_client_is_on): klatchd, the
 * servers that the tests play, and klatch. All servers have the same key. */
#ifndef TESTS_SYSTEM_SUPPORT_TLS_MODE_H
#define TESTS_SYSTEM_SUPPORT_TLS_MODE_H

#include <stdbool.h>

struct ssl_st;

/* The servers' folder of keys. */
#define TLS_MODE_FOLDER "/tmp/klatch-tests-tls"

/* Makes the folder with a key and its certificate, unless there is one. */
void tls_mode_prepare(void);

/* Returns a command line with the options for such a run after klatch, in memory that the caller
 * does not free; the same command line if it does not run klatch, or in another run. */
const char *const *tls_mode_add_options(const char *const argv[]);

/* Shakes hands on an accepted, non-blocking socket. */
struct ssl_st *tls_mode_accept(int fd);

#endif
