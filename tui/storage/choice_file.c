#include "tui/storage/choice_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 4096 }; /* bytes; a longer file is cut to its last choice on opening */

static const char on[] = "on\n", off[] = "off\n";

static void read_choice(struct append_file *f, bool *ret)
{
    size_t n;
    bool whole, is_long = f->size > FILE_MAX;
    char *text = append_file_read(f, FILE_MAX, &n, &whole), *rest = text, *line;
    while ((line = strsep(&rest, "\n")) != NULL) {
        if (strcmp(line, "on") == 0) *ret = true;
        if (strcmp(line, "off") == 0) *ret = false;
    }
    if (text != NULL && is_long) append_file_rewrite(f, *ret ? on : off, strlen(*ret ? on : off));
    free(text);
}

const char *choice_file_open(struct choice_file *c, const char *name, bool *ret)
{
    const char *error = append_file_open_state(&c->file, name);
    if (error == NULL) read_choice(&c->file, ret);
    return error;
}

const char *choice_file_append(struct choice_file *c, bool choice)
{
    char line[8];
    if (c->file.fd < 0) return NULL;
    snprintf(line, sizeof line, "%s", choice ? on : off);
    return append_file_write(&c->file, line, strlen(line)) ? NULL : strerror(errno);
}

void choice_file_close(struct choice_file *c)
{
    append_file_close(&c->file);
}
