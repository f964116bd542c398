#include "tui/storage/ignore_file.h"

#include "common/nick.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 16 << 20 };

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

static void read_changes(const struct append_file *f,
                         void (*each)(void *arg, const char *nick, bool ignored), void *arg)
{
    size_t n;
    bool whole;
    char *text = append_file_read(f, FILE_MAX, &n, &whole), *rest = text;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) parse_change(line, each, arg);
    free(text);
}

const char *ignore_file_open(struct ignore_file *f,
                             void (*each)(void *arg, const char *nick, bool ignored), void *arg)
{
    f->error = append_file_open_state(&f->file, "ignored");
    if (f->error == NULL) read_changes(&f->file, each, arg);
    return f->error;
}

const char *ignore_file_append(struct ignore_file *f, const char *nick, bool ignored)
{
    char line[NICK_BYTES + 16];
    if (f->file.fd < 0) return f->error;
    int n = snprintf(line, sizeof line, "%s%s\n", ignored ? ignore : unignore, nick);
    return append_file_write(&f->file, line, (size_t)n) ? NULL : strerror(errno);
}

void ignore_file_close(struct ignore_file *f)
{
    append_file_close(&f->file);
}
