#include "tui/storage/chat_log.h"

#include "common/text.h"
#include "tui/base/clock.h"
#include "tui/storage/state_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TAIL_BYTES = 1 << 20 };

/* Whether a crash left an incomplete line. */
static bool is_torn(int fd)
{
    char last;
    off_t size = lseek(fd, 0, SEEK_END);
    return size > 0 && pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

/* Expands ~ as a shell does: no shell expands paths in the settings file or after /log. */
static const char *expand_home(char ret[PATH_MAX], const char *path)
{
    const char *home = path[0] == '~' && (path[1] == '\0' || path[1] == '/') ? getenv("HOME") : "";
    if (home == NULL) return "there is no home directory";
    int n = snprintf(ret, PATH_MAX, "%s%s", home, path + (home[0] != '\0'));
    return n < PATH_MAX ? NULL : strerror(ENAMETOOLONG);
}

const char *chat_log_open(struct chat_log *l, const char *path)
{
    char expanded[PATH_MAX];
    int fd;
    const char *error = expand_home(expanded, path);
    if (error == NULL) error = open_private_file(expanded, &fd);
    if (error != NULL) return error;
    chat_log_close(l);
    l->fd = fd;
    l->torn = is_torn(fd);
    if (realpath(expanded, l->path) == NULL) memcpy(l->path, expanded, sizeof expanded);
    return NULL;
}

void chat_log_close(struct chat_log *l)
{
    if (l->fd >= 0) close(l->fd);
    l->fd = -1;
}

/* Returns the record's size; 0 without memory. */
static size_t encode_sanitised(char *out, size_t size, const char *nick, const char *msg,
                               enum proto proto)
{
    size_t n = 0;
    char *clean_nick = nick != NULL ? text_clean(nick, strlen(nick), TEXT_ONE_LINE, NULL) : NULL;
    char *clean_msg = text_clean(msg, strlen(msg), TEXT_LINES, NULL);
    if (clean_msg != NULL && (clean_nick != NULL || nick == NULL))
        n = record_encode(out, size, clock_unix(), clean_nick, clean_msg, proto);
    free(clean_nick);
    free(clean_msg);
    return n;
}

bool chat_log_append(struct chat_log *l, const char *nick, const char *msg, enum proto proto)
{
    l->out[0] = '\n';
    size_t n = encode_sanitised(l->out + 1, sizeof l->out - 1, nick, msg, proto);
    const char *from = l->out + !l->torn, *end = l->out + 1 + n;
    errno = n == 0 ? ENOMEM : 0;
    ssize_t written = n > 0 ? write(l->fd, from, (size_t)(end - from)) : -1;
    if (written > 0) l->torn = from + written < end;
    if (written >= 0 && l->torn) errno = ENOSPC; /* a short write; the next one reports why */
    return written > 0 && !l->torn;
}

/* Returns where the last `lines` lines begin; 0 if there are fewer. */
static size_t find_last_lines(const char *text, size_t n, size_t lines)
{
    for (size_t at = n; at > 0; at--)
        if (text[at - 1] == '\n' && at < n && lines-- <= 1) return at;
    return 0;
}

static void decode_lines(struct span text, void (*each)(void *arg, const struct record *r),
                         void *arg)
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

void chat_log_tail(const struct chat_log *l, size_t lines,
                   void (*each)(void *arg, const struct record *r), void *arg)
{
    off_t size = lseek(l->fd, 0, SEEK_END), from = size > TAIL_BYTES ? size - TAIL_BYTES : 0;
    char *text = size > 0 ? malloc(TAIL_BYTES) : NULL;
    ssize_t n = text != NULL ? pread(l->fd, text, TAIL_BYTES, from) : 0;
    size_t start = n > 0 ? find_last_lines(text, (size_t)n, lines) : 0;
    if (n > 0) decode_lines((struct span){text + start, (size_t)n - start}, each, arg);
    free(text);
}
