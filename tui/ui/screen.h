/* screen: PURE the state of the full screen: what of the session is shown, and what the user is
 * typing. render paints it, key_bindings changes it. */
#ifndef TUI_UI_SCREEN_H
#define TUI_UI_SCREEN_H

#include "tui/core/session.h"
#include "tui/editor/completion.h"
#include "tui/ui/activity.h"
#include "tui/ui/help_screen.h"
#include "tui/ui/join_summary.h"
#include "tui/ui/layout.h"
#include "tui/ui/nick_dialog.h"
#include "tui/ui/paste_dialog.h"
#include "tui/ui/search.h"

/* The message being written, in the input line. */
struct composer {
    struct editor *editor;
    struct completion completion;
    struct members_own_last nicks; /* what a nickname is completed from */
    struct byte_queue sent;        /* entries for the history file, each with its NUL */
};

struct screen {
    struct session *session;
    struct layout layout;
    struct scrollback *scrollback;
    struct composer composer;
    struct nick_dialog nick_dialog;
    struct paste_dialog paste_dialog; /* where both dialogs are open, the other one is above it */
    struct help help;
    struct search search;
    struct activity activity;
    struct join_summary joins;
    int64_t day; /* of the newest line; 0: none */
    bool hide_joins;
    bool needs_redraw;
    char status_message[256]; /* until the next key */
};

/* Shows a session, whose front end the screen is. Returns false without memory. */
bool screen_init(struct screen *c, struct session *s);
void screen_free(struct screen *c);

/* Takes an event of the session, as struct event_sink does. */
const char *screen_on_event(void *screen, const struct event *e);

void screen_resize(struct screen *c, int rows, int columns);

/* Shows a sentence in the status bar until the next key; where it is too narrow, as a line too. */
void screen_message(struct screen *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Shows the times of lines, or the joins and leaves; or hides them. */
void screen_toggle_timestamps(struct screen *c);
void screen_toggle_joins(struct screen *c);

/* Carries out a line that is a command. Returns false, and the user is told why, when it cannot. */
bool screen_command(struct screen *c, const char *line);

/* Marks everything as seen where the user looks at the newest line. */
void screen_update_seen(struct screen *c);

#endif
