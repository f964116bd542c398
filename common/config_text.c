#include "common/settings.h"

#include <string.h>

bool settings_next(struct settings *s, void *options)
{
    char *line = strsep(&s->rest, "\n");
    if (line == NULL) return false;
    s->line++;
    s->name = line + strspn(line, " \t");
    s->wrong = option_line(s->rows, s->count, options, line);
    return true;
}
