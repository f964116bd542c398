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

bool room_remember(struct room *r, size_t frames)
{
    struct past past = {.newest = r->past.newest};
    if (frames > 0 && !past_init(&past, frames)) return false;
    for (struct cursor at = r->ring.tail; at.pos < r->ring.head.pos; ring_step(&r->ring, &at))
        past_note(&past, &at);
    past_free(&r->past);
    r->past = past;
    return true;
}

void room_free(struct room *r)
{
    past_free(&r->past);
    free(r->seats);
    r->seats = NULL;
}

/* The newest frame is its arrival. A newcomer without a past reads on after it. */
static void pass_arrival(struct room *r, struct member *m)
{
    if (m->at.pos < r->past.newest)
        m->own = r->past.newest;
    else
        m->at = r->ring.head;
}

/* Tells what was folded. A newcomer folded in alone, who has the last seat, does not hear of its
 * own arrival; of several, each hears who came with it. */
static void tell_folded(struct room *r)
{
    char line[NEWS_LINE];
    bool arrivals = r->news.kind == NEWS_JOINED;
    size_t count = news_unfold(&r->news, line);
    room_announce(r, line);
    if (arrivals && count == 1) pass_arrival(r, r->seats[r->count - 1]);
}

static void settle(struct room *r)
{
    if (r->news.folded > 0) tell_folded(r);
}

/* Whatever is published comes after the news that were folded before it. */
static bool publish(struct room *r, const char *nick, const char *msg)
{
    settle(r);
    size_t n = packet_encode(r->frame, PROTO_BROADCAST, nick, msg);
    if (n == 0) return false;
    past_note(&r->past, &r->ring.head);
    ring_append(&r->ring, r->frame, n);
    return true;
}

void room_announce(struct room *r, const char *msg)
{
    publish(r, PACKET_SERVER, msg);
}

void room_recall(struct room *r, const char *nick, const char *msg)
{
    publish(r, nick, msg);
}

static void tell(struct room *r, const char *nick, const char *what, const char *other)
{
    char text[2 * NICK_BYTES + 64];
    snprintf(text, sizeof text, "%s %s%s", nick, what, other);
    room_announce(r, text);
}

/* False where it was folded, to be told later. */
static bool tell_news(struct room *r, const char *nick, enum news_kind kind)
{
    if (r->news.kind != kind) settle(r);
    if (news_fold(&r->news, nick, kind)) return false;
    tell(r, nick, news_words(kind), "");
    return true;
}

static void put(struct room *r, struct member *m, size_t seat)
{
    r->seats[seat] = m;
    m->seat = seat;
    r->moves++;
}

static void swap(struct room *r, size_t a, size_t b)
{
    struct member *m = r->seats[a];
    put(r, r->seats[b], a);
    put(r, m, b);
}

static bool sit_down(struct room *r, struct member *m)
{
    if (r->count == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 16;
        struct member **seats = realloc(r->seats, cap * sizeof *seats);
        if (!seats) return false;
        r->seats = seats;
        r->cap = cap;
    }
    put(r, m, r->count++);
    return true;
}

/* The last talker and then the last member close the gaps. */
static void stand_up(struct room *r, struct member *m)
{
    if (m->seat < r->talkers) swap(r, m->seat, --r->talkers);
    swap(r, m->seat, --r->count);
}

static void come_forward(struct room *r, struct member *m)
{
    if (m->seat < r->talkers) return;
    if (r->talkers < ROOM_TALKERS)
        swap(r, m->seat, r->talkers++);
    else
        swap(r, m->seat, r->next_talker++ % ROOM_TALKERS);
}

static void rename_member(struct room *r, struct member *m, struct name *name)
{
    struct name *old = m->name;
    m->name = name;
    if (strcmp(old->nick, name->nick) != 0) tell(r, old->nick, "is now known as ", name->nick);
    names_remove(&r->names, old);
}

static enum room_answer join(struct room *r, struct member *m, struct name *name)
{
    if (!sit_down(r, m)) {
        names_remove(&r->names, name);
        return ROOM_NOMEM;
    }
    m->name = name;
    m->own = UINT64_MAX;
    bool told = tell_news(r, name->nick, NEWS_JOINED);
    m->at = past_back(&r->past, &r->ring, r->past.frames + told);
    if (told) pass_arrival(r, m);
    return ROOM_YES;
}

enum room_answer room_claim(struct room *r, struct member *m, const char *nick)
{
    if (nick_check(nick)) return ROOM_NO;
    struct name *name = name_new(nick);
    if (!name) return ROOM_NOMEM;
    name->bearer = m;

    const struct name *there = names_enter(&r->names, name, m->name);
    if (there != name) {
        free(name);
        return there ? ROOM_NO : ROOM_NOMEM;
    }
    if (!m->name) return join(r, m, name);
    rename_member(r, m, name);
    return ROOM_YES;
}

struct member *room_bearer(const struct room *r, const char *nick)
{
    const struct name *name = nick_check(nick) ? NULL : names_find(&r->names, nick);
    return name ? name->bearer : NULL;
}

bool room_say(struct room *r, struct member *m, const char *msg)
{
    bool said = publish(r, m->name->nick, msg);
    come_forward(r, m);
    return said;
}

void room_leave(struct room *r, struct member *m)
{
    if (!m->name) return;
    if (!r->closed) tell_news(r, m->name->nick, NEWS_LEFT);
    stand_up(r, m);
    names_remove(&r->names, m->name);
    m->name = NULL;
}

void room_end_turn(struct room *r)
{
    settle(r);
    news_end_turn(&r->news);
}

void room_close(struct room *r)
{
    settle(r);
    r->closed = true;
}
