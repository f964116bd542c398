#include "tui/ui/jump.h"

#include "tui/core/mention.h"

static long mentions(const struct line *line, const void *nick)
{
    bool speaks = line->kind == LINE_MESSAGE && mention_of(line->text, nick);
    return speaks ? 0 : SCROLLBACK_NO_MATCH;
}

void search_mention(struct app *a, int step)
{
    if (!scrollback_seek(a->lines, step, true, mentions, a->nick))
        app_hint(a, "Nobody mentions you further %s.", step < 0 ? "up" : "down");
}

void search_unread(struct app *a)
{
    if (!scrollback_first_unread(a->lines)) app_hint(a, "Nothing is unread.");
}
