#include "tui/status.h"

#include "common/text.h"

#include <stdio.h>
#include <string.h>

enum { LEFT_CELLS = 8 }; /* what the right side leaves to the left, where it can be short */

static const char *standing(const struct app *a)
{
    switch (a->stage) {
    case APP_CONNECTING: return "connecting";
    case APP_GREETING: return "waiting for the server";
    case APP_CHOOSING: return a->asking ? "asking for the nickname" : "choosing a nickname";
    case APP_HERE: return "here";
    case APP_LEAVING: return "leaving";
    case APP_LOST:
    case APP_DONE: break;
    }
    return "connection lost";
}

static void clock_text(char *text, size_t size, int64_t seconds)
{
    int64_t minutes = seconds / 60;
    if (minutes < 60)
        snprintf(text, size, "%d:%02d", (int)minutes, (int)(seconds % 60));
    else
        snprintf(text, size, "%d:%02d:%02d", (int)(minutes / 60), (int)(minutes % 60),
                 (int)(seconds % 60));
}

static void unread_text(const struct app *a, char *text, size_t size, bool brief)
{
    size_t unread = scrollback_unread(a->lines);
    text[0] = '\0';
    if (scrollback_at_bottom(a->lines)) return;
    if (unread == 0)
        snprintf(text, size, brief ? "more below" : "more below · Ctrl+End");
    else
        snprintf(text, size, brief ? "%zu new" : "%zu new below · Ctrl+End", unread);
}

static void right_text(struct status *s, const struct app *a, bool brief)
{
    char ends[32], clock[64] = "", unread[64];
    unread_text(a, unread, sizeof unread, brief || a->ends > 0);
    if (a->ends > 0) {
        clock_text(ends, sizeof ends, app_seconds(a));
        snprintf(clock, sizeof clock, brief ? "ends %s" : "server shuts down in %s", ends);
    }
    const char *between = unread[0] != '\0' && clock[0] != '\0' ? " · " : "";
    snprintf(s->right, sizeof s->right, "%s%s%s", unread, between, clock);
}

struct status status_make(const struct app *a, int columns)
{
    struct status s = {.urgent = a->ends > 0};
    snprintf(s.left, sizeof s.left, "%s", a->hint[0] != '\0' ? a->hint : standing(a));
    right_text(&s, a, false);
    size_t width = text_width(s.right, strlen(s.right));
    if (width + LEFT_CELLS > (size_t)columns || a->hint[0] != '\0') right_text(&s, a, true);
    return s;
}
