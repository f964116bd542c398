#include "tui/ui/activity.h"

#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool attention_looks(const struct attention *t, int64_t now)
{
    return t->gaze == GAZE_UNKNOWN ? now < t->until : t->gaze == GAZE_HERE;
}

static void look(struct attention *t)
{
    t->missed = t->mentions = 0;
    t->calling = false;
}

/* Who types looks, whatever the terminal said last: it may have changed hands. */
void attention_key(struct attention *t, int64_t now)
{
    t->until = now + ATTENTION_SPAN;
    if (t->gaze == GAZE_AWAY) t->gaze = GAZE_HERE;
    look(t);
}

void attention_focus(struct attention *t, bool here)
{
    t->gaze = here ? GAZE_HERE : GAZE_AWAY;
    if (here) look(t);
}

bool attention_unseen(struct attention *t)
{
    bool first = !t->ruled;
    t->ruled = true;
    return first;
}

void attention_seen(struct attention *t)
{
    t->ruled = false;
}

void attention_hear(struct attention *t, int64_t now, const char *nick, bool mention)
{
    if (attention_looks(t, now)) return;
    t->missed++;
    t->mentions += mention;
    if (!mention || now < t->calm) return;
    t->calling = true;
    t->calm = now + ATTENTION_CALM;
    snprintf(t->caller, sizeof t->caller, "%s", nick);
}

void attention_title(const struct attention *t, const char *where, char *ret, size_t size)
{
    if (t->mentions > 0)
        snprintf(ret, size, "(%zu) klatch: %s", t->mentions, where);
    else
        snprintf(ret, size, "%sklatch: %s", t->missed > 0 ? "• " : "", where);
}

/* OSC 777 parts its words with semicolons, and desktops know markup. */
static void defuse(char *text)
{
    for (; (text = strpbrk(text, ";<>&\"'`\\$%")) != NULL;) *text = '.';
}

void attention_words(const struct attention *t, char *ret, size_t size)
{
    size_t n, end = 0, room = size > 32 ? size - 32 : 0;
    char *clean = text_clean(t->caller, strlen(t->caller), TEXT_ONE_LINE, &n);
    for (size_t next = 0; clean != NULL && end < n; end = next) {
        next = text_next(clean, n, end);
        if (next > room) break;
    }
    snprintf(ret, size, "%.*s mentions you in klatch", (int)end, clean != NULL ? clean : "");
    defuse(ret);
    free(clean);
}
