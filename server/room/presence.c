#include "server/room/presence.h"

#include "common/packet.h"

#include <stdio.h>

const char *presence_text(enum presence_kind kind)
{
    return kind == PRESENCE_JOINED ? PACKET_JOINED : PACKET_LEFT;
}

bool presence_add(struct presence *p, const char *nick, enum presence_kind kind)
{
    if (++p->count <= PRESENCE_INDIVIDUAL && !p->storm) return false;
    p->kind = kind;
    if (p->batched < PRESENCE_NAMED) snprintf(p->nicks[p->batched], sizeof p->nicks[0], "%s", nick);
    p->batched++;
    return true;
}

void presence_tick(struct presence *p)
{
    if (p->count > 0) p->storm = p->count > PRESENCE_INDIVIDUAL;
    p->count = 0;
}

/* Returns the text before nickname i in "a", "a and b", "a, b and c", "a, b and 12 others". */
static const char *separator(size_t i, size_t named, size_t others)
{
    if (i == 0) return "";
    return i + 1 == named && others == 0 ? " and " : ", ";
}

size_t presence_flush(struct presence *p, char line[PRESENCE_LINE])
{
    size_t count = p->batched, at = 0;
    size_t named = count <= PRESENCE_NAMED ? count : PRESENCE_NAMED - 1, others = count - named;
    for (size_t i = 0; i < named; i++)
        at += (size_t)snprintf(line + at, PRESENCE_LINE - at, "%s%s", separator(i, named, others),
                               p->nicks[i]);
    if (others > 0)
        at += (size_t)snprintf(line + at, PRESENCE_LINE - at, " and %zu others", others);
    if (count > 0) snprintf(line + at, PRESENCE_LINE - at, "%s", presence_text(p->kind));
    p->batched = 0;
    return count;
}
