#include "tui/ui/dialogs/key_dialog.h"

void key_dialog_show(struct key_dialog *d, bool open)
{
    if (open != d->open) *d = (struct key_dialog){.open = open};
}

static bool moves(const struct action *in)
{
    if (in->kind == ACTION_COMPLETE || in->kind == ACTION_COMPLETE_PREV) return true;
    return in->kind == ACTION_EDIT &&
           (in->edit == EDIT_HISTORY_PREV || in->edit == EDIT_HISTORY_NEXT);
}

enum key_dialog_choice key_dialog_input(struct key_dialog *d, const struct action *in)
{
    if (in->kind == ACTION_ESCAPE) return KEY_DIALOG_LEAVE;
    if (in->kind == ACTION_ENTER) return d->trusts ? KEY_DIALOG_TRUST : KEY_DIALOG_LEAVE;
    if (moves(in)) d->trusts = !d->trusts;
    return KEY_DIALOG_OPEN;
}
