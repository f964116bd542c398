/* screen: PURE the state of the full screen: the lines shown, the message being written, and the
 * open dialogs. render paints it, and key_bindings changes it. */
#ifndef TUI_UI_SCREEN_H
#define TUI_UI_SCREEN_H

#include "tui/core/session.h"
#include "tui/editor/completion.h"
#include "tui/ui/activity.h"
#include "tui/ui/dialogs/help_screen.h"
#include "tui/ui/dialogs/key_dialog.h"
#include "tui/ui/dialogs/members_overlay.h"
#include "tui/ui/dialogs/nick_dialog.h"
#include "tui/ui/dialogs/paste_dialog.h"
#include "tui/ui/dialogs/search.h"
#include "tui/ui/join_summary.h"
#include "tui/ui/layout.h"

/* The message being written, in the input line. */
struct composer {
    struct editor *editor;
    struct completion completion;
    struct members_own_last nicks; /* candidates for completion */
    struct byte_queue saved;       /* entries for the history file, each with its NUL */
};

struct screen {
    struct session *session;
    struct layout layout;
    struct scrollback *scrollback;
    struct composer composer;
    struct key_dialog key_dialog;
    struct nick_dialog nick_dialog;   /* below the dialog about the key, if both are open */
    struct paste_dialog paste_dialog; /* below the nickname dialog, if both are open */
    struct help help;
    struct search search;
    struct members_overlay members_overlay;
    struct activity activity;
    struct join_summary joins;
    int64_t day; /* of the newest line; 0: none */
    bool hide_joins;
    bool needs_redraw;
    char status_message[256]; /* until the next key */
};

/* Makes the screen of a session. Returns false without memory. */
bool screen_init(struct screen *c, struct session *s);
void screen_free(struct screen *c);

/* Handles an event of the session; see struct event_sink. */
const char *screen_on_event(void *screen, const struct event *e);

void screen_resize(struct screen *c, int rows, int columns);

/* Gives the input as many rows as the message being written needs, up to a third of the screen. */
void screen_fit_input(struct screen *c);

/* Shows a sentence in the status bar until the next key; also as a line, if the bar is too narrow.
 */
void screen_message(struct screen *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Show or hide the times of lines; joins and leaves. */
void screen_toggle_timestamps(struct screen *c);
void screen_toggle_joins(struct screen *c);

/* Shows or hides the list of members: beside the messages, or over them until the next key if the
 * screen is too narrow for that. */
void screen_toggle_members(struct screen *c);

/* Go to the first unread line; to the next message that mentions the user, or to the previous one
 * if step is -1. */
void screen_first_unread(struct screen *c);
void screen_mention(struct screen *c, int step);

/* Executes a line that is a command. If that fails, tells the user why and returns false. */
bool screen_command(struct screen *c, const char *line);

/* Marks all lines as seen if the user is looking at the newest line. */
void screen_update_seen(struct screen *c);

#endif
