/* calm: PURE when the screen is painted though no key asks for it: what breaks a calm is shown at
 * once, up to four times; what goes on and on, thirty times a second. */
#ifndef TUI_UI_CALM_H
#define TUI_UI_CALM_H

#include <stdint.h>

enum { CALM_PAINT_EVERY = 33 /* ms */, CALM_AT_ONCE = 4 };

/* All zero: nothing has been painted. */
struct calm {
    int64_t next; /* when the next paint would keep the pace, had none come early */
};

/* When the next paint is due, in milliseconds: it may be in the past. */
int64_t calm_due(const struct calm *c);

/* Something was painted. */
void calm_spend(struct calm *c, int64_t now);

#endif
