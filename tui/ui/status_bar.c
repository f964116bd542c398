#include "tui/ui/status_bar.h"

#include "common/text.h"
#include "tui/core/speech.h"

#include <stdio.h>
#include <string.h>

enum { LEFT_CELLS = 8 }; /* what the right side leaves to the left, where it can be short */

static const char *standing(const struct app *a)
{
    switch (a->stage) {
    case APP_AWAY: break;
    case APP_CONNECTING: return "connecting";
    case APP_GREETING: return "waiting for the server";
    case APP_CHOOSING:
        if (a->asking || a->away.asks >= 0) return "asking for the nickname";
        return "choosing a nickname";
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

void status_below(const struct app *a, char *text, size_t size, bool brief)
{
    size_t unread = scrollback_unread(a->lines);
    text[0] = '\0';
    if (scrollback_at_bottom(a->lines)) return;
    if (unread == 0)
        snprintf(text, size, brief ? "more below" : "more below · Ctrl+End");
    else
        snprintf(text, size, brief ? "%zu new" : "%zu new below · Ctrl+End", unread);
}

/* Where rows are pinned, the rule above them says it. */
static void unread_text(const struct app *a, char *text, size_t size, bool brief)
{
    text[0] = '\0';
    if (scrollback_pinned(a->lines) == 0) status_below(a, text, size, brief);
}

static void retry_text(const struct app *a, char *text, size_t size, bool brief)
{
    long long seconds = app_seconds(a);
    if (a->away.dials < 0)
        snprintf(text, size, brief ? "Enter tries" : "Enter tries again");
    else
        snprintf(text, size, brief ? "again in %lld s" : "reconnecting in %lld s · Enter tries now",
                 seconds);
}

static void ends_text(const struct app *a, char *text, size_t size, bool brief)
{
    char ends[32];
    clock_text(ends, sizeof ends, app_seconds(a));
    snprintf(text, size, brief ? "ends %s" : "server shuts down in %s", ends);
}

static void doubt_text(const struct app *a, char *text, size_t size, bool brief)
{
    snprintf(text, size, brief ? "%zu ?" : "%zu marked ? · /resend or /drop", speech_doubtful(a));
}

static void paste_text(const struct app *a, char *text, size_t size, bool brief)
{
    size_t gone = a->pasted - speech_pasted(a);
    snprintf(text, size, brief ? "%zu/%zu Esc" : "pasting %zu of %zu · Esc stops", gone, a->pasted);
}

/* The most urgent thing there is to tell but for what is unread. */
static void clock_or_doubt(const struct app *a, char *text, size_t size, bool brief)
{
    text[0] = '\0';
    if (a->stage == APP_AWAY)
        retry_text(a, text, size, brief);
    else if (speech_pasted(a) > 0)
        paste_text(a, text, size, brief);
    else if (a->ends > 0)
        ends_text(a, text, size, brief);
    else if (a->stage == APP_HERE && speech_doubtful(a) > 0)
        doubt_text(a, text, size, brief);
}

static void right_text(struct status *s, const struct app *a, bool brief)
{
    char urgent[80], unread[64];
    clock_or_doubt(a, urgent, sizeof urgent, brief);
    unread_text(a, unread, sizeof unread, brief || urgent[0] != '\0');
    const char *between = unread[0] != '\0' && urgent[0] != '\0' ? " · " : "";
    snprintf(s->right, sizeof s->right, "%s%s%s", unread, between, urgent);
    s->urgent = urgent[0] != '\0';
}

static bool has_room(const struct status *s, int columns)
{
    size_t left = text_width(s->left, strlen(s->left)),
           right = text_width(s->right, strlen(s->right));
    return left + right + 2 + LAYOUT_BAR <= (size_t)columns;
}

/* A hint goes before what is known for longer. */
struct status status_make(const struct app *a, int columns)
{
    struct status s = {0};
    snprintf(s.left, sizeof s.left, "%s", a->hint[0] != '\0' ? a->hint : standing(a));
    right_text(&s, a, false);
    size_t width = text_width(s.right, strlen(s.right));
    if (width + LEFT_CELLS > (size_t)columns || a->hint[0] != '\0') right_text(&s, a, true);
    if (a->hint[0] != '\0' && !has_room(&s, columns)) s.right[0] = '\0';
    return s;
}
