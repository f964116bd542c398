#include "server/net/connections.h"

#include <stdlib.h>
#include <unistd.h>

static bool grow(struct slots *s)
{
    uint32_t size = s->size ? 2 * s->size : 64;
    struct conn **conns = realloc(s->conns, size * sizeof *conns);
    if (conns) s->conns = conns;
    uint32_t *unused = realloc(s->unused, size * sizeof *unused);
    if (unused) s->unused = unused;
    if (!conns || !unused) return false;
    for (uint32_t slot = size; slot-- > s->size;) {
        s->conns[slot] = NULL;
        s->unused[size - 1 - slot] = slot;
    }
    s->size = size;
    return true;
}

/* Numbers start at 1 and skip 0 when they wrap: 0 is what stands for no connection. */
static uint32_t next_number(struct slots *s)
{
    if (++s->last == 0) s->last = 1;
    return s->last;
}

struct conn *slots_add(struct slots *s, int fd, struct room *room,
                       const struct admission_grant *guest)
{
    if (s->used == s->size && !grow(s)) {
        close(fd);
        return NULL;
    }
    struct conn *c = conn_new(fd, next_number(s), room, guest);
    if (!c) return NULL;
    c->slot = s->unused[s->size - ++s->used];
    s->conns[c->slot] = c;
    return c;
}

void slots_remove(struct slots *s, struct conn *c)
{
    s->conns[c->slot] = NULL;
    s->unused[s->size - s->used--] = c->slot;
    conn_free(c);
}

uint64_t slots_id(const struct conn *c)
{
    return (uint64_t)c->number << 32 | c->slot;
}

uint64_t slots_special(size_t special)
{
    return special;
}

struct conn *slots_find(const struct slots *s, uint64_t id, size_t *ret_special)
{
    uint32_t number = (uint32_t)(id >> 32), slot = (uint32_t)id;
    *ret_special = number == 0 ? slot : 0;
    if (number == 0 || slot >= s->size || !s->conns[slot]) return NULL;
    return s->conns[slot]->number == number ? s->conns[slot] : NULL;
}

void slots_free(struct slots *s)
{
    for (uint32_t slot = 0; slot < s->size; slot++) conn_free(s->conns[slot]);
    free(s->conns);
    free(s->unused);
    *s = (struct slots){0};
}
