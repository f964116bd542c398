#include "common/config_text.h"

#include <string.h>

bool config_text_next(struct config_text *s, void *options)
{
    char *line = strsep(&s->rest, "\n");
    if (line == NULL) return false;
    s->line++;
    s->name = line + strspn(line, " \t");
    s->error = option_set_line(s->rows, s->count, options, line);
    return true;
}
