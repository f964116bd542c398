/* key_dialog: PURE the dialog that asks whether to trust the server's key. Its choice is to leave
 * until the user moves it, and letters have no effect: the user may be typing a nickname when it
 * opens. */
#ifndef TUI_UI_DIALOGS_KEY_DIALOG_H
#define TUI_UI_DIALOGS_KEY_DIALOG_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

#define KEY_DIALOG_TITLE      "Is this the right server?"
#define KEY_DIALOG_LEAVE_TEXT "leave; nothing was sent"
#define KEY_DIALOG_TRUST_TEXT "trust this key from now on"
#define KEY_DIALOG_KEYS       "↑ ↓ Enter to choose · Esc to leave"

enum key_dialog_choice { KEY_DIALOG_OPEN, KEY_DIALOG_LEAVE, KEY_DIALOG_TRUST };

/* All zero is closed. */
struct key_dialog {
    bool open;
    bool trusts; /* the choice of Enter */
};

/* Opens or closes the dialog. */
void key_dialog_show(struct key_dialog *d, bool open);

/* Handles a key. Returns the choice; KEY_DIALOG_OPEN: none yet. */
enum key_dialog_choice key_dialog_input(struct key_dialog *d, const struct action *in);

#endif
