#include "tui/storage/history_file.h"

#include "common/text.h"
#include "tui/base/messages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* Rewrites the file with the newer half of the text, or with all of it if the rest is NULs. */
static void shorten(struct append_file *f, const char *text, size_t n, bool whole)
{
    const char *half = memchr(text + n / 2, '\n', n - n / 2);
    if (whole)
        append_file_rewrite(f, text, n);
    else if (half != NULL)
        append_file_rewrite(f, half + 1, (size_t)(text + n - half - 1));
}

static void read_entries(struct append_file *f, void (*each)(void *arg, const char *text),
                         void *arg)
{
    size_t n;
    bool whole, is_long = f->size > HISTORY_FILE_MAX;
    char *text = append_file_read(f, HISTORY_FILE_MAX, &n, &whole);
    if (text == NULL) return;
    if (is_long) shorten(f, text, n, whole);
    char *first = whole ? text : strchr(text, '\n'); /* the start of a whole entry */
    if (first != NULL) parse_entries(first, each, arg);
    free(text);
}

const char *history_file_open(struct history_file *h, void (*each)(void *arg, const char *text),
                              void *arg)
{
    const char *error = append_file_open_state(&h->file, "history");
    if (error == NULL) read_entries(&h->file, each, arg);
    return error;
}

const char *history_file_append(struct history_file *h, const char *text)
{
    if (h->file.fd < 0) return NULL;
    char *line = history_file_escape(text);
    if (line == NULL) return MESSAGE_NO_MEMORY;
    size_t n = strlen(line);
    bool stored = n > 0 && n < HISTORY_ENTRY_MAX, ok = true;
    line[n] = '\n';
    if (stored) ok = append_file_write(&h->file, line, n + 1);
    free(line);
    return ok ? NULL : strerror(errno);
}

void history_file_close(struct history_file *h)
{
    append_file_close(&h->file);
}
