#include "server/round.h"

static bool is_under_way(const struct round *r, const struct room *room)
{
    return r->seat < room->count;
}

bool round_is_due(const struct round *r, const struct room *room)
{
    return is_under_way(r, room) || r->head != room->ring.head.pos || r->moves != room->moves;
}

struct member *round_next(struct round *r, const struct room *room)
{
    if (!round_is_due(r, room)) return NULL;
    if (!is_under_way(r, room)) *r = (struct round){0, room->ring.head.pos, room->moves};
    return is_under_way(r, room) ? room->seats[r->seat++] : NULL;
}
