#include "tui/ui/activity.h"

#include "common/text.h"
#include "tui/core/notice_names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool activity_is_looking(const struct activity *a, int64_t now)
{
    return a->focus == ACTIVITY_FOCUS_UNKNOWN ? now < a->active_until
                                              : a->focus == ACTIVITY_FOCUS_IN;
}

static void saw_all(struct activity *a)
{
    a->unseen = a->mentions = 0;
    a->notify_pending = false;
}

/* Sets the focus too: a key press implies it. */
void activity_key(struct activity *a, int64_t now)
{
    a->active_until = now + ACTIVITY_KEY_MS;
    if (a->focus == ACTIVITY_FOCUS_OUT) a->focus = ACTIVITY_FOCUS_IN;
    saw_all(a);
}

void activity_focus(struct activity *a, bool in)
{
    a->focus = in ? ACTIVITY_FOCUS_IN : ACTIVITY_FOCUS_OUT;
    if (in) saw_all(a);
}

bool activity_needs_marker(struct activity *a)
{
    bool first = !a->marker_set;
    a->marker_set = true;
    return first;
}

void activity_all_seen(struct activity *a)
{
    a->marker_set = false;
}

void activity_message(struct activity *a, int64_t now, const char *nick, bool mention)
{
    if (activity_is_looking(a, now)) return;
    a->unseen++;
    a->mentions += mention;
    if (!mention || now < a->next_notify_at) return;
    a->notify_pending = true;
    a->next_notify_at = now + ACTIVITY_NOTIFY_MS;
    snprintf(a->notify_nick, sizeof a->notify_nick, "%s", nick);
}

void activity_title(const struct activity *a, const char *where, char *ret, size_t size)
{
    if (a->mentions > 0)
        snprintf(ret, size, "(%zu) klatch: %s", a->mentions, where);
    else
        snprintf(ret, size, "%sklatch: %s", a->unseen > 0 ? "• " : "", where);
}

/* Replaces semicolons, which separate the fields of OSC 777, and characters that desktops read as
 * markup. */
static void replace_markup(char *text)
{
    for (; (text = strpbrk(text, ";<>&\"'`\\$%")) != NULL;) *text = '.';
}

void activity_notification(const struct activity *a, char *ret, size_t size)
{
    size_t n, end = 0, room = size > 34 ? size - 34 : 0;
    char marked[NICK_MARKED_SIZE];
    nick_mark(marked, a->notify_nick);
    char *clean = text_clean(marked, strlen(marked), TEXT_ONE_LINE, &n);
    for (size_t next = 0; clean != NULL && end < n; end = next) {
        next = text_next(clean, n, end);
        if (next > room) break;
    }
    const char *close = clean != NULL && end < n ? NICK_MARK_CLOSE : "";
    snprintf(ret, size, "%.*s%s" ACTIVITY_MENTIONS, (int)end, clean != NULL ? clean : "", close);
    replace_markup(ret);
    free(clean);
}
