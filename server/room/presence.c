#include "server/room/presence.h"

#include "common/packet.h"

#include <stdio.h>
#include <string.h>

enum { RENAME_ROOM = 2 * NICK_BYTES + 64 }; /* bytes of a line with two nicknames */

const char *presence_text(enum presence_kind kind)
{
    if (kind == PRESENCE_RENAMED) return PACKET_RENAMED;
    return kind == PRESENCE_JOINED ? PACKET_JOINED : PACKET_LEFT;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), size = strlen(end);
    return n >= size && strcmp(text + n - size, end) == 0;
}

bool presence_is_notice(const char *nick, const char *msg)
{
    return strcmp(nick, PACKET_SERVER) == 0 &&
           (ends_with(msg, PACKET_JOINED) || ends_with(msg, PACKET_LEFT) ||
            strstr(msg, PACKET_RENAMED) != NULL);
}

/* Counts one. Returns whether it belongs to the batch. */
static bool count_one(struct presence *p, enum presence_kind kind)
{
    if (++p->count <= PRESENCE_INDIVIDUAL && !p->storm) return false;
    p->kind = kind;
    return true;
}

bool presence_add(struct presence *p, const char *nick, enum presence_kind kind)
{
    if (!count_one(p, kind)) return false;
    if (p->batched < PRESENCE_NAMED) snprintf(p->nicks[p->batched], sizeof p->nicks[0], "%s", nick);
    p->batched++;
    return true;
}

bool presence_is_full(const struct presence *p)
{
    return p->renames_len + RENAME_ROOM > sizeof p->renames;
}

bool presence_add_rename(struct presence *p, const char *nick, const char *new_nick)
{
    if (!count_one(p, PRESENCE_RENAMED)) return false;
    size_t room = sizeof p->renames - p->renames_len;
    p->renames_len += (size_t)snprintf(p->renames + p->renames_len, room, "%s%s%s%s",
                                       p->batched > 0 ? "\n" : "", nick, PACKET_RENAMED, new_nick);
    p->batched++;
    return true;
}

void presence_tick(struct presence *p)
{
    if (p->count > 0) p->storm = p->count > PRESENCE_INDIVIDUAL;
    p->count = 0;
}

/* Returns the text before nickname i in "a", "a and b", "a, b and c", "a, b and 12 others". */
static const char *separator(size_t i, size_t named, size_t others)
{
    if (i == 0) return "";
    return i + 1 == named && others == 0 ? " and " : ", ";
}

static void format_names(const struct presence *p, char line[PRESENCE_LINE])
{
    size_t count = p->batched, at = 0;
    size_t named = count <= PRESENCE_NAMED ? count : PRESENCE_NAMED - 1, others = count - named;
    for (size_t i = 0; i < named; i++)
        at += (size_t)snprintf(line + at, PRESENCE_LINE - at, "%s%s", separator(i, named, others),
                               p->nicks[i]);
    if (others > 0)
        at += (size_t)snprintf(line + at, PRESENCE_LINE - at, " and %zu others", others);
    if (count > 0) snprintf(line + at, PRESENCE_LINE - at, "%s", presence_text(p->kind));
}

size_t presence_flush(struct presence *p, char line[PRESENCE_LINE])
{
    size_t count = p->batched;
    if (p->kind == PRESENCE_RENAMED)
        memcpy(line, p->renames, p->renames_len + 1);
    else
        format_names(p, line);
    p->batched = p->renames_len = 0;
    return count;
}
