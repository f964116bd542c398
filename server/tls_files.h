/* tls_files: the key and the certificates of --tls-dir: made at the first start, and read again
 * while the server runs; and the context that new connections use. */
#ifndef SERVER_TLS_FILES_H
#define SERVER_TLS_FILES_H

#include "common/tls_identity.h"
#include "server/net/tls.h"
#include "server/options.h"
#include "server/system/opener.h"
#include "server/system/privileges.h"
#include "server/system/worker.h"

#include <stdbool.h>

/* Log lines. */
#define TLS_FILES_FINGERPRINT(text) "the fingerprint of this server is " text
#define TLS_FILES_KEPT              "the key and the certificate stay as they were"
#define TLS_FILES_REFUSED           "OpenSSL refuses the key or the certificate"
#define TLS_FILES_MADE(path)        "made a new key: " path

/* The lines of --check, which reads the files and makes none. */
#define TLS_FILES_CHECK(text)        "# fingerprint " text
#define TLS_FILES_CHECK_FAILED(text) "# no fingerprint: " text

/* All zero: nothing is loaded. */
struct tls_files {
    struct ssl_ctx_st *context; /* of tls_context_new; NULL: no TLS */
    struct tls_identity identity;
    char path[PATH_MAX]; /* of the file that cannot be used */
    const char *error;   /* why it cannot */

    /* For reading again: */
    struct job job;
    struct opener *opener;
    bool asks_for_keys; /* of clients; set by the caller */
    bool repeats;       /* the files must be read once more */
    bool is_loaded;     /* they are read, and not used yet */
};

/* Makes the folder of the files for the user of --user, if there are privileges to drop. Returns
 * false after a line on standard error. */
bool tls_files_prepare(const struct options *options, const struct privileges *privileges);

/* Reads the files, and makes those that are missing. Returns false after a line on standard error.
 */
bool tls_files_open(struct tls_files *f, const struct options *options);

/* Prints the fingerprint as a comment. */
void tls_files_print(const struct options *options);

/* Lets the worker read the files again, which the opener opens. */
void tls_files_reload_start(struct tls_files *f, const struct options *options,
                            struct opener *opener, struct worker *worker);

/* Whether the files are not read yet, or not used. */
bool tls_files_reload_is_pending(const struct tls_files *f);

/* Once the files are read, uses them for new connections, or logs what is wrong. */
void tls_files_reload_finish(struct tls_files *f, struct worker *worker);

/* Frees the context and the identity. No worker reads the files. */
void tls_files_close(struct tls_files *f);

#endif
