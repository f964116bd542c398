#include "tui/storage/ignore_file.h"

#include "common/nick.h"
#include "tui/storage/state_dir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char add[] = "ignore ", take_out[] = "unignore ";

static bool begins(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* Other lines are passed over. */
static void take(struct ignore *list, const char *line)
{
    const char *nick = strchr(line, ' ');
    if (nick == NULL || nick_check(++nick) != NULL) return;
    if (begins(line, add)) ignore_add(list, nick);
    if (begins(line, take_out)) ignore_remove(list, nick);
}

static void read_lines(int fd, struct ignore *list)
{
    int copy = dup(fd);
    FILE *file = copy >= 0 ? fdopen(copy, "r") : NULL;
    char *line = NULL;
    size_t room = 0;
    for (ssize_t n; file != NULL && (n = getline(&line, &room, file)) > 0;) {
        if (line[n - 1] == '\n') line[n - 1] = '\0';
        take(list, line);
    }
    free(line);
    if (file != NULL) fclose(file);
}

void ignore_file_open(struct ignore_file *k, struct ignore *list)
{
    k->why = state_dir_open("ignored", &k->fd);
    if (k->why == NULL) read_lines(k->fd, list);
}

/* In one write, so that two that run at once do not mix theirs; a line feed first ends what a crash
 * may have left. */
const char *ignore_file_append(struct ignore_file *k, const char *nick, bool ignored)
{
    char line[NICK_BYTES + 16];
    if (k->fd < 0) return k->why;
    int n = snprintf(line, sizeof line, "\n%s%s\n", ignored ? add : take_out, nick);
    ssize_t wrote = write(k->fd, line, (size_t)n);
    if (wrote < 0) return strerror(errno);
    return wrote < n ? strerror(ENOSPC) : NULL;
}

void ignore_file_close(struct ignore_file *k)
{
    if (k->fd >= 0) close(k->fd);
    k->fd = -1;
}
