/* nick_dialog: PURE the question for a nickname. */
#ifndef TUI_UI_NICK_DIALOG_H
#define TUI_UI_NICK_DIALOG_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

struct nick_dialog {
    struct editor *editor;
    bool open;
    bool
        replace_on_type; /* the field holds a proposal, as if selected: what is typed replaces it */
    char message[256];   /* what the person should know now: the rule, or what is wrong */
};

/* A closed dialog. False without memory. */
bool nick_dialog_init(struct nick_dialog *d);
void nick_dialog_free(struct nick_dialog *d);

/* Opens it with a proposal in the field, which may be "". */
void nick_dialog_open(struct nick_dialog *d, const char *proposal);
void nick_dialog_close(struct nick_dialog *d);

/* Takes a key. Returns the nickname to ask the server for, valid until the next key, or NULL. */
const char *nick_dialog_input(struct nick_dialog *d, const struct action *in);

/* Says that the server refused this nickname, because it looks like another member's (`like`), or
 * for a reason it did not give (NULL). Opens the dialog if need be, and keeps what is typed. */
void nick_dialog_refused(struct nick_dialog *d, const char *nick, const char *like);

#endif
