/* pace: PURE how fast something may go on: so many a second, and a burst after a rest. One number
 * stands for the bucket: when it would be full again (the virtual scheduling of ITU-T I.371). */
#ifndef SERVER_BASE_TOKEN_BUCKET_H
#define SERVER_BASE_TOKEN_BUCKET_H

#include <stdbool.h>
#include <stdint.h>

/* All zero: as fast as it likes. */
struct pace_rate {
    int64_t step;  /* microseconds from one to the next, in the long run */
    int64_t slack; /* and how much of that may be saved up */
};

/* All zero has the whole burst. */
struct pace {
    int64_t full_at; /* microseconds */
};

/* So many a second, 0 for any number, and so many at once. */
struct pace_rate pace_rate(int per_second, int burst);

/* Whether one more may go now, in milliseconds of a clock that never jumps. */
bool pace_allows(const struct pace *p, const struct pace_rate *rate, int64_t now);

/* So many went. However many go without leave, a rest of twice pace_memory makes up for them. */
void pace_spend(struct pace *p, const struct pace_rate *rate, int n, int64_t now);

/* Milliseconds of rest after which nothing of the past counts. */
int64_t pace_memory(const struct pace_rate *rate);

#endif
