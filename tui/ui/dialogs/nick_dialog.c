#include "tui/ui/dialogs/nick_dialog.h"

#include "common/nick.h"
#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/editor/line_editor.h"

#include <stdio.h>

enum { FIELD_BYTES = 4 * NICK_BYTES };

bool nick_dialog_init(struct nick_dialog *d)
{
    *d = (struct nick_dialog){.editor = editor_new(FIELD_BYTES)};
    return d->editor != NULL;
}

void nick_dialog_free(struct nick_dialog *d)
{
    editor_free(d->editor);
}

static void set_message(struct nick_dialog *d, const char *says)
{
    snprintf(d->message, sizeof d->message, "%s", says);
}

void nick_dialog_open(struct nick_dialog *d, const char *proposal)
{
    editor_set(d->editor, proposal);
    d->open = true;
    d->replace_on_type = proposal[0] != '\0';
    set_message(d, MESSAGE_NICK_RULE);
}

void nick_dialog_close(struct nick_dialog *d)
{
    d->open = false;
}

static bool deletes(const struct action *in)
{
    return in->kind == ACTION_EDIT && editor_deletes(in->edit);
}

static bool types(const struct action *in)
{
    return in->kind == ACTION_TEXT || in->kind == ACTION_PASTE;
}

/* Ignores line feeds at the end of a paste. */
static void type(struct nick_dialog *d, const struct action *in)
{
    size_t n = in->n;
    while (n > 0 && in->text[n - 1] == '\n') n--;
    if (n > 0 && !editor_insert(d->editor, in->text, n)) set_message(d, MESSAGE_NICK_TOO_LONG);
}

static void edit(struct nick_dialog *d, const struct action *in)
{
    bool replace = d->replace_on_type && (types(in) || deletes(in));
    d->replace_on_type = false;
    set_message(d, MESSAGE_NICK_RULE);
    if (replace) editor_set(d->editor, "");
    if (types(in)) type(d, in);
    if (in->kind == ACTION_EDIT) editor_do(d->editor, in->edit);
}

static const char *ask(struct nick_dialog *d)
{
    const char *nick = editor_text(d->editor, NULL), *wrong = nick_check(nick);
    d->replace_on_type = false;
    if (wrong == NULL) return nick;
    set_message(d, wrong);
    return NULL;
}

const char *nick_dialog_input(struct nick_dialog *d, const struct action *in)
{
    if (in->kind == ACTION_ENTER) return ask(d);
    if (types(in) || in->kind == ACTION_EDIT) edit(d, in);
    return NULL;
}

void nick_dialog_refused(struct nick_dialog *d, const char *nick, const char *like)
{
    if (!d->open) nick_dialog_open(d, nick);
    d->replace_on_type = false;
    snprintf(d->message, sizeof d->message, MESSAGE_NICK_REFUSED, nick);
    if (like == NULL) return;
    char marked[NICK_MARKED_SIZE], marked_like[NICK_MARKED_SIZE];
    nick_mark(marked, nick);
    nick_mark(marked_like, like);
    snprintf(d->message, sizeof d->message, MESSAGE_NICK_LOOKS_LIKE, marked, marked_like);
}
