#include "tui/core/coming.h"

enum { FOLD_PATIENCE = 600 }; /* seconds: what comes later is news of its own */

/* The first of a run is told in the server's own words. */
static void show(struct app *a, const char *msg)
{
    char text[FOLD_ROOM];
    fold_text(&a->fold, text);
    if (a->folding && scrollback_edit_last(a->lines, text))
        app_log(a, LINE_SERVER, "", msg);
    else
        app_line(a, LINE_SERVER, "", msg);
    a->folding = true;
    a->folded = a->wall;
    a->dirty = true;
}

bool coming_take(struct app *a, const char *msg)
{
    struct notice notice = notice_read(msg);
    bool coming = notice.kind == NOTICE_JOINED || notice.kind == NOTICE_LEFT;
    if (!coming || a->setup.show != NULL) return false;
    if (a->setup.joinless) {
        app_log(a, LINE_SERVER, "", msg);
        return true;
    }
    if (a->wall - a->folded > FOLD_PATIENCE) a->folding = false;
    if (!a->folding) fold_end(&a->fold);
    fold_take(&a->fold, &notice);
    show(a, msg);
    return true;
}

void coming_toggle(struct app *a)
{
    a->setup.joinless = !a->setup.joinless;
    app_hint(a, "Who joins and leaves is %s.", a->setup.joinless ? "not shown" : "shown");
}
