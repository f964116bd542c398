/* token_bucket: PURE a rate limit with a burst: the generic cell rate algorithm (virtual
 * scheduling, ITU-T I.371). Its whole state is one number, the time at which the bucket is full
 * again. */
#ifndef COMMON_TOKEN_BUCKET_H
#define COMMON_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: no limit. */
struct token_rate {
    int64_t step;  /* microseconds until a token is refilled */
    int64_t slack; /* microseconds until a whole burst but one token is refilled */
};

/* All zero: a full bucket. */
struct token_bucket {
    int64_t full_at; /* microseconds */
};

/* Returns the rate for this many tokens per second, 0: no limit, and this many in a burst. */
struct token_rate token_rate(int per_second, int burst);

/* Returns whether there is a token. `now` is in milliseconds of a monotonic clock. */
bool token_bucket_allows(const struct token_bucket *bucket, const struct token_rate *rate,
                         int64_t now);

/* Takes n tokens, even if the bucket is empty; the debt is capped at twice the refill time. */
void token_bucket_take(struct token_bucket *bucket, const struct token_rate *rate, int n,
                       int64_t now);

/* Returns the time from which on there is a token, in milliseconds; it may be in the past. */
int64_t token_bucket_due(const struct token_bucket *bucket, const struct token_rate *rate);

/* Takes all tokens; the next one is refilled a step from now. */
void token_bucket_drain(struct token_bucket *bucket, const struct token_rate *rate, int64_t now);

/* Packs a bucket into 32 bits, which are milliseconds that wrap; 0: a full bucket. Unpacks it, at
 * any later time. */
uint32_t token_bucket_pack(const struct token_bucket *bucket);
struct token_bucket token_bucket_unpack(uint32_t packed, const struct token_rate *rate,
                                        int64_t now);

/* Returns the milliseconds that an empty bucket needs to fill. */
int64_t token_bucket_refill_ms(const struct token_rate *rate);

#endif
