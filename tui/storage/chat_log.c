#include "tui/storage/chat_log.h"

#include "tui/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAIL_BYTES = 1 << 20 };

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
    const char *error = expand_home(expanded, path);
    return error != NULL ? error : append_file_open(&l->file, expanded);
}

void chat_log_close(struct chat_log *l)
{
    append_file_close(&l->file);
}

bool chat_log_append(struct chat_log *l, int64_t unix_ms, const char *nick, const char *msg,
                     enum proto proto)
{
    size_t n = record_encode(l->out, sizeof l->out, unix_ms, nick, msg, proto);
    errno = EMSGSIZE;
    return n > 0 && append_file_write(&l->file, l->out, n);
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
    size_t n;
    bool whole;
    char *text = append_file_read(&l->file, TAIL_BYTES, &n, &whole);
    size_t start = text != NULL ? find_last_lines(text, n, lines) : 0;
    if (text != NULL) decode_lines((struct span){text + start, n - start}, each, arg);
    free(text);
}
