#include "server/round.h"

bool round_is_due(const struct round *r, const struct room *room, size_t seats)
{
    return r->seat < seats || r->head != room->ring.head.pos || r->generation != room->generation;
}

struct member *round_next(struct round *r, const struct room *room, size_t seats)
{
    if (!round_is_due(r, room, seats)) return NULL;
    if (r->seat >= seats) *r = (struct round){0, room->ring.head.pos, room->generation};
    return r->seat < seats ? room->members[r->seat++] : NULL;
}
