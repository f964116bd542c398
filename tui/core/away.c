#include "tui/core/away.h"

enum {
    DIAL_MOST = 60000,
    ASK_MOST = 10000,
    GHOST = 70000,  /* a server notices within a minute that its peer is gone */
    STEADY = 10000, /* a shorter stay in the room does not make the next try a first one */
};

void away_init(struct away *w, uint32_t chance)
{
    *w = (struct away){
        .dial = {.most = DIAL_MOST, .chance = chance},
        .ask = {.most = ASK_MOST, .chance = chance},
        .dials = AWAY_NEVER,
        .asks = AWAY_NEVER,
        .ghost = AWAY_NEVER,
        .came = AWAY_NEVER,
    };
}

void away_came(struct away *w, int64_t now)
{
    w->came = now;
    w->asks = w->ghost = AWAY_NEVER;
    backoff_reset(&w->ask);
    backoff_next(&w->ask); /* the first question comes with the greeting */
}

void away_lost(struct away *w, int64_t now, bool refused)
{
    if (w->came != AWAY_NEVER && now - w->came >= STEADY) backoff_reset(&w->dial);
    w->came = w->asks = AWAY_NEVER;
    w->dials = refused ? AWAY_NEVER : now + backoff_next(&w->dial);
}

void away_hurry(struct away *w, int64_t now)
{
    w->dials = now;
}

bool away_ghost(struct away *w, int64_t now)
{
    if (w->ghost == AWAY_NEVER) w->ghost = now + GHOST;
    w->asks = now < w->ghost ? now + backoff_next(&w->ask) : AWAY_NEVER;
    return w->asks != AWAY_NEVER;
}
