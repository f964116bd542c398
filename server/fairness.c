#include "server/fairness.h"

enum { TALK = 500 /* milliseconds that one who talked is taken to go on */ };

/* Of a KiB or a read, 128 a second are a flood, after a burst of as many that lets a long text be
 * pasted. A quarter of that burst is more than people say at once. */
static const struct token_rate flood = {.step = 1000000 / 128, .slack = 1000000},
                               talk = {.step = 1000000 / 128, .slack = 250000};

void flood_count(struct token_bucket *bytes_sent, size_t bytes, int64_t now)
{
    token_bucket_take(bytes_sent, &flood, 1 + (int)(bytes / 1024), now);
}

bool flood_exceeded(const struct token_bucket *bytes_sent, int64_t now)
{
    return !token_bucket_allows(bytes_sent, &flood, now);
}

void speakers_note(struct speakers *s, uint64_t id, const struct token_bucket *bytes_sent,
                   int64_t now)
{
    struct speaker *kept = s->kept;
    struct speaker new = {id, token_bucket_allows(bytes_sent, &talk, now) ? now + TALK : 0};
    if (kept[0].id == id)
        kept[0] = new;
    else if (kept[1].id == id)
        kept[1] = new;
    else if (new.until > 0)
        kept[kept[0].until > kept[1].until] = new;
}

bool speakers_others_active(const struct speakers *s, uint64_t id, int64_t now)
{
    for (int i = 0; i < SPEAKERS_KEPT; i++)
        if (s->kept[i].id != id && now < s->kept[i].until) return true;
    return false;
}
