#include "tui/storage/chat_log.h"

#include "common/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TAIL_BYTES = 1 << 20, GROUP_AND_OTHERS = 077 };

/* A crash may have left half a line. */
static bool is_torn(int fd, off_t size)
{
    char last;
    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

/* What could block, as a pipe that nobody reads, is no log. */
static const char *inspect(int fd, struct stat *st)
{
    if (fstat(fd, st) < 0) return strerror(errno);
    if (!S_ISREG(st->st_mode)) return "it is not a file";
    return (st->st_mode & GROUP_AND_OTHERS) && fchmod(fd, 0600) < 0 ? strerror(errno) : NULL;
}

/* As a shell does it; settings and /log know none. */
static const char *expand(char ret[PATH_MAX], const char *path)
{
    const char *home = path[0] == '~' && (path[1] == '\0' || path[1] == '/') ? getenv("HOME") : "";
    if (home == NULL) return "there is no home directory";
    int n = snprintf(ret, PATH_MAX, "%s%s", home, path + (home[0] != '\0'));
    return n < PATH_MAX ? NULL : strerror(ENAMETOOLONG);
}

const char *chat_log_open(struct chat_log *f, const char *path)
{
    int how = O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
    char place[PATH_MAX];
    struct stat st;
    const char *why = expand(place, path);
    if (why != NULL) return why;
    int fd = open(place, how, 0600);
    if (fd < 0) return strerror(errno);
    why = inspect(fd, &st);
    if (why != NULL) {
        close(fd);
        return why;
    }
    chat_log_close(f);
    f->fd = fd;
    f->torn = is_torn(fd, st.st_size);
    if (realpath(place, f->path) == NULL) memcpy(f->path, place, sizeof place);
    return NULL;
}

void chat_log_close(struct chat_log *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}

static int64_t unix_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t encode_clean(char *out, size_t room, const char *nick, const char *msg,
                           enum proto proto)
{
    size_t n = 0;
    char *clean_nick = nick != NULL ? text_clean(nick, strlen(nick), TEXT_ONE_LINE, NULL) : NULL;
    char *clean_msg = text_clean(msg, strlen(msg), TEXT_LINES, NULL);
    if (clean_msg != NULL && (clean_nick != NULL || nick == NULL))
        n = record_encode(out, room, unix_ms(), clean_nick, clean_msg, proto);
    free(clean_nick);
    free(clean_msg);
    return n;
}

bool chat_log_append(struct chat_log *f, const char *nick, const char *msg, enum proto proto)
{
    f->out[0] = '\n';
    size_t n = encode_clean(f->out + 1, sizeof f->out - 1, nick, msg, proto);
    const char *from = f->out + !f->torn, *end = f->out + 1 + n;
    errno = n == 0 ? ENOMEM : 0;
    ssize_t wrote = n > 0 ? write(f->fd, from, (size_t)(end - from)) : -1;
    if (wrote > 0) f->torn = from + wrote < end;
    if (wrote >= 0 && f->torn) errno = ENOSPC; /* or a limit of its kind: the next write says it */
    return wrote > 0 && !f->torn;
}

/* Where the last lines begin, so many of them; 0 where there are no more. */
static size_t last_lines(const char *text, size_t n, size_t lines)
{
    for (size_t at = n; at > 0; at--)
        if (text[at - 1] == '\n' && at < n && lines-- <= 1) return at;
    return 0;
}

static void read_lines(struct span text, void (*each)(void *arg, const struct record *r), void *arg)
{
    struct record record;
    while (text.n > 0) {
        const char *end = memchr(text.p, '\n', text.n);
        size_t n = end != NULL ? (size_t)(end - text.p) + 1 : text.n;
        if (record_decode(&record, (struct span){text.p, n}) == NULL) each(arg, &record);
        text.p += n;
        text.n -= n;
    }
}

void chat_log_tail(const struct chat_log *f, size_t lines,
                   void (*each)(void *arg, const struct record *r), void *arg)
{
    off_t size = lseek(f->fd, 0, SEEK_END), from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    char *text = size > 0 ? malloc(TAIL_BYTES) : NULL;
    ssize_t n = text != NULL ? pread(f->fd, text, TAIL_BYTES, from) : 0;
    size_t start = n > 0 ? last_lines(text, (size_t)n, lines) : 0;
    if (n > 0) read_lines((struct span){text + start, (size_t)n - start}, each, arg);
    free(text);
}
