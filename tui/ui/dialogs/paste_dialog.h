/* paste_dialog: PURE the dialog that asks what to do with a paste of several lines. klatch sends
 * nothing of the paste before the user chooses, and never executes it. */
#ifndef TUI_UI_DIALOGS_PASTE_DIALOG_H
#define TUI_UI_DIALOGS_PASTE_DIALOG_H

#include "tui/terminal/key_parser.h"

#include <stdbool.h>

enum paste_choice {
    PASTE_ONE,
    PASTE_LINES,
    PASTE_EDIT,
    PASTE_CANCEL,
    PASTE_CHOICES, /* the number of choices; also: no choice yet */
};

/* The texts of the dialog: printf(3) formats. */
#define PASTE_KEYS      "Enter to choose · Esc to cancel"
#define PASTE_COUNT     "Paste: %zu line%s"
#define PASTE_TITLE     PASTE_COUNT ", %zu bytes%s"
#define PASTE_TITLE_CUT ", end missing"
#define PASTE_AS_ONE    "o  as one message"
#define PASTE_TOO_LONG  "o  as one: too long"
#define PASTE_AS_LINES  "l  as %zu line%s"
#define PASTE_SLOWLY    "l  as %zu lines, in %zu s"
#define PASTE_TOO_MANY  "l  as lines: too many at once"

/* All zero is closed. */
struct paste_dialog {
    bool open;
    char *text;                   /* without the line feeds at its end; NULL while closed */
    size_t n, lines;              /* bytes; lines that are not empty: empty ones are not sent */
    bool ends_with_newline;       /* the paste had line feeds at its end */
    bool cut;                     /* the end of the paste is missing */
    enum paste_choice chosen;     /* the choice of Enter */
    bool disabled[PASTE_CHOICES]; /* the text is too long, or has too many lines */
};

/* Return the paste without line feeds at its end; and whether it has more than one line. */
struct span paste_dialog_trim(struct span text);
bool paste_dialog_is_needed(struct span text);

/* Opens the dialog with a copy of the text, or adds the text to the open dialog. Returns false
 * without memory, and changes nothing. */
bool paste_dialog_add(struct paste_dialog *p, struct span text, bool cut);
/* Disables a choice: the text is too long for one message, or has too many lines for the outbox. */
void paste_dialog_disable(struct paste_dialog *p, enum paste_choice choice);

/* Closes the dialog and frees its text. Does nothing if it is closed. */
void paste_dialog_close(struct paste_dialog *p);

/* Handles a key. Returns the choice; PASTE_CHOICES: none yet. The caller closes the dialog. */
enum paste_choice paste_dialog_input(struct paste_dialog *p, const struct action *in);

/* Write the dialog's title, and the label of a choice. */
void paste_dialog_title(const struct paste_dialog *p, char *ret, size_t size);
void paste_dialog_option(const struct paste_dialog *p, enum paste_choice choice, char *ret,
                         size_t size);

/* Removes the next line that is not empty from the front of *text. Returns false if there is none.
 */
bool paste_dialog_next_line(struct span *text, struct span *ret);

#endif
