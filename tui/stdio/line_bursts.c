#include "tui/stdio/line_bursts.h"

static bool *flag(struct line_bursts *b, size_t number)
{
    return &b->pasted[number % LINE_BURSTS_LINES];
}

static void add_line(struct line_bursts *b, int64_t now)
{
    bool together = b->arrived > 0 && now < b->last_at + LINE_BURSTS_GAP_MS;
    if (together) *flag(b, b->arrived) = true;
    *flag(b, ++b->arrived) = together;
    b->last_at = now;
}

void line_bursts_add(struct line_bursts *b, struct span bytes, int64_t now)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] == '\n') add_line(b, now);
}

bool line_bursts_has_room(const struct line_bursts *b, size_t taken)
{
    return b->arrived < taken + LINE_BURSTS_LINES;
}

bool line_bursts_is_pasted(const struct line_bursts *b, size_t number)
{
    return b->pasted[number % LINE_BURSTS_LINES];
}

int64_t line_bursts_settled_at(const struct line_bursts *b, size_t number)
{
    return number < b->arrived ? -1 : b->last_at + LINE_BURSTS_GAP_MS;
}
