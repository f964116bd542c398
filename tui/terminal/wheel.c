#include "tui/terminal/wheel.h"

#include <string.h>

enum {
    ARROW = sizeof((struct wheel *)NULL)->arrow,
    ARROW_MS = 3,     /* at least two whole milliseconds: the clock counts whole ones */
    TURNING_MS = 150, /* a touchpad that slows down ends with single arrows */
    REPEAT_MS = 700,  /* longer than any keyboard waits before it repeats a key */
};

static bool begins_with_arrow(struct span in)
{
    return in.n >= ARROW && in.p[0] == '\x1b' && (in.p[1] == '[' || in.p[1] == 'O') &&
           (in.p[2] == 'A' || in.p[2] == 'B');
}

static bool is_same(const struct wheel *w, struct span in)
{
    return in.n >= ARROW && memcmp(in.p, w->arrow, ARROW) == 0;
}

static bool is_up(const struct wheel *w)
{
    return w->arrow[2] == 'A';
}

static bool scroll(struct wheel *w, struct action *ret)
{
    w->state = WHEEL_TURNING;
    *ret = (struct action){.kind = is_up(w) ? ACTION_LINE_UP : ACTION_LINE_DOWN};
    return true;
}

static bool press_key(struct wheel *w, bool slow_link, struct action *ret)
{
    w->state = slow_link ? WHEEL_KEY_HELD : WHEEL_AT_REST;
    *ret = (struct action){.kind = ACTION_EDIT,
                           .edit = is_up(w) ? EDIT_HISTORY_PREV : EDIT_HISTORY_NEXT};
    return true;
}

static void skip_arrow(struct span *in)
{
    in->p += ARROW;
    in->n -= ARROW;
}

/* Takes the first arrow of its kind. */
static bool begin(struct wheel *w, struct span *in, struct action *ret)
{
    memcpy(w->arrow, in->p, ARROW);
    skip_arrow(in);
    if (is_same(w, *in)) return scroll(w, ret);
    w->state = WHEEL_ARROW;
    return false;
}

bool wheel_take(struct wheel *w, struct span *in, bool slow_link, struct action *ret)
{
    bool same = w->state != WHEEL_AT_REST && is_same(w, *in);
    if (w->state == WHEEL_ARROW) return same ? scroll(w, ret) : press_key(w, slow_link, ret);
    if (!same) w->state = WHEEL_AT_REST;
    if (!same) return begins_with_arrow(*in) && begin(w, in, ret);
    skip_arrow(in);
    return w->state == WHEEL_TURNING ? scroll(w, ret) : press_key(w, slow_link, ret);
}

int wheel_timeout_ms(const struct wheel *w)
{
    switch (w->state) {
    case WHEEL_AT_REST: break;
    case WHEEL_ARROW: return ARROW_MS;
    case WHEEL_TURNING: return TURNING_MS;
    case WHEEL_KEY_HELD: return REPEAT_MS;
    }
    return -1;
}

bool wheel_expire(struct wheel *w, bool slow_link, struct action *ret)
{
    if (w->state == WHEEL_ARROW) return press_key(w, slow_link, ret);
    w->state = WHEEL_AT_REST;
    return false;
}
