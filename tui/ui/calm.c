#include "tui/ui/calm.h"

int64_t calm_due(const struct calm *c)
{
    return c->next - (int64_t)CALM_PAINT_EVERY * (CALM_AT_ONCE - 1);
}

void calm_spend(struct calm *c, int64_t now)
{
    c->next = (now > c->next ? now : c->next) + CALM_PAINT_EVERY;
}
