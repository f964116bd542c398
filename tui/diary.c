#include "tui/diary.h"

#include "tui/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Only absolute paths count in the XDG base directory specification. */
static bool find_place(char path[PATH_MAX])
{
    const char *base = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    int n = -1;
    if (base != NULL && base[0] == '/')
        n = snprintf(path, PATH_MAX, "%s/klatch/history", base);
    else if (home != NULL && home[0] == '/')
        n = snprintf(path, PATH_MAX, "%s/.local/state/klatch/history", home);
    return n > 0 && n < PATH_MAX;
}

/* What cannot be made shows when the file is opened. */
static void make_directories(char path[PATH_MAX])
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

static const char *inspect(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return strerror(errno);
    if (!S_ISREG(st.st_mode)) return "it is not a file";
    return (st.st_mode & 077) && fchmod(fd, 0600) < 0 ? strerror(errno) : NULL;
}

static void tell(char *text, void (*each)(void *arg, const char *text), void *arg)
{
    for (char *line; (line = strsep(&text, "\n")) != NULL;)
        if (history_unescape(line)) each(arg, line);
}

/* Two that run at once may both do so: then both write the same half. */
static void cut(int fd, const char *text, size_t n)
{
    const char *half = memchr(text + n / 2, '\n', n - n / 2);
    if (half == NULL || ftruncate(fd, 0) < 0) return;
    (void)!write(fd, half + 1, (size_t)(text + n - half - 1));
}

static void read_entries(int fd, void (*each)(void *arg, const char *text), void *arg)
{
    off_t size = lseek(fd, 0, SEEK_END), from = size > DIARY_BYTES ? size - DIARY_BYTES : 0;
    char *text = malloc(DIARY_BYTES + 1);
    ssize_t n = text != NULL ? pread(fd, text, DIARY_BYTES, from) : 0;
    if (n > 0 && from > 0) cut(fd, text, (size_t)n);
    if (n > 0) text[n] = '\0';
    char *whole = n > 0 && from > 0 ? strchr(text, '\n') : text;
    if (n > 0 && whole != NULL) tell(whole, each, arg);
    free(text);
}

const char *diary_open(struct diary *d, void (*each)(void *arg, const char *text), void *arg)
{
    char path[PATH_MAX];
    d->fd = -1;
    if (!find_place(path)) return "there is no home directory";
    make_directories(path);
    d->fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
    if (d->fd < 0) return strerror(errno);
    const char *why = inspect(d->fd);
    if (why == NULL)
        read_entries(d->fd, each, arg);
    else
        diary_close(d);
    return why;
}

/* In one write, so that two that run at once do not mix theirs. */
void diary_add(struct diary *d, const char *text)
{
    char *line = d->fd >= 0 ? history_escape(text) : NULL;
    size_t n = line != NULL ? strlen(line) : 0;
    if (n > 0 && n < DIARY_ENTRY) {
        line[n] = '\n';
        (void)!write(d->fd, line, n + 1);
    }
    free(line);
}

void diary_close(struct diary *d)
{
    if (d->fd >= 0) close(d->fd);
    d->fd = -1;
}
