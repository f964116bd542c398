#include "tui/encryption.h"

#include "common/address.h"
#include "common/command_line.h"
#include "common/option.h"
#include "tui/base/error.h"
#include "tui/base/messages.h"
#include "tui/storage/key_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

static bool is_certified(const struct known_server *s)
{
    return strcmp(s->key, KNOWN_SERVERS_CERTIFIED) == 0;
}

static void find_server(struct encryption *e)
{
    struct known_server *s = &e->server;
    const char *error = known_servers_find(e->host, e->port, s);
    if (error != NULL) error_exit(EX_IOERR, "%s: %s", s->path, error);
    if (s->line > 0 && !is_certified(s) && !fingerprint_is_valid(s->key))
        error_exit(EXIT_USAGE, "%s: line %d: " ENCRYPTION_BAD_KEY, s->path, s->line);
}

void encryption_open(struct encryption *e, const struct options *o)
{
    *e = (struct encryption){.host = o->host, .fingerprint = o->fingerprint, .file.file.fd = -1};
    if (address_path(o->host) != NULL) return;
    snprintf(e->port, sizeof e->port, "%d", option_parse_number(o->port, 65535));
    find_server(e);
    e->is_on = o->tls || e->fingerprint != NULL || e->server.line > 0;
    if (e->is_on && e->fingerprint == NULL && e->server.line == 0) known_servers_open(&e->file);
}

void encryption_close(struct encryption *e)
{
    known_servers_close(&e->file);
}

static void load_key(struct tls_identity *ret)
{
    char path[PATH_MAX];
    const char *error = key_file_load(ret, path);
    if (error != NULL) error_exit(EX_IOERR, MESSAGE_KEY_UNUSABLE, path, error);
}

/* Returns the fingerprint that the server must have; NULL: it is not known. */
static const char *expected_key(const struct encryption *e)
{
    if (e->fingerprint != NULL) return e->fingerprint;
    return e->server.line > 0 && !is_certified(&e->server) ? e->server.key : NULL;
}

void encryption_start(const struct encryption *e, struct tls_channel *t, const struct options *o)
{
    struct tls_identity identity = {0};
    bool sends_key = o->key != OPTIONS_KEY_NONE;
    if (!e->is_on) return;
    t->expected = expected_key(e);
    t->must_be_certified = t->expected == NULL && e->server.line > 0;
    if (sends_key) load_key(&identity);
    bool ok = tls_channel_open(t, e->host, sends_key ? &identity : NULL, t->expected == NULL);
    tls_identity_free(&identity);
    if (!ok) error_exit(EXIT_FAILURE, "cannot start TLS");
}

const char *encryption_trust(struct encryption *e, struct tls_channel *t, const char *fingerprint)
{
    snprintf(e->server.key, sizeof e->server.key, "%s", fingerprint);
    t->expected = e->server.key;
    return known_servers_add(&e->file, e->host, e->port, fingerprint);
}

const char *encryption_certified(struct encryption *e, struct tls_channel *t)
{
    if (t->must_be_certified) return NULL;
    t->must_be_certified = true;
    return known_servers_add(&e->file, e->host, e->port, KNOWN_SERVERS_CERTIFIED);
}

void encryption_explain(const struct encryption *e, const struct tls_channel *t, const char *where,
                        char text[ENCRYPTION_TEXT])
{
    char line[32] = "its line";
    if (e->server.line > 0) snprintf(line, sizeof line, "line %d", e->server.line);
    if (e->fingerprint != NULL)
        snprintf(text, ENCRYPTION_TEXT, MESSAGE_KEY_OTHER, where, t->fingerprint);
    else if (t->must_be_certified)
        snprintf(text, ENCRYPTION_TEXT, MESSAGE_KEY_UNCERTIFIED, where, t->fingerprint, line,
                 e->server.path);
    else
        snprintf(text, ENCRYPTION_TEXT, MESSAGE_KEY_CHANGED, where, t->fingerprint, line,
                 e->server.path);
}

void encryption_print_key(void)
{
    struct tls_identity identity;
    char text[FINGERPRINT_TEXT];
    load_key(&identity);
    bool ok = tls_identity_fingerprint(&identity, text);
    tls_identity_free(&identity);
    if (!ok) error_exit(EXIT_FAILURE, "%s", MESSAGE_NO_MEMORY);
    printf("%s\n", text);
    exit(ferror(stdout) || fflush(stdout) != 0 ? EX_IOERR : EXIT_SUCCESS);
}
