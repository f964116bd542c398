/* notify: calls the person through the terminal: its bell, a notification on the desktop, the
 * window's title. Each where it is wanted, and the last two where the terminal knows them. */
#ifndef TUI_TERMINAL_NOTIFY_H
#define TUI_TERMINAL_NOTIFY_H

#include "tui/core/app.h"

#include <stdbool.h>

struct notify_options {
    bool bell, notify, title;
};

/* The terminal has been taken over. Its title is kept there (XTWINOPS 22 of xterm's ctlseqs). */
void notify_start(const struct notify_options *setup);

/* Does what is due: takes back attention.calling. */
void notify_update(struct app *a);

/* Gives the title back; fine when it was never taken. The terminal has not been given back. */
void notify_stop(void);

#endif
