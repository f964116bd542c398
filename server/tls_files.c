#include "server/tls_files.h"

#include "server/system/log.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool report(const char *path, const char *why)
{
    fprintf(stderr, "klatchd: cannot use %s: %s\n", path, why);
    return false;
}

/* -- the folder -- */

/* Makes a folder and those above it. Sets *ret_made to whether the last one is new. */
static bool make_folders(char *path, bool *ret_made)
{
    *ret_made = false;
    for (char *slash = path + 1; *slash; slash++) {
        if (*slash != '/') continue;
        *slash = '\0';
        bool ok = mkdir(path, 0700) == 0 || errno == EEXIST || errno == EROFS || errno == EACCES;
        *slash = '/';
        if (!ok) return false;
    }
    *ret_made = mkdir(path, 0700) == 0;
    return *ret_made || errno == EEXIST;
}

bool tls_files_prepare(const struct options *options, const struct privileges *privileges)
{
    char path[PATH_MAX];
    bool is_new;
    if (!options_path(options, OPTIONS_TLS_KEY, path)) return true;
    const char *folder = dirname(path);
    bool ok = make_folders(path, &is_new);
    if (ok && is_new && options->user) ok = chown(folder, privileges->uid, privileges->gid) == 0;
    return ok || report(folder, strerror(errno));
}

/* -- reading -- */

/* Opens both files. A missing one is -1; returns false if one cannot be opened otherwise. */
static bool open_both(struct tls_files *f, struct opener *opener, int fds[static 2])
{
    static const enum options_file files[2] = {OPTIONS_TLS_KEY, OPTIONS_TLS_CERTIFICATES};
    for (int i = 0; i < 2; i++) {
        fds[i] = opener_open(opener, (unsigned char)files[i]);
        if (fds[i] >= 0 || errno == ENOENT) continue;
        f->error = opener_strerror(errno);
        options_path(opener->context, files[i], f->path);
        if (i == 1 && fds[0] >= 0) close(fds[0]);
        return false;
    }
    return true;
}

/* Loads the identity, if there is a key. Sets f->error otherwise. */
static void load(struct tls_files *f, struct opener *opener)
{
    int fds[2], wrong;
    f->error = NULL;
    tls_identity_free(&f->identity);
    if (!open_both(f, opener, fds)) return;
    options_path(opener->context, OPTIONS_TLS_KEY, f->path);
    if (fds[0] < 0) {
        f->error = strerror(ENOENT);
        if (fds[1] >= 0) close(fds[1]);
        return;
    }
    f->error = tls_identity_load(&f->identity, fds[0], fds[1], &wrong);
    if (f->error && wrong != fds[0])
        options_path(opener->context, OPTIONS_TLS_CERTIFICATES, f->path);
}

/* An opener in this process, whose context it does not change. */
static struct opener own_opener(const struct options *options)
{
    struct opener opener = {.open = options_open};
    memcpy(&opener.context, &options, sizeof opener.context); /* drops const */
    return opener;
}

/* Makes the context of new connections. Sets f->error if it cannot. */
static void use(struct tls_files *f)
{
    char text[FINGERPRINT_TEXT];
    struct ssl_ctx_st *context = tls_context_new(&f->identity, f->asks_for_keys);
    f->error = context && tls_identity_fingerprint(&f->identity, text) ? NULL : TLS_FILES_REFUSED;
    if (f->error) {
        tls_context_free(context);
        return;
    }
    tls_context_free(f->context);
    f->context = context;
    log_event(TLS_FILES_FINGERPRINT("%s"), text);
}

/* -- the start -- */

static bool exists(const char *path)
{
    return access(path, F_OK) == 0 || errno != ENOENT;
}

/* Writes the key first, because a certificate without its key is an error. Another klatchd may have
 * made the files at the same time. */
static bool make_missing(struct tls_files *f, const struct options *options)
{
    char certificate[PATH_MAX];
    options_path(options, OPTIONS_TLS_CERTIFICATES, certificate);
    options_path(options, OPTIONS_TLS_KEY, f->path);
    if (!exists(f->path) && !exists(certificate)) {
        if (!tls_identity_make(&f->identity)) return report(f->path, strerror(ENOMEM));
        if (!tls_identity_write_key(&f->identity, f->path) && errno != EEXIST)
            return report(f->path, strerror(errno));
        log_event(TLS_FILES_MADE("%s"), f->path);
    }
    if (exists(certificate)) return true;
    struct opener opener = own_opener(options);
    load(f, &opener);
    if (f->error) return report(f->path, f->error);
    return tls_identity_write_certificates(&f->identity, certificate) || errno == EEXIST ||
           report(certificate, strerror(errno));
}

bool tls_files_open(struct tls_files *f, const struct options *options)
{
    if (!options_use_tls(options)) return true;
    struct opener opener = own_opener(options);
    if (!make_missing(f, options)) return false;
    load(f, &opener);
    if (!f->error) use(f);
    return !f->error || report(f->path, f->error);
}

void tls_files_print(const struct options *options)
{
    struct tls_files f = {0};
    struct opener opener = own_opener(options);
    char text[FINGERPRINT_TEXT];
    if (!options_use_tls(options)) return;
    load(&f, &opener);
    if (f.error)
        printf(TLS_FILES_CHECK_FAILED("%s: %s") "\n", f.path, f.error);
    else if (tls_identity_fingerprint(&f.identity, text))
        printf(TLS_FILES_CHECK("%s") "\n", text);
    tls_files_close(&f);
}

/* -- reading again -- */

static void run_load(void *files)
{
    struct tls_files *f = files;
    load(f, f->opener);
}

static void load_done(void *files)
{
    struct tls_files *f = files;
    f->is_loaded = true;
}

void tls_files_reload_start(struct tls_files *f, const struct options *options,
                            struct opener *opener, struct worker *worker)
{
    if (!options_use_tls(options)) return;
    f->repeats = tls_files_reload_is_pending(f);
    if (f->repeats) return;
    f->opener = opener;
    f->job = (struct job){.run = run_load, .done = load_done, .context = f};
    worker_submit(worker, &f->job);
}

bool tls_files_reload_is_pending(const struct tls_files *f)
{
    return f->job.is_pending || f->is_loaded;
}

void tls_files_reload_finish(struct tls_files *f, struct worker *worker)
{
    if (!f->is_loaded) return;
    f->is_loaded = false;
    if (!f->error) use(f);
    if (f->error) log_event("%s: %s; " TLS_FILES_KEPT, f->path, f->error);
    if (!f->repeats) return;
    f->repeats = false;
    worker_submit(worker, &f->job);
}

void tls_files_close(struct tls_files *f)
{
    tls_context_free(f->context);
    tls_identity_free(&f->identity);
    f->context = NULL;
}
