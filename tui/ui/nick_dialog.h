/* dialog: PURE the question for a nickname. */
#ifndef TUI_UI_NICK_DIALOG_H
#define TUI_UI_NICK_DIALOG_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

struct dialog {
    struct editor *field;
    bool open;
    bool fresh;     /* the field holds a proposal, as if selected: what is typed replaces it */
    char note[256]; /* what the person should know now: the rule, or what is wrong */
};

/* A closed dialog. False without memory. */
bool dialog_init(struct dialog *d);
void dialog_free(struct dialog *d);

/* Opens it with a proposal in the field, which may be "". */
void dialog_open(struct dialog *d, const char *proposal);
void dialog_close(struct dialog *d);

/* Takes a key. Returns the nickname to ask the server for, valid until the next key, or NULL. */
const char *dialog_input(struct dialog *d, const struct input *in);

/* The server refused this nickname: opens if need be, keeps what is typed and says so. */
void dialog_refused(struct dialog *d, const char *nick);

#endif
