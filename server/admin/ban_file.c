#include "server/admin/ban_file.h"

#include "server/system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- reading -- */

/* Executes a line. Returns NULL, or the log line that says why it is ignored. */
static const char *execute(struct bans *bans, char *line)
{
    struct ban ban;
    char *address = line;
    const char *verb = strsep(&address, " \t");
    if (*verb == '\0' || *verb == '#') return NULL;
    bool bans_it = strcmp(verb, "ban") == 0, lifts = strcmp(verb, "unban") == 0;
    if (!address || (!bans_it && !lifts) || bans_parse(&ban, address)) return BAN_FILE_NO_BAN;
    if (lifts) bans_remove(bans, &ban);
    if (lifts) return NULL;
    const char *why = bans_add(bans, &ban);
    return why && strcmp(why, BANS_TOO_MANY) == 0 ? BAN_FILE_TOO_MANY : NULL;
}

static void drop_carriage_return(char *line)
{
    size_t n = strlen(line);
    if (n > 0 && line[n - 1] == '\r') line[n - 1] = '\0';
}

/* Executes the complete lines of the text. Returns their number. */
static size_t read_lines(struct ban_file *f, char *text, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (text[i] == '\0') text[i] = '\n'; /* a crash can leave zeros */
    f->is_torn = n > 0 && text[n - 1] != '\n';
    while (strchr(text, '\n')) {
        char *line = strsep(&text, "\n");
        count++;
        drop_carriage_return(line);
        const char *why = execute(&f->bans, line);
        if (why) log_event("%s: line %zu: %s", f->path, count, why);
    }
    if (f->is_torn) log_event("%s: " BAN_FILE_INCOMPLETE, f->path);
    return count;
}

static const char *read_file(struct ban_file *f, size_t *ret_count)
{
    struct stat st;
    if (fstat(f->fd, &st) < 0) return strerror(errno);
    if (st.st_size > BAN_FILE_MAX) return BAN_FILE_TOO_LONG;
    char *text = malloc((size_t)st.st_size + 1);
    ssize_t n = text ? pread(f->fd, text, (size_t)st.st_size, 0) : -1;
    const char *why = strerror(errno);
    if (n >= 0) {
        text[n] = '\0';
        *ret_count = read_lines(f, text, (size_t)n);
        why = NULL;
    }
    free(text);
    return why;
}

/* -- opening -- */

/* Opens and locks a file. Returns NULL, or a clause that says why it failed. */
static const char *open_locked(struct ban_file *f, const char *path, int more_flags)
{
    struct stat st;
    const char *why = NULL;
    int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | more_flags;
    f->fd = open(path, flags, 0600);
    if (f->fd < 0 || fstat(f->fd, &st) < 0)
        why = strerror(errno);
    else if (!S_ISREG(st.st_mode))
        why = BAN_FILE_NOT_REGULAR;
    else if (flock(f->fd, LOCK_EX | LOCK_NB) < 0)
        why = errno == EWOULDBLOCK ? BAN_FILE_LOCKED : strerror(errno);
    if (why && f->fd >= 0) close(f->fd);
    return why;
}

static bool write_bans(int fd, const struct bans *bans)
{
    char text[IP_CIDR_TEXT];
    bool ok = true;
    for (size_t i = 0; ok && i < bans->count; i++) {
        bans_format(&bans->all[i], text);
        ok = dprintf(fd, "ban %s\n", text) > 0;
    }
    return ok && fdatasync(fd) == 0;
}

/* Writes a new file and renames it, so that a crash leaves either file. Keeps the old one if that
 * fails. */
static void write_anew(struct ban_file *f)
{
    char path[PATH_MAX];
    struct ban_file anew = {0};
    if (snprintf(path, sizeof path, "%s.new", f->path) >= (int)sizeof path) return;
    if (open_locked(&anew, path, O_TRUNC | O_NOFOLLOW)) return;
    if (write_bans(anew.fd, &f->bans) && rename(path, f->path) == 0) {
        close(f->fd);
        f->fd = anew.fd;
        f->is_torn = false;
    } else {
        close(anew.fd);
        unlink(path);
    }
}

const char *ban_file_open(struct ban_file *f, const char *path)
{
    size_t count = 0;
    f->path = path;
    const char *why = open_locked(f, path, 0);
    if (why) return why;
    why = read_file(f, &count);
    if (why) {
        close(f->fd);
        return why;
    }
    f->is_open = true;
    if (count > f->bans.count + BAN_FILE_OBSOLETE_MAX) write_anew(f);
    log_event("%s: " BAN_FILE_LOADED("%zu"), path, f->bans.count);
    return NULL;
}

/* -- writing -- */

/* Ends an incomplete line first, so that it stays invalid: its address may have lost its end. */
static bool write_lines(struct ban_file *f)
{
    static const char end[] = " (incomplete)\n";
    ssize_t length = sizeof end - 1;
    if (f->is_torn && write(f->fd, end, sizeof end - 1) != length) return false;
    f->is_torn = false;
    ssize_t n = write(f->fd, f->lines, f->writing);
    f->is_torn = n > 0 && n < (ssize_t)f->writing;
    if (n >= 0 && n < (ssize_t)f->writing) errno = ENOSPC;
    return n == (ssize_t)f->writing && fdatasync(f->fd) == 0;
}

static void run_job(void *ban_file)
{
    struct ban_file *f = ban_file;
    f->error = write_lines(f) ? 0 : errno;
}

static void submit(struct ban_file *f)
{
    if (f->job.is_pending || f->n == 0) return;
    f->writing = f->n;
    worker_submit(f->worker, &f->job);
}

static void finish_job(void *ban_file)
{
    struct ban_file *f = ban_file;
    if (f->error && !f->is_failing)
        log_event(BAN_FILE_FAILED("%s") ": %s", f->path, strerror(f->error));
    if (!f->error && f->is_failing) log_event(BAN_FILE_WORKS("%s"), f->path);
    f->is_failing = f->error != 0;
    if (f->error) return;
    f->n -= f->writing;
    memmove(f->lines, f->lines + f->writing, f->n);
    submit(f);
}

void ban_file_add(struct ban_file *f, const char *verb, const struct ban *ban)
{
    char text[IP_CIDR_TEXT];
    if (!f->is_open) return;
    bans_format(ban, text);
    size_t room = sizeof f->lines - f->n;
    int n = snprintf(f->lines + f->n, room, "%s %s\n", verb, text);
    if (n >= (int)room) {
        log_event(BAN_FILE_FAILED("%s") ": %s %s", f->path, verb, text);
        return;
    }
    f->n += (size_t)n;
    f->job.run = run_job;
    f->job.done = finish_job;
    f->job.context = f;
    submit(f);
}

void ban_file_close(struct ban_file *f)
{
    if (!f->is_open) return;
    f->writing = f->n;
    if (f->n > 0 && !write_lines(f)) log_event(BAN_FILE_FAILED("%s"), f->path);
    close(f->fd);
    f->is_open = false;
}
