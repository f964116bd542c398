#include "server/fairness.h"

enum { TALK = 500 /* milliseconds that one who talked is taken to go on */ };

void speakers_note(struct speakers *s, uint32_t number, bool is_typing, int64_t now)
{
    struct speaker *kept = s->kept;
    struct speaker new = {number, is_typing ? now + TALK : 0};
    if (kept[0].number == number)
        kept[0] = new;
    else if (kept[1].number == number)
        kept[1] = new;
    else if (new.until > 0)
        kept[kept[0].until > kept[1].until] = new;
}

bool speakers_others_active(const struct speakers *s, uint32_t number, int64_t now)
{
    for (int i = 0; i < SPEAKERS_KEPT; i++)
        if (s->kept[i].number != number && now < s->kept[i].until) return true;
    return false;
}
