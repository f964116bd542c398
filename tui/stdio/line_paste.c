#include "tui/stdio/line_paste.h"

#include <stdlib.h>
#include <string.h>

bool line_paste_add(struct line_paste *p, const char *line)
{
    size_t n = strlen(line), between = p->text != NULL;
    char *text =
        p->n + between + n < LINE_PASTE_MAX ? realloc(p->text, p->n + between + n + 1) : NULL;
    if (text == NULL) return false;
    if (between) text[p->n++] = '\n';
    memcpy(text + p->n, line, n + 1);
    p->text = text;
    p->n += n;
    p->lines += n > 0;
    p->is_asked = false;
    return true;
}

enum line_paste_answer line_paste_answer(const struct line_paste *p, const char *line)
{
    static const char letters[] = "olc";
    static const enum line_paste_answer answers[] = {LINE_PASTE_ONE, LINE_PASTE_LINES,
                                                     LINE_PASTE_CANCEL};
    const char *letter = line[0] != '\0' && line[1] == '\0' ? strchr(letters, line[0] | ' ') : NULL;
    return p->is_asked && letter != NULL ? answers[letter - letters] : LINE_PASTE_NONE;
}

char *line_paste_next(char **text)
{
    char *line;
    do line = strsep(text, "\n");
    while (line != NULL && line[0] == '\0');
    return line;
}

void line_paste_clear(struct line_paste *p)
{
    free(p->text);
    *p = (struct line_paste){0};
}
