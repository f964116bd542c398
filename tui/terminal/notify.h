/* notify: tells the user about a mention through the terminal: bell, desktop notification and
 * window title, as far as the terminal supports them. */
#ifndef TUI_TERMINAL_NOTIFY_H
#define TUI_TERMINAL_NOTIFY_H

#include <stdbool.h>

struct notify_options {
    bool bell, notify, title;
};

/* Starts after tty_open. The terminal saves its window title (XTWINOPS 22 of xterm's ctlseqs). */
void notify_start(const struct notify_options *options);

/* Restores the window title before the process stops, and saves it again when it continues. */
void notify_suspend(void);
void notify_resume(void);

/* Makes notify_set_title set the title even if it is the same: another program may have changed it.
 */
void notify_forget_title(void);

/* Sets the window title to this text, sanitised; does nothing if it has this title already. */
void notify_set_title(const char *text);

/* Rings the bell and shows a desktop notification. The text is printable and holds no markup. */
void notify_send(const char *text);

/* Restores the window title. Call before tty_close; does nothing if not started. */
void notify_stop(void);

#endif
