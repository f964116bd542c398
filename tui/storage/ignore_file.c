#include "tui/storage/ignore_file.h"

#include "common/nick.h"
#include "tui/storage/state_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ignore[] = "ignore ", unignore[] = "unignore ";

static bool starts_with(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* Skips invalid lines. */
static void parse_change(const char *line, void (*each)(void *arg, const char *nick, bool ignored),
                         void *arg)
{
    const char *nick = strchr(line, ' ');
    if (nick == NULL || nick_check(++nick) != NULL) return;
    if (starts_with(line, ignore)) each(arg, nick, true);
    if (starts_with(line, unignore)) each(arg, nick, false);
}

static void read_changes(int fd, void (*each)(void *arg, const char *nick, bool ignored), void *arg)
{
    int copy = dup(fd);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
    char *line = NULL;
    size_t size = 0;
    for (ssize_t n; file != NULL && (n = getline(&line, &size, file)) > 0;) {
        if (line[n - 1] == '\n') line[n - 1] = '\0';
        parse_change(line, each, arg);
    }
    free(line);
    if (file != NULL) fclose(file);
}

void ignore_file_open(struct ignore_file *f,
                      void (*each)(void *arg, const char *nick, bool ignored), void *arg)
{
    f->error = state_dir_open("ignored", &f->fd);
    if (f->error == NULL) read_changes(f->fd, each, arg);
}

/* Calls write(2) once, so that changes of two clients do not mix. Begins with a line feed, which
 * ends the incomplete line of a crash. */
const char *ignore_file_append(struct ignore_file *f, const char *nick, bool ignored)
{
    char line[NICK_BYTES + 16];
    if (f->fd < 0) return f->error;
    int n = snprintf(line, sizeof line, "\n%s%s\n", ignored ? ignore : unignore, nick);
    ssize_t written = write(f->fd, line, (size_t)n);
    if (written < 0) return strerror(errno);
    return written < n ? strerror(ENOSPC) : NULL;
}

void ignore_file_close(struct ignore_file *f)
{
    if (f->fd >= 0) close(f->fd);
    f->fd = -1;
}
