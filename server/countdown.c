#include "server/countdown.h"

void countdown_start(struct countdown *c, int seconds, int64_t now)
{
    *c = (struct countdown){.running = true, .left = seconds, .next = now};
}

bool countdown_due(struct countdown *c, int64_t now, int *ret_left)
{
    if (!c->running || now < c->next) return false;
    for (; c->left > 0 && now >= c->next + 1000; c->next += 1000) c->left--;
    *ret_left = c->left--;
    c->next += 1000;
    if (*ret_left == 0) c->running = false;
    return true;
}
