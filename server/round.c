#include "server/round.h"

bool round_is_due(const struct round *r, const struct room *room, size_t seats)
{
    return r->seat < seats || r->head != room->ring.head.pos || r->moves != room->moves;
}

struct member *round_next(struct round *r, const struct room *room, size_t seats)
{
    if (!round_is_due(r, room, seats)) return NULL;
    if (r->seat >= seats) *r = (struct round){0, room->ring.head.pos, room->moves};
    return r->seat < seats ? room->seats[r->seat++] : NULL;
}
