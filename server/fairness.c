#include "server/fairness.h"

enum { TALK = 500 /* milliseconds that one who talked is taken to go on */ };

/* Of a KiB or a read, 128 a second are a flood, after a burst of as many that lets a long text be
 * pasted. A quarter of that burst is more than people say at once. */
static const struct token_rate flood = {.step = 1000000 / 128, .slack = 1000000},
                               talk = {.step = 1000000 / 128, .slack = 250000};

void fairness_count(struct token_bucket *volume, size_t bytes, int64_t now)
{
    token_bucket_take(volume, &flood, 1 + (int)(bytes / 1024), now);
}

bool fairness_floods(const struct token_bucket *volume, int64_t now)
{
    return !token_bucket_allows(volume, &flood, now);
}

void fairness_note(struct fairness *f, uint64_t who, const struct token_bucket *volume, int64_t now)
{
    struct talk *talks = f->talks;
    struct talk new = {who, token_bucket_allows(volume, &talk, now) ? now + TALK : 0};
    if (talks[0].who == who)
        talks[0] = new;
    else if (talks[1].who == who)
        talks[1] = new;
    else if (new.until > 0)
        talks[talks[0].until > talks[1].until] = new;
}

bool fairness_others_talk(const struct fairness *f, uint64_t who, int64_t now)
{
    for (int i = 0; i < FAIRNESS_TALKS; i++)
        if (f->talks[i].who != who && now < f->talks[i].until) return true;
    return false;
}
