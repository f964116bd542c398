#include "server/base/token_bucket.h"

struct pace_rate pace_rate(int per_second, int burst)
{
    if (per_second <= 0) return (struct pace_rate){0};
    int64_t step = 1000000 / per_second;
    return (struct pace_rate){.step = step, .slack = burst > 1 ? (burst - 1) * step : 0};
}

bool pace_allows(const struct pace *p, const struct pace_rate *rate, int64_t now)
{
    return p->full_at <= now * 1000 + rate->slack;
}

void pace_spend(struct pace *p, const struct pace_rate *rate, int n, int64_t now)
{
    int64_t latest = now * 1000 + 2 * (rate->slack + rate->step);
    if (p->full_at < now * 1000) p->full_at = now * 1000;
    p->full_at += n * rate->step;
    if (p->full_at > latest) p->full_at = latest;
}

int64_t pace_memory(const struct pace_rate *rate)
{
    return (rate->slack + rate->step) / 1000 + 1;
}
