/* wheel: PURE tells the mouse wheel from the arrow keys. Many terminals turn a notch of the wheel
 * into several identical arrows, all at once; a keyboard sends one at a time. */
#ifndef TUI_TERMINAL_WHEEL_H
#define TUI_TERMINAL_WHEEL_H

#include "common/frame.h"
#include "tui/terminal/action.h"

#include <stdbool.h>

/* All zero is ready. */
struct wheel {
    enum {
        WHEEL_AT_REST,
        WHEEL_ARROW,   /* one arrow came: a key, unless another follows at once */
        WHEEL_TURNING, /* the same arrows that follow soon belong to the wheel */
        WHEEL_KEY_HELD /* a key came: over a network, its repetitions may come all at once */
    } state;
    char arrow[3]; /* the bytes that came last */
};

/* Takes an arrow from the start of *in. Returns true with an action: ACTION_LINE_UP or
 * ACTION_LINE_DOWN for the wheel, ACTION_EDIT for a key. Returns false if the arrow may be either,
 * or if there is none. `slow_link`: keys come over a network. */
bool wheel_take(struct wheel *w, struct span *in, bool slow_link, struct action *ret);

/* Returns how many milliseconds to wait before calling wheel_expire; -1: no wait. */
int wheel_timeout_ms(const struct wheel *w);

/* Ends the wait. Returns true if the arrow that came was a key. */
bool wheel_expire(struct wheel *w, bool slow_link, struct action *ret);

#endif
