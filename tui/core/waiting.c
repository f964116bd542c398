#include "tui/core/waiting.h"

static int64_t shown_at(const struct waiting *w)
{
    return w->since + (w->what == WAITING_ECHO ? WAITING_ECHO_SHOWN_MS : WAITING_SHOWN_MS);
}

int64_t waiting_seconds(const struct waiting *w, int64_t now)
{
    if (w->what == WAITING_NOTHING || now < shown_at(w)) return 0;
    return (now - w->since) / 1000;
}

bool waiting_update(struct waiting *w, enum waiting_for what, size_t unanswered, int64_t now)
{
    int64_t shown = w->shown;
    if (what != w->what || unanswered < w->unanswered) w->since = now;
    w->what = what;
    w->unanswered = unanswered;
    w->shown = waiting_seconds(w, now);
    return w->shown != shown;
}

int64_t waiting_deadline(const struct waiting *w, int64_t now)
{
    if (w->what == WAITING_NOTHING) return -1;
    if (now < shown_at(w)) return shown_at(w);
    return w->since + (waiting_seconds(w, now) + 1) * 1000;
}

bool waiting_report(struct waiting *w, int64_t now)
{
    bool due = w->what != WAITING_NOTHING && w->what != WAITING_ECHO && !w->reported &&
               now >= w->since + WAITING_REPORTED_MS;
    if (due) w->reported = true;
    return due;
}
