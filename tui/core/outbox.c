#include "tui/core/outbox.h"

#include <stdlib.h>
#include <string.h>

bool outbox_add(struct outbox *o, const char *text)
{
    size_t n = strlen(text);
    if (o->count == OUTBOX_LINES || o->bytes + n > OUTBOX_BYTES) return false;
    char *copy = strdup(text);
    if (copy == NULL) return false;
    struct outbox_line *line = &o->lines[o->count++];
    line->text = copy;
    line->state = OUTBOX_WAITING;
    line->pasted = false;
    o->bytes += n;
    return true;
}

void outbox_remove(struct outbox *o, size_t i)
{
    o->bytes -= strlen(o->lines[i].text);
    free(o->lines[i].text);
    o->count--;
    memmove(o->lines + i, o->lines + i + 1, (o->count - i) * sizeof *o->lines);
}

size_t outbox_first(const struct outbox *o, enum outbox_state state)
{
    size_t i = 0;
    while (i < o->count && o->lines[i].state != state) i++;
    return i;
}

size_t outbox_find(const struct outbox *o, enum outbox_state state, const char *text)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->lines[i].state == state && strcmp(o->lines[i].text, text) == 0) return i;
    return o->count;
}

int64_t outbox_due(const struct outbox *o)
{
    if (outbox_first(o, OUTBOX_WAITING) == o->count) return -1;
    int64_t due = o->paced - (int64_t)OUTBOX_BURST * OUTBOX_PACE;
    return due > 0 ? due : 0;
}

/* The generic cell rate algorithm (ITU-T I.371): one number is the whole state. */
void outbox_sent(struct outbox *o, size_t i, int64_t now)
{
    o->lines[i].state = OUTBOX_SENT;
    o->paced = (o->paced > now ? o->paced : now) + OUTBOX_PACE;
}

void outbox_jammed(struct outbox *o, int64_t now)
{
    o->paced = now + (int64_t)(OUTBOX_BURST + 1) * OUTBOX_PACE;
}

void outbox_drop(struct outbox *o)
{
    while (o->count > 0) outbox_remove(o, o->count - 1);
    o->paced = 0;
}
