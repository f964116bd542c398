#include "tui/calm.h"

int64_t calm_due(const struct calm *c)
{
    return c->next - (CALM_AT_ONCE - 1) * CALM_PAINT_EVERY;
}

void calm_spend(struct calm *c, int64_t now)
{
    c->next = (now > c->next ? now : c->next) + CALM_PAINT_EVERY;
}
