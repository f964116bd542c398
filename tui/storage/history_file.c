#include "tui/storage/history_file.h"

#include "common/text.h"
#include "tui/storage/state_dir.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *history_file_escape(const char *entry)
{
    char *line = malloc(2 * strlen(entry) + 1), *to = line;
    if (line == NULL) return NULL;
    for (; *entry != '\0'; entry++) {
        if (*entry == '\n' || *entry == '\\') *to++ = '\\';
        *to++ = *entry == '\n' ? 'n' : *entry;
    }
    *to = '\0';
    return line;
}

static bool is_control(char c)
{
    return ((unsigned char)c < ' ' && c != '\t') || c == 0x7F;
}

bool history_file_unescape(char *line)
{
    char *to = line;
    if (*line == '\0' || !text_valid(line, strlen(line))) return false;
    for (const char *from = line; *from != '\0'; from++) {
        if (is_control(*from)) return false;
        bool escaped = *from == '\\' && from[1] != '\0';
        if (escaped) from++;
        *to++ = escaped && *from == 'n' ? '\n' : *from;
    }
    *to = '\0';
    return true;
}

static void parse_entries(char *text, void (*each)(void *arg, const char *text), void *arg)
{
    for (char *line; (line = strsep(&text, "\n")) != NULL;)
        if (history_file_unescape(line)) each(arg, line);
}

/* Replaces the file's content with the newer half of its last bytes. Two clients may do so at the
 * same time: then both write the same half. */
static void keep_newer_half(int fd, const char *text, size_t n)
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
    if (n > 0 && from > 0) keep_newer_half(fd, text, (size_t)n);
    if (n > 0) text[n] = '\0';
    char *first = n > 0 && from > 0 ? strchr(text, '\n') : text; /* the start of a whole entry */
    if (n > 0 && first != NULL) parse_entries(first, each, arg);
    free(text);
}

const char *history_file_open(struct history_file *h, void (*each)(void *arg, const char *text),
                              void *arg)
{
    const char *error = state_dir_open("history", &h->fd);
    if (error == NULL) read_entries(h->fd, each, arg);
    return error;
}

/* Calls write(2) once, so that entries of two clients do not mix. */
void history_file_append(struct history_file *h, const char *text)
{
    char *line = h->fd >= 0 ? history_file_escape(text) : NULL;
    size_t n = line != NULL ? strlen(line) : 0;
    if (n > 0 && n < HISTORY_ENTRY_MAX) {
        line[n] = '\n';
        (void)!write(h->fd, line, n + 1);
    }
    free(line);
}

void history_file_close(struct history_file *h)
{
    if (h->fd >= 0) close(h->fd);
    h->fd = -1;
}
