#include "tui/storage/history_file.h"

#include "tui/editor/input_history.h"
#include "tui/storage/state_dir.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    off_t size = lseek(fd, 0, SEEK_END),
          from = size > HISTORY_FILE_MAX ? size - HISTORY_FILE_MAX : 0;
    char *text = malloc(HISTORY_FILE_MAX + 1);
    ssize_t n = text != NULL ? pread(fd, text, HISTORY_FILE_MAX, from) : 0;
    if (n > 0 && from > 0) cut(fd, text, (size_t)n);
    if (n > 0) text[n] = '\0';
    char *whole = n > 0 && from > 0 ? strchr(text, '\n') : text;
    if (n > 0 && whole != NULL) tell(whole, each, arg);
    free(text);
}

const char *history_file_open(struct history_file *d, void (*each)(void *arg, const char *text),
                              void *arg)
{
    const char *why = state_dir_open("history", &d->fd);
    if (why == NULL) read_entries(d->fd, each, arg);
    return why;
}

/* In one write, so that two that run at once do not mix theirs. */
void history_file_append(struct history_file *d, const char *text)
{
    char *line = d->fd >= 0 ? history_escape(text) : NULL;
    size_t n = line != NULL ? strlen(line) : 0;
    if (n > 0 && n < HISTORY_ENTRY_MAX) {
        line[n] = '\n';
        (void)!write(d->fd, line, n + 1);
    }
    free(line);
}

void history_file_close(struct history_file *d)
{
    if (d->fd >= 0) close(d->fd);
    d->fd = -1;
}
