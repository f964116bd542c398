/* klatch_screen: waits until klatch's screen shows a state. The sentences that tell the states are
 * known here alone. */
#ifndef TESTS_SYSTEM_SUPPORT_KLATCH_SCREEN_H
#define TESTS_SYSTEM_SUPPORT_KLATCH_SCREEN_H

#include "tests/system/support/terminal.h"

typedef void klatch_wait(struct terminal *t);

/* The connection; the status bar shows this number of members. With ..._enter_to_reconnect, klatch
 * reconnects only when Enter is pressed. */
klatch_wait klatch_wait_joined, klatch_wait_connecting, klatch_wait_disconnected,
    klatch_wait_enter_to_reconnect;
void klatch_wait_here(struct terminal *t, size_t members);
void klatch_wait_rejoined(struct terminal *t, const char *nick);
void klatch_wait_resolving(struct terminal *t, const char *host);

/* The nickname. The dialog may be open before the server has sent HELLO, which _choosing_nick waits
 * for. A nickname is refused in the dialog or after /nick. */
klatch_wait klatch_wait_nick_dialog, klatch_wait_nick_dialog_closed, klatch_wait_choosing_nick,
    klatch_wait_refused, klatch_wait_refusal_gone;
void klatch_wait_renamed(struct terminal *t, const char *nick);

/* Whether the dialog is open, or was at any time before. */
bool klatch_has_nick_dialog(struct terminal *t);
bool klatch_has_shown_nick_dialog(struct terminal *t);

/* A message of the room, an own message that waits for the server, and one that may be lost. Only
 * the first row of a message is compared. The first returns its row. */
int klatch_wait_message(struct terminal *t, const char *nick, const char *text);
void klatch_wait_pending(struct terminal *t, const char *nick, const char *text);
void klatch_wait_unconfirmed(struct terminal *t, const char *nick, const char *text);

/* A sentence of klatch or of the server, on one row or wrapped over several. */
__attribute__((format(printf, 2, 3))) void klatch_wait_notice(struct terminal *t,
                                                              const char *format, ...);

/* The view: above the newest line, at it, with this text in the first row, and how many lines are
 * new below it. */
klatch_wait klatch_wait_scrolled_up, klatch_wait_at_bottom;
void klatch_wait_top(struct terminal *t, const char *text);
void klatch_wait_new_below(struct terminal *t, int lines);

/* What covers the view or takes the keys. */
klatch_wait klatch_wait_help, klatch_wait_help_whole, klatch_wait_help_scrollable,
    klatch_wait_help_closed, klatch_wait_paste_dialog_closed, klatch_wait_pasting,
    klatch_wait_paste_stopped, klatch_wait_too_small;
void klatch_wait_paste_dialog(struct terminal *t, int lines);
void klatch_wait_search(struct terminal *t, const char *text);
void klatch_wait_match(struct terminal *t, int index, int count);
void klatch_wait_no_match(struct terminal *t, const char *text);

#endif
