/* paste_dialog: PURE the card that asks what is to become of a paste of several lines: nothing in
 * it is sent, and nothing in it is a command, before the person says so. */
#ifndef TUI_UI_PASTE_DIALOG_H
#define TUI_UI_PASTE_DIALOG_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

enum paste_choice {
    PASTE_ONE,
    PASTE_LINES,
    PASTE_EDIT,
    PASTE_CANCEL,
    PASTE_CHOICES, /* how many there are; also: nothing is chosen yet */
};

/* All zero is a closed card. */
struct paste_dialog {
    bool open;
    char *text;                   /* without the line feeds at its end; NULL while closed */
    size_t n, lines;              /* lines: those that hold something, for only these are sent */
    bool ends_with_newline;       /* there were such line feeds */
    bool cut;                     /* more was pasted than came */
    enum paste_choice chosen;     /* the one that Enter takes */
    bool disabled[PASTE_CHOICES]; /* cannot be chosen: too long, or too many */
};

/* The bytes of a paste without the line feeds at its end; whether more than one line is left. */
struct span paste_dialog_trim(struct span text);
bool paste_dialog_is_needed(struct span text);

/* Asks about this text, which is copied, and about what it was asked about already. False without
 * memory: then nothing has changed. */
bool paste_dialog_add(struct paste_dialog *p, struct span text, bool cut);
/* Too long for one message, or too many lines to keep until they are sent: no such choice. */
void paste_dialog_disable(struct paste_dialog *p, enum paste_choice choice);

/* Forgets the text; fine when it is closed. */
void paste_dialog_close(struct paste_dialog *p);

/* Takes a key. Returns what was chosen; PASTE_CHOICES while nothing is. The caller closes it. */
enum paste_choice paste_dialog_input(struct paste_dialog *p, const struct action *in);

/* The card's title and the words for a choice. */
void paste_dialog_title(const struct paste_dialog *p, char *ret, size_t size);
void paste_dialog_option(const struct paste_dialog *p, enum paste_choice choice, char *ret,
                         size_t size);

/* Takes the next line that holds something off the front of *text; false when there is none. */
bool paste_dialog_next_line(struct span *text, struct span *ret);

#endif
