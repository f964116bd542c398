#include "common/token_bucket.h"

struct token_rate token_rate(int per_second, int burst)
{
    if (per_second <= 0) return (struct token_rate){0};
    int64_t step = 1000000 / per_second;
    return (struct token_rate){.step = step, .slack = burst > 1 ? (burst - 1) * step : 0};
}

bool token_bucket_allows(const struct token_bucket *bucket, const struct token_rate *rate,
                         int64_t now)
{
    return bucket->full_at <= now * 1000 + rate->slack;
}

void token_bucket_take(struct token_bucket *bucket, const struct token_rate *rate, int n,
                       int64_t now)
{
    int64_t latest = now * 1000 + 2 * (rate->slack + rate->step);
    if (bucket->full_at < now * 1000) bucket->full_at = now * 1000;
    bucket->full_at += n * rate->step;
    if (bucket->full_at > latest) bucket->full_at = latest;
}

int64_t token_bucket_due(const struct token_bucket *bucket, const struct token_rate *rate)
{
    int64_t due = bucket->full_at - rate->slack;
    return due > 0 ? (due + 999) / 1000 : 0;
}

void token_bucket_drain(struct token_bucket *bucket, const struct token_rate *rate, int64_t now)
{
    bucket->full_at = now * 1000 + rate->slack + rate->step;
}

int64_t token_bucket_refill_ms(const struct token_rate *rate)
{
    return (rate->slack + rate->step) / 1000 + 1;
}
