#include "server/room/presence.h"

#include <stdio.h>

const char *news_words(enum news_kind kind)
{
    return kind == NEWS_JOINED ? "joined the chat" : "left the chat";
}

bool news_fold(struct news *n, const char *nick, enum news_kind kind)
{
    if (++n->count <= NEWS_EACH && !n->storm) return false;
    n->kind = kind;
    if (n->folded < NEWS_NAMED) snprintf(n->names[n->folded], sizeof n->names[0], "%s", nick);
    n->folded++;
    return true;
}

void news_end_turn(struct news *n)
{
    if (n->count > 0) n->storm = n->count > NEWS_EACH;
    n->count = 0;
}

/* "a", "a and b", "a, b and c", "a, b and 12 others": what stands before name i of `named`. */
static const char *joint(size_t i, size_t named, size_t others)
{
    if (i == 0) return "";
    return i + 1 == named && others == 0 ? " and " : ", ";
}

size_t news_unfold(struct news *n, char line[NEWS_LINE])
{
    size_t count = n->folded, at = 0;
    size_t named = count <= NEWS_NAMED ? count : NEWS_NAMED - 1, others = count - named;
    for (size_t i = 0; i < named; i++)
        at += (size_t)snprintf(line + at, NEWS_LINE - at, "%s%s", joint(i, named, others),
                               n->names[i]);
    if (others > 0) at += (size_t)snprintf(line + at, NEWS_LINE - at, " and %zu others", others);
    if (count > 0) snprintf(line + at, NEWS_LINE - at, " %s", news_words(n->kind));
    n->folded = 0;
    return count;
}
