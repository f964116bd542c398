#include "tui/ui/dialogs/search.h"

#include "common/text.h"
#include "tui/base/text_search.h"
#include "tui/core/mention.h"

#include <stdio.h>
#include <string.h>

long search_matches(const struct line *line, const void *text)
{
    size_t n = strlen(line->text), end, at = text_search_find(line->text, n, 0, text, &end);
    if (at < n) return (long)at;
    size_t nick_n = strlen(line->nick);
    return text_search_find(line->nick, nick_n, 0, text, &end) < nick_n ? 0 : SCROLLBACK_NO_MATCH;
}

static void look(struct search *q, struct scrollback *s, bool next)
{
    q->count = q->index = 0;
    if (q->text[0] == '\0') return;
    scrollback_seek(s, q->step, next, search_matches, q->text);
    q->count = scrollback_count(s, search_matches, q->text, &q->index);
}

void search_go(struct search *q, struct scrollback *s, int step)
{
    q->step = step;
    if (q->open && q->text[0] == '\0') memcpy(q->text, q->last, sizeof q->text);
    if (!q->open) {
        q->text[0] = '\0';
        scrollback_keep_place(s);
    }
    q->open = true;
    look(q, s, true);
}

/* Ignores text that does not fit. */
void search_type(struct search *q, struct scrollback *s, struct span text)
{
    size_t n = strlen(q->text);
    if (text.n >= sizeof q->text - n) return;
    memcpy(q->text + n, text.p, text.n);
    q->text[n + text.n] = '\0';
    look(q, s, false);
}

void search_backspace(struct search *q, struct scrollback *s)
{
    q->text[text_prev(q->text, strlen(q->text))] = '\0';
    look(q, s, false);
}

void search_close(struct search *q)
{
    if (q->text[0] != '\0') memcpy(q->last, q->text, sizeof q->last);
    q->open = false;
}

void search_cancel(struct search *q, struct scrollback *s)
{
    search_close(q);
    scrollback_go_back(s);
}

void search_status(const struct search *q, char *text, size_t size, bool brief)
{
    char found[64] = SEARCH_EMPTY;
    if (q->text[0] != '\0') snprintf(found, sizeof found, SEARCH_COUNT, q->index, q->count);
    if (q->text[0] != '\0' && q->count == 0) snprintf(found, sizeof found, SEARCH_NONE);
    snprintf(text, size, "%s%s", found, brief ? "" : SEARCH_KEYS);
}

static long mentions(const struct line *line, const void *nick)
{
    bool found = line->kind == LINE_MESSAGE && mention_of(line->text, nick);
    return found ? 0 : SCROLLBACK_NO_MATCH;
}

bool search_mention(struct scrollback *s, const char *nick, int step)
{
    return scrollback_seek(s, step, true, mentions, nick);
}
