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

uint32_t token_bucket_pack(const struct token_bucket *bucket)
{
    uint32_t packed = (uint32_t)((bucket->full_at + 999) / 1000);
    return packed > 0 || bucket->full_at == 0 ? packed : 1;
}

/* token_bucket_take caps the debt, so a time that is farther ahead has wrapped: it is in the past.
 */
struct token_bucket token_bucket_unpack(uint32_t packed, const struct token_rate *rate, int64_t now)
{
    int64_t ahead = (int32_t)(packed - (uint32_t)now);
    int64_t farthest = 2 * token_bucket_refill_ms(rate);
    bool is_full = packed == 0 || ahead <= 0 || ahead > farthest;
    return (struct token_bucket){is_full ? 0 : (now + ahead) * 1000};
}
