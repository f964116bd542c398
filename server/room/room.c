#include "server/room/room.h"

#include "common/nick.h"
#include "server/room/lookalike.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void room_init(struct room *r, struct counters *counters, char *ring_memory, size_t size)
{
    memset(r, 0, sizeof *r);
    r->counters = counters;
    member_list_init(&r->list);
    ring_init(&r->ring, ring_memory, size);
}

void room_set_history(struct room *r, size_t messages)
{
    history_log_limit(&r->history, messages, r->ring.size);
}

void room_deinit(struct room *r)
{
    history_log_deinit(&r->history);
    member_list_deinit(&r->list);
    free(r->members);
    r->members = NULL;
}

/* Appends a frame to the ring. Returns its size; 0: it is too long. */
static size_t append(struct room *r, const char *nick, const char *msg)
{
    size_t n = packet_encode(r->frame, PROTO_BROADCAST, nick, msg);
    if (n > 0) ring_append(&r->ring, r->frame, n);
    return n;
}

/* Lets a single new member, which is the last one, start behind the notice. Several new members
 * receive it, because it names the others as well. */
static void publish_batch(struct room *r)
{
    char line[PRESENCE_LINE];
    bool joins = r->presence.kind == PRESENCE_JOINED;
    size_t count = presence_flush(&r->presence, line);
    append(r, PACKET_SERVER, line);
    if (joins && count == 1) r->members[r->count - 1]->cursor = r->ring.head;
}

static void flush_presence(struct room *r)
{
    if (r->presence.batched > 0) publish_batch(r);
}

/* Publishes something that was said. Publishes the batch first, so that the join of a member comes
 * before its messages. */
static bool publish(struct room *r, const char *nick, const char *msg)
{
    flush_presence(r);
    size_t n = append(r, nick, msg);
    if (n > 0) history_log_add(&r->history, r->frame, n, r->unix_ms);
    return n > 0;
}

void room_notice(struct room *r, const char *msg)
{
    publish(r, PACKET_SERVER, msg);
}

void room_restore(struct room *r, int64_t unix_ms, const char *nick, const char *msg)
{
    size_t n = packet_encode(r->frame, PROTO_BROADCAST, nick, msg);
    if (n > 0) history_log_add(&r->history, r->frame, n, unix_ms);
}

static void publish_notice(struct room *r, const char *nick, const char *what, const char *other)
{
    char text[2 * NICK_BYTES + 64];
    snprintf(text, sizeof text, "%s%s%s", nick, what, other);
    flush_presence(r);
    append(r, PACKET_SERVER, text);
}

/* Publishes a join or leave, or adds it to the batch. */
static void publish_presence(struct room *r, const char *nick, enum presence_kind kind)
{
    if (r->presence.kind != kind) flush_presence(r);
    if (!presence_add(&r->presence, nick, kind)) publish_notice(r, nick, presence_text(kind), "");
}

static void publish_rename(struct room *r, const char *nick, const char *new_nick)
{
    if (r->presence.kind != PRESENCE_RENAMED || presence_is_full(&r->presence)) flush_presence(r);
    if (presence_add_rename(&r->presence, nick, new_nick)) return;
    publish_notice(r, nick, PACKET_RENAMED, new_nick);
}

static void place_member(struct room *r, struct member *m, size_t index)
{
    r->members[index] = m;
    m->nick->index = (uint32_t)index;
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

/* Moves the last speaker and the last member into the gaps. */
static void remove_member(struct room *r, struct member *m)
{
    if (m->nick->index < r->speakers) swap_members(r, m->nick->index, --r->speakers);
    swap_members(r, m->nick->index, --r->count);
}

static void mark_speaker(struct room *r, struct member *m)
{
    size_t index = m->nick->index;
    if (index < r->speakers) return;
    if (r->speakers < ROOM_SPEAKERS)
        swap_members(r, index, r->speakers++);
    else
        swap_members(r, index, r->next_speaker++ % ROOM_SPEAKERS);
}

static void rename_member(struct room *r, struct member *m, struct nick_entry *entry)
{
    struct nick_entry *old = m->nick;
    m->nick = entry;
    entry->index = old->index;
    member_list_expire(&r->list);
    if (strcmp(old->text, entry->text) != 0) publish_rename(r, old->text, entry->text);
    nicks_remove(&r->nicks, old);
}

static enum claim_result join_member(struct room *r, struct member *m, struct nick_entry *entry)
{
    m->nick = entry;
    room_skip_history(m);
    if (!history_reader_open(&r->history, r->ring.head.pos, &m->history) || !add_member(r, m)) {
        m->nick = NULL;
        nicks_remove(&r->nicks, entry);
        return CLAIM_NOMEM;
    }
    member_list_expire(&r->list);
    publish_presence(r, entry->text, PRESENCE_JOINED);
    m->cursor = r->ring.head;
    return CLAIM_OK;
}

enum claim_result room_set_nick(struct room *r, struct member *m, const char *nick,
                                struct member **rival)
{
    if (rival) *rival = NULL;
    if (nick_check(nick) || !lookalike_allows(r->nicks.lookalike, nick)) return CLAIM_REFUSED;
    struct nick_entry *entry = nick_entry_new(&r->nicks, nick);
    if (!entry) return CLAIM_NOMEM;
    const struct nick_entry *holder = nicks_insert(&r->nicks, entry, m->nick);
    if (holder != entry) {
        free(entry);
        if (rival && holder) *rival = r->members[holder->index];
        return holder ? CLAIM_REFUSED : CLAIM_NOMEM;
    }
    nick_entry_renew_secret(&r->nicks, entry);
    if (!m->nick) return join_member(r, m, entry);
    rename_member(r, m, entry);
    return CLAIM_OK;
}

struct member *room_find_member(const struct room *r, const char *nick)
{
    const struct nick_entry *entry = nick_check(nick) ? NULL : nicks_find(&r->nicks, nick);
    return entry ? r->members[entry->index] : NULL;
}

size_t room_history_size(const struct member *m)
{
    return m->history ? (size_t)(m->history->end.pos - m->history->at.pos) : 0;
}

void room_skip_history(struct member *m)
{
    free(m->history);
    m->history = NULL;
}

bool room_broadcast(struct room *r, struct member *m, const char *msg)
{
    bool fits = publish(r, m->nick->text, msg);
    mark_speaker(r, m);
    return fits;
}

void room_leave(struct room *r, struct member *m)
{
    if (!m->nick) return;
    if (!r->closed) publish_presence(r, m->nick->text, PRESENCE_LEFT);
    remove_member(r, m);
    nicks_remove(&r->nicks, m->nick);
    m->nick = NULL;
    member_list_expire(&r->list);
}

bool room_build_list(struct room *r)
{
    if (member_list_is_built(&r->list)) return true;
    for (size_t i = 0; i < r->count; i++)
        if (!member_list_add(&r->list, r->members[i]->nick->text, r->frame)) return false;
    return member_list_finish(&r->list, r->frame);
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
