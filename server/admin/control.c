#include "server/admin/control.h"

#include "common/text.h"
#include "server/admin/command.h"
#include "server/base/ip.h"
#include "server/system/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    LISTED = 64, /* connections, or bans, in a part of an answer */
    SWEPT = 256, /* connections looked at in a turn */
};

/* -- answers -- */

static size_t clip(int n, size_t room)
{
    if (n < 0) return 0;
    return (size_t)n < room ? (size_t)n : room - 1;
}

__attribute__((format(printf, 2, 3))) static size_t done(struct visit *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    size_t room = sizeof v->part - sizeof ORDER_OK;
    size_t n = clip(vsnprintf(v->part, room, format, args), room);
    va_end(args);
    return n + (size_t)sprintf(v->part + n, ORDER_OK "\n");
}

static size_t refuse(struct visit *v, const char *why)
{
    return clip(snprintf(v->part, sizeof v->part, ORDER_ERROR "%s\n", why), sizeof v->part);
}

/* -- what concerns one -- */

static size_t kick(struct admin *a, struct visit *v, const struct order *o)
{
    struct member *m = room_find_member(a->at.room, o->name);
    if (!m) return refuse(v, "nobody here is called that");
    char *nick = text_clean(m->nick->text, strlen(m->nick->text), TEXT_ONE_LINE, NULL);
    struct conn *c = conn_of(m);
    conn_remove(c, o->text);
    peers_activate(a->at.peers, c);
    size_t n = done(v, "removed %s\n", nick ? nick : "");
    free(nick);
    return n;
}

static size_t say(struct admin *a, struct visit *v, const struct order *o)
{
    room_notice(a->at.room, o->text);
    return done(v, "%s", "");
}

static size_t shut_down(struct admin *a, struct visit *v, const struct order *o)
{
    int seconds = o->seconds >= 0 ? o->seconds : a->at.options->shutdown_delay;
    closing_ask(a->at.closing, seconds, a->now);
    bool counts = seconds > 0 && !a->at.closing->finishing;
    if (counts) return done(v, "the room closes in %d seconds\n", seconds);
    return done(v, "%s", "the room closes now\n");
}

/* -- bans -- */

static bool peer_ip(const struct conn *c, struct ip *ret)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    if (getpeername(c->fd, (struct sockaddr *)&sa, &len) < 0) return false;
    *ret = ip_from_sockaddr((struct sockaddr *)&sa);
    return true;
}

static void sweep_one(struct admin *a, struct conn *c)
{
    struct ip from;
    if (!c || c->state != CONN_OPEN || !peer_ip(c, &from)) return;
    if (!bans_match(&a->at.door->admission.bans, &from)) return;
    conn_cut(c, REJECT_BANNED, BANS_MESSAGE);
    peers_activate(a->at.peers, c);
    a->found++;
}

void control_sweep(struct admin *a)
{
    const struct slots *slots = &a->at.peers->slots;
    for (int i = 0; i < SWEPT && a->swept < slots->size; i++)
        sweep_one(a, slots->conns[a->swept++]);
    if (a->swept < slots->size) return;
    a->sweeps = false;
    log_event("control: %u connections were from banned addresses", a->found);
}

static void start_sweep(struct admin *a)
{
    a->sweeps = true;
    a->swept = 0;
    a->found = 0;
}

static size_t ban(struct admin *a, struct visit *v, const struct order *o)
{
    struct cidr b;
    char text[CIDR_TEXT];
    const char *why = cidr_parse(&b, o->name);
    if (!why) why = bans_add(&a->at.door->admission.bans, &b);
    if (why) return refuse(v, why);
    start_sweep(a);
    cidr_format(&b, text);
    return done(v, "%s is banned\n", text);
}

static size_t unban(struct admin *a, struct visit *v, const struct order *o)
{
    struct cidr b;
    char text[CIDR_TEXT];
    const char *why = cidr_parse(&b, o->name);
    if (why) return refuse(v, why);
    if (!bans_remove(&a->at.door->admission.bans, &b)) return refuse(v, "that is not banned");
    cidr_format(&b, text);
    return done(v, "%s is not banned any more\n", text);
}

/* -- lists -- */

/* Ends a part: the list's last one says so. */
static size_t end_part(struct visit *v, size_t n, bool is_last)
{
    v->more = !is_last;
    if (is_last) n += (size_t)sprintf(v->part + n, ORDER_OK "\n");
    return n;
}

