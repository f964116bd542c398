#include "tui/ui/nick_dialog.h"

#include "common/nick.h"

#include <stdio.h>

enum { FIELD_BYTES = 4 * NICK_BYTES };

static const char rule[] = "Up to 32 letters, digits, symbols; single spaces.";

bool dialog_init(struct dialog *d)
{
    *d = (struct dialog){.field = editor_new(FIELD_BYTES)};
    return d->field != NULL;
}

void dialog_free(struct dialog *d)
{
    editor_free(d->field);
}

static void note(struct dialog *d, const char *says)
{
    snprintf(d->note, sizeof d->note, "%s", says);
}

void dialog_open(struct dialog *d, const char *proposal)
{
    editor_set(d->field, proposal);
    d->open = true;
    d->fresh = proposal[0] != '\0';
    note(d, rule);
}

void dialog_close(struct dialog *d)
{
    d->open = false;
}

static bool deletes(const struct input *in)
{
    return in->kind == INPUT_EDIT && in->edit >= EDIT_BACKSPACE && in->edit <= EDIT_CUT_WORD_RIGHT;
}

static bool types(const struct input *in)
{
    return in->kind == INPUT_TEXT || in->kind == INPUT_PASTE;
}

/* Text copied with the end of its line is meant without it. */
static void type(struct dialog *d, const struct input *in)
{
    size_t n = in->n;
    while (n > 0 && in->text[n - 1] == '\n') n--;
    if (n > 0 && !editor_insert(d->field, in->text, n)) note(d, "That is too long for a nickname.");
}

static void edit(struct dialog *d, const struct input *in)
{
    bool replace = d->fresh && (types(in) || deletes(in));
    d->fresh = false;
    note(d, rule);
    if (replace) editor_set(d->field, "");
    if (types(in)) type(d, in);
    if (in->kind == INPUT_EDIT) editor_do(d->field, in->edit);
}

static const char *ask(struct dialog *d)
{
    const char *nick = editor_text(d->field, NULL), *wrong = nick_check(nick);
    d->fresh = false;
    if (wrong == NULL) return nick;
    note(d, wrong);
    return NULL;
}

const char *dialog_input(struct dialog *d, const struct input *in)
{
    if (in->kind == INPUT_ENTER) return ask(d);
    if (types(in) || in->kind == INPUT_EDIT) edit(d, in);
    return NULL;
}

void dialog_refused(struct dialog *d, const char *nick)
{
    if (!d->open) dialog_open(d, nick);
    d->fresh = false;
    note(d, "The server refused it: taken or not allowed. Choose another.");
}
