#include "server/round.h"

bool send_pass_is_due(const struct send_pass *p, const struct room *room, size_t count)
{
    return p->index < count || p->head != room->ring.head.pos || p->generation != room->generation;
}

struct member *send_pass_next(struct send_pass *p, const struct room *room, size_t count)
{
    if (!send_pass_is_due(p, room, count)) return NULL;
    if (p->index >= count) *p = (struct send_pass){0, room->ring.head.pos, room->generation};
    return p->index < count ? room->members[p->index++] : NULL;
}