static size_t list_bans(struct admin *a, struct visit *v)
{
    const struct bans *bans = &a->at.door->admission.bans;
    char text[CIDR_TEXT];
    size_t n = 0;
    for (int i = 0; i < LISTED && v->at < bans->count; i++) {
        cidr_format(&bans->all[v->at++], text);
        n += (size_t)sprintf(v->part + n, "%s\n", text);
    }
    return end_part(v, n, v->at >= bans->count);
}

static int64_t at_least(int64_t value, int64_t least)
{
    return value > least ? value : least;
}

/* Whose volume is full again is idle since about then; see fairness.h. */
static int64_t idle_seconds(const struct conn *c, int64_t now, int64_t here)
{
    if (c->volume.full_at == 0) return here;
    return at_least(now - c->volume.full_at / 1000, 0) / 1000;
}

/* Nicknames come last, as they may have spaces in them; a stranger has none. */
static size_t list_one(const struct admin *a, const struct conn *c, char *to, size_t room)
{
    struct ip from;
    char address[IP_TEXT] = "gone", *clean = NULL;
    bool is_member = session_is_member(&c->session);
    int64_t here = at_least(a->now / 1000 - c->since, 0);
    if (peer_ip(c, &from)) ip_format(&from, address);
    if (is_member)
        clean = text_clean(c->session.member.nick->text, strlen(c->session.member.nick->text),
                           TEXT_ONE_LINE, NULL);
    uint64_t lag = is_member ? ring_lag(&a->at.room->ring, &c->session.member.cursor) : 0;
    int n = snprintf(to, room, "%-39s %8jd %8jd %10ju  %s\n", address, (intmax_t)here,
                     (intmax_t)idle_seconds(c, a->now, here), (uintmax_t)lag, clean ? clean : "");
    free(clean);
    return clip(n, room);
}

static size_t list_people(struct admin *a, struct visit *v)
{
    enum { LAST = sizeof ORDER_OK };
    const struct slots *slots = &a->at.peers->slots;
    size_t n = 0;
    if (v->at == 0)
        n = (size_t)sprintf(v->part, "%-39s %8s %8s %10s  %s\n", "ADDRESS", "HERE", "IDLE",
                            "BEHIND", "NICKNAME");
    for (int i = 0; i < LISTED && v->at < slots->size; v->at++, i++) {
        const struct conn *c = slots->conns[v->at];
        if (c && c->state == CONN_OPEN) n += list_one(a, c, v->part + n, sizeof v->part - LAST - n);
    }
    return end_part(v, n, v->at >= slots->size);
}

/* -- one order -- */

static size_t carry_out(struct admin *a, struct visit *v, const struct order *o)
{
    switch (o->kind) {
    case ORDER_KICK: return kick(a, v, o);
    case ORDER_BAN: return ban(a, v, o);
    case ORDER_UNBAN: return unban(a, v, o);
    case ORDER_BANS: return list_bans(a, v);
    case ORDER_SAY: return say(a, v, o);
    case ORDER_WHO: return list_people(a, v);
    case ORDER_SHUTDOWN: return shut_down(a, v, o);
    case ORDERS: break;
    }
    return refuse(v, "there is no such command");
}

static void log_order(const struct visit *v, const char *request)
{
    struct ucred who = {0};
    socklen_t len = sizeof who;
    char line[SERVICE_REQUEST + 1];
    for (size_t i = 0; (line[i] = request[i] == '\t' ? ' ' : request[i]); i++) continue;
    if (getsockopt(v->fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
        log_event("control: somebody asks: %s", line);
    else
        log_event("control: user %u, process %d asks: %s", who.uid, who.pid, line);
}

/* The request stays as it came: a list is read again for each of its parts. */
static size_t answer(void *admin, struct visit *v)
{
    char line[SERVICE_REQUEST + 1];
    struct order order;
    const char *end = memchr(v->request, '\n', v->n);
    if (!end) return refuse(v, "that is too long");
    size_t n = (size_t)(end - v->request);
    if (memchr(v->request, '\0', n)) return refuse(v, "that is not UTF-8");
    memcpy(line, v->request, n);
    line[n] = '\0';
    if (v->at == 0) log_order(v, line);
    const char *why = order_read(&order, line);
    return why ? refuse(v, why) : carry_out(admin, v, &order);
}

static bool is_whole(const char *request, size_t n)
{
    return memchr(request, '\n', n) != NULL;
}

const struct service_kind control_kind = {"control", is_whole, answer};
