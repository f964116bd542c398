#include "server/room/room.h"

#include "common/nick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void room_init(struct room *r, char *mirrored, size_t size)
{
    memset(r, 0, sizeof *r);
    ring_init(&r->ring, mirrored, size);
}

bool room_set_history(struct room *r, size_t frames)
{
    struct history_index history = {.newest = r->history.newest};
    if (frames > 0 && !history_index_init(&history, frames)) return false;
    for (struct cursor at = r->ring.tail; at.pos < r->ring.head.pos; ring_step(&r->ring, &at))
        history_index_add(&history, &at);
    history_index_deinit(&r->history);
    r->history = history;
    return true;
}

void room_deinit(struct room *r)
{
    history_index_deinit(&r->history);
    free(r->members);
    r->members = NULL;
}

/* The newest frame is its arrival. A newcomer without a past reads on after it. */
static void skip_own_join(struct room *r, struct member *m)
{
    if (m->cursor.pos < r->history.newest)
        m->skip = r->history.newest;
    else
        m->cursor = r->ring.head;
}

/* Tells what was folded. A newcomer folded in alone, who has the last seat, does not hear of its
 * own arrival; of several, each hears who came with it. */
static void publish_batch(struct room *r)
{
    char line[PRESENCE_LINE];
    bool arrivals = r->presence.kind == PRESENCE_JOINED;
    size_t count = presence_flush(&r->presence, line);
    room_notice(r, line);
    if (arrivals && count == 1) skip_own_join(r, r->members[r->count - 1]);
}

static void flush_presence(struct room *r)
{
    if (r->presence.batched > 0) publish_batch(r);
}

/* Whatever is published comes after the news that were folded before it. */
static bool publish(struct room *r, const char *nick, const char *msg)
{
    flush_presence(r);
    size_t n = packet_encode(r->frame, PROTO_BROADCAST, nick, msg);
    if (n == 0) return false;
    history_index_add(&r->history, &r->ring.head);
    ring_append(&r->ring, r->frame, n);
    return true;
}

void room_notice(struct room *r, const char *msg)
{
    publish(r, PACKET_SERVER, msg);
}

void room_restore(struct room *r, const char *nick, const char *msg)
{
    publish(r, nick, msg);
}

static void notice_about(struct room *r, const char *nick, const char *what, const char *other)
{
    char text[2 * NICK_BYTES + 64];
    snprintf(text, sizeof text, "%s %s%s", nick, what, other);
    room_notice(r, text);
}

/* False where it was folded, to be told later. */
static bool publish_presence(struct room *r, const char *nick, enum presence_kind kind)
{
    if (r->presence.kind != kind) flush_presence(r);
    if (presence_add(&r->presence, nick, kind)) return false;
    notice_about(r, nick, presence_text(kind), "");
    return true;
}

static void place_member(struct room *r, struct member *m, size_t index)
{
    r->members[index] = m;
    m->index = index;
    r->generation++;
}

static void swap_members(struct room *r, size_t a, size_t b)
{
    struct member *m = r->members[a];
    place_member(r, r->members[b], a);
    place_member(r, m, b);
}

static bool add_member(struct room *r, struct member *m)
{
    if (r->count == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 16;
        struct member **members = realloc(r->members, cap * sizeof *members);
        if (!members) return false;
        r->members = members;
        r->cap = cap;
    }
    place_member(r, m, r->count++);
    return true;
}

/* The last talker and then the last member close the gaps. */
static void remove_member(struct room *r, struct member *m)
{
    if (m->index < r->speakers) swap_members(r, m->index, --r->speakers);
    swap_members(r, m->index, --r->count);
}

static void mark_speaker(struct room *r, struct member *m)
{
    if (m->index < r->speakers) return;
    if (r->speakers < ROOM_SPEAKERS)
        swap_members(r, m->index, r->speakers++);
    else
        swap_members(r, m->index, r->next_speaker++ % ROOM_SPEAKERS);
}

static void rename_member(struct room *r, struct member *m, struct nick_entry *name)
{
    struct nick_entry *old = m->nick;
    m->nick = name;
    if (strcmp(old->text, name->text) != 0)
        notice_about(r, old->text, "is now known as ", name->text);
    nicks_remove(&r->nicks, old);
}

static enum claim_result join(struct room *r, struct member *m, struct nick_entry *name)
{
    if (!add_member(r, m)) {
        nicks_remove(&r->nicks, name);
        return CLAIM_NOMEM;
    }
    m->nick = name;
    m->skip = UINT64_MAX;
    bool told = publish_presence(r, name->text, PRESENCE_JOINED);
    m->cursor = history_index_seek(&r->history, &r->ring, r->history.frames + told);
    if (told) skip_own_join(r, m);
    return CLAIM_OK;
}

enum claim_result room_set_nick(struct room *r, struct member *m, const char *nick)
{
    if (nick_check(nick)) return CLAIM_REFUSED;
    struct nick_entry *name = nick_entry_new(nick);
    if (!name) return CLAIM_NOMEM;
    name->member = m;

    const struct nick_entry *there = nicks_insert(&r->nicks, name, m->nick);
    if (there != name) {
        free(name);
        return there ? CLAIM_REFUSED : CLAIM_NOMEM;
    }
    if (!m->nick) return join(r, m, name);
    rename_member(r, m, name);
    return CLAIM_OK;
}

struct member *room_find_member(const struct room *r, const char *nick)
{
    const struct nick_entry *name = nick_check(nick) ? NULL : nicks_find(&r->nicks, nick);
    return name ? name->member : NULL;
}

bool room_broadcast(struct room *r, struct member *m, const char *msg)
{
    bool said = publish(r, m->nick->text, msg);
    mark_speaker(r, m);
    return said;
}

void room_leave(struct room *r, struct member *m)
{
    if (!m->nick) return;
    if (!r->closed) publish_presence(r, m->nick->text, PRESENCE_LEFT);
    remove_member(r, m);
    nicks_remove(&r->nicks, m->nick);
    m->nick = NULL;
}

void room_tick(struct room *r)
{
    flush_presence(r);
    presence_tick(&r->presence);
}

void room_close(struct room *r)
{
    flush_presence(r);
    r->closed = true;
}
