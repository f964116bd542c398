#include "server/members_file.h"

#include "server/system/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST = 64 * 1024 }; /* bytes that are read at first */

/* -- in the worker -- */

/* Returns the whole text of a file, which it closes; the caller frees it. Returns NULL with errno
 * set. */
static char *read_text(int fd)
{
    size_t cap = FIRST, len = 0;
    char *text = malloc(cap);
    ssize_t n = 1;
    while (text && (n = read(fd, text + len, cap - len - 1)) > 0) {
        len += (size_t)n;
        if (len < cap - 1) continue;
        char *more = cap < MEMBERS_FILE_MAX ? realloc(text, cap *= 2) : NULL;
        if (!more) free(text);
        if (!more && cap >= MEMBERS_FILE_MAX) errno = EFBIG;
        text = more;
    }
    int error = errno;
    if (text) text[len] = '\0';
    if (n < 0) {
        free(text);
        text = NULL;
    }
    close(fd);
    errno = error;
    return text;
}

static bool write_text(int fd, const char *text)
{
    size_t n = strlen(text);
    while (n > 0) {
        ssize_t written = write(fd, text, n);
        if (written < 0) break;
        text += written;
        n -= (size_t)written;
    }
    int error = n > 0 || fdatasync(fd) < 0 ? errno : 0;
    close(fd);
    errno = error;
    return error == 0;
}

/* Writes a new file beside the old one, then gives it the old one's name. */
static const char *replace(struct members_file *f, const char *text)
{
    int fd = opener_open(f->opener, OPTIONS_MEMBERS_NEW);
    if (fd < 0) return opener_strerror(errno);
    if (!write_text(fd, text)) return strerror(errno);
    fd = opener_open(f->opener, OPTIONS_MEMBERS_INSTALLED);
    if (fd < 0) return opener_strerror(errno);
    close(fd);
    return NULL;
}

static char *edited(const struct members_edit *edit, const char *text)
{
    return edit->adds ? allowlist_add_line(text, edit->key, edit->nick)
                      : allowlist_remove_lines(text, edit->key);
}

/* Parses a copy, because the text is still to be written. */
static const char *parse(struct members_file *f, const char *text)
{
    char *copy = strdup(text);
    if (!copy) return ALLOWLIST_NO_MEMORY;
    const char *wrong = allowlist_parse(&f->next, f->lookalike, copy, &f->line);
    free(copy);
    return wrong;
}

static const char *load_text(struct members_file *f, char **text)
{
    if (!*text) return strerror(errno);
    if (f->edit.adds || f->edit.removes) {
        char *next = edited(&f->edit, *text);
        free(*text);
        *text = next;
    }
    if (!*text) return ALLOWLIST_NO_MEMORY;
    const char *wrong = parse(f, *text);
    if (wrong || !(f->edit.adds || f->edit.removes)) return wrong;
    f->line = 0;
    wrong = replace(f, *text);
    if (wrong) allowlist_free(&f->next);
    return wrong;
}

static void load(struct members_file *f)
{
    f->line = 0;
    int fd = opener_open(f->opener, OPTIONS_MEMBERS);
    f->error = fd < 0 ? opener_strerror(errno) : NULL;
    if (f->error) return;
    char *text = read_text(fd);
    f->error = load_text(f, &text);
    free(text);
}

static void run_load(void *file)
{
    load(file);
}

/* -- in the loop -- */

static void load_done(void *file)
{
    struct members_file *f = file;
    f->is_loaded = true;
}

static void submit(struct members_file *f, struct members_edit edit)
{
    f->edit = edit;
    f->job = (struct job){.run = run_load, .done = load_done, .context = f};
    worker_submit(f->worker, &f->job);
}

bool members_file_is_pending(const struct members_file *f)
{
    return f->job.is_pending || f->is_loaded;
}

void members_file_reload(struct members_file *f)
{
    if (!f->options->members) return;
    f->repeats = members_file_is_pending(f);
    if (!f->repeats) submit(f, (struct members_edit){0});
}

static const char *check_edit(const struct members_file *f, const char *key)
{
    if (!f->options->members) return MEMBERS_FILE_NONE;
    if (!fingerprint_is_valid(key)) return MEMBERS_FILE_NO_KEY;
    return members_file_is_pending(f) ? MEMBERS_FILE_BUSY : NULL;
}

const char *members_file_allow(struct members_file *f, const char *key, const char *nick)
{
    struct members_edit edit = {.adds = true};
    const char *why = check_edit(f, key);
    if (!why && *nick) why = nick_check(nick);
    if (!why && !allowlist_grants(&f->list, key, nick)) why = ALLOWLIST_TAKEN;
    if (why) return why;
    snprintf(edit.key, sizeof edit.key, "%s", key);
    snprintf(edit.nick, sizeof edit.nick, "%s", nick);
    submit(f, edit);
    return NULL;
}

const char *members_file_deny(struct members_file *f, const char *key)
{
    struct members_edit edit = {.removes = true};
    const char *why = check_edit(f, key);
    if (!why && !allowlist_has_key(&f->list, key)) why = MEMBERS_FILE_UNKNOWN;
    if (why) return why;
    snprintf(edit.key, sizeof edit.key, "%s", key);
    submit(f, edit);
    return NULL;
}

static void use(struct members_file *f)
{
    allowlist_free(&f->list);
    f->list = f->next;
    f->next = (struct allowlist){0};
    f->list.has_guests = f->options->guests;
    log_event(MEMBERS_FILE_READ("%s", "%zu"), f->options->members, f->list.count);
}

static void log_error(const struct members_file *f)
{
    if (f->line > 0)
        log_event("%s: line %d: %s; " MEMBERS_FILE_KEPT, f->options->members, f->line, f->error);
    else
        log_event("%s: %s; " MEMBERS_FILE_KEPT, f->options->members, f->error);
}

bool members_file_finish(struct members_file *f)
{
    if (!f->is_loaded) return false;
    f->is_loaded = false;
    bool ok = !f->error;
    if (ok) use(f);
    if (!ok) log_error(f);
    if (f->repeats) members_file_reload(f);
    return ok;
}

bool members_file_open(struct members_file *f)
{
    const struct options *options = f->options;
    if (!options->members) return true;
    load(f);
    if (!f->error) use(f);
    if (f->error && f->line > 0)
        fprintf(stderr, "klatchd: %s: line %d: %s\n", options->members, f->line, f->error);
    else if (f->error)
        fprintf(stderr, "klatchd: cannot use %s: %s\n", options->members, f->error);
    return !f->error;
}

void members_file_close(struct members_file *f)
{
    allowlist_free(&f->list);
    allowlist_free(&f->next);
}
