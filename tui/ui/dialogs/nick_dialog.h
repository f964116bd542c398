/* nick_dialog: PURE the dialog that asks for a nickname. */
#ifndef TUI_UI_DIALOGS_NICK_DIALOG_H
#define TUI_UI_DIALOGS_NICK_DIALOG_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

#define NICK_DIALOG_TITLE "Choose a nickname"
#define NICK_DIALOG_KEYS  "Enter to join · Ctrl+C to quit"

struct nick_dialog {
    struct editor *editor;
    bool open;
    bool replace_on_type; /* the text is a proposal: typing replaces it */
    char message[1280];   /* the rule for nicknames, or the error in this one */
};

/* Makes a closed dialog. Returns false without memory. */
bool nick_dialog_init(struct nick_dialog *d);
void nick_dialog_free(struct nick_dialog *d);

/* Opens the dialog with a proposal, which may be "". */
void nick_dialog_open(struct nick_dialog *d, const char *proposal);
void nick_dialog_close(struct nick_dialog *d);

/* Handles a key. Returns the nickname to request, valid until the next key, or NULL. */
const char *nick_dialog_input(struct nick_dialog *d, const struct action *in);

/* Tells the user that the server refused this nickname: because it looks like `like`, another
 * member's nickname, or without a reason (NULL). Opens the dialog if it is closed, and keeps the
 * typed text. */
void nick_dialog_refused(struct nick_dialog *d, const char *nick, const char *like);

#endif
