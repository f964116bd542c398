/* token_bucket: PURE a rate limit with a burst, as the generic cell rate algorithm (virtual
 * scheduling, ITU-T I.371): one number, the time at which the bucket would be full again, is the
 * whole state. */
#ifndef COMMON_TOKEN_BUCKET_H
#define COMMON_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: no limit. */
struct token_rate {
    int64_t step;  /* microseconds that one token takes to come back */
    int64_t slack; /* microseconds of tokens that may be saved up for a burst, the last one aside */
};

/* All zero: a full bucket. */
struct token_bucket {
    int64_t full_at; /* microseconds */
};

/* Returns the rate of so many tokens per second, 0 for no limit, and so many in a burst. */
struct token_rate token_rate(int per_second, int burst);

/* Whether there is a token, at a time in milliseconds of a clock that never jumps. */
bool token_bucket_allows(const struct token_bucket *bucket, const struct token_rate *rate,
                         int64_t now);

/* Takes n tokens, whether they are there or not. Debt is capped at twice token_bucket_refill_ms. */
void token_bucket_take(struct token_bucket *bucket, const struct token_rate *rate, int n,
                       int64_t now);

/* Returns the milliseconds that an empty bucket needs to fill. */
int64_t token_bucket_refill_ms(const struct token_rate *rate);

#endif
