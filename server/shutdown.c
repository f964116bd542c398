#include "server/shutdown.h"

#include "server/system/log.h"

#include <stdio.h>

/* -- the countdown -- */

void countdown_start(struct countdown *c, int seconds, int64_t now)
{
    *c = (struct countdown){.running = true, .left = seconds, .next = now};
}

bool countdown_due(struct countdown *c, int64_t now, int *ret_left)
{
    if (!c->running || now < c->next) return false;
    for (; c->left > 0 && now >= c->next + 1000; c->next += 1000) c->left--;
    *ret_left = c->left--;
    c->next += 1000;
    if (*ret_left == 0) c->running = false;
    return true;
}

void shutdown_request(struct shutdown *s, int seconds, bool has_clients, int64_t now)
{
    bool counts_down = !s->requested && has_clients;
    if (s->finishing) {
        s->done = true;
        return;
    }
    s->requested = true;
    s->finishing = !counts_down;
    s->seconds = counts_down ? seconds : 0;
    countdown_start(&s->countdown, s->seconds, now);
    if (counts_down) log_event(SHUTDOWN_BEGINS("%d"), seconds);
}

int64_t shutdown_deadline(const struct shutdown *s)
{
    return s->countdown.running ? s->countdown.next : 0;
}

void shutdown_note_empty(struct shutdown *s)
{
    if (s->requested) s->done = true;
}

/* -- announcements -- */

/* Whether to announce to this client: not if it reads nothing, because announcements would pile up.
 */
static bool takes_announcements(const struct conn *c)
{
    return c->state == CONN_OPEN && buffer_view(&c->session.out).n <= CONN_OUT_MAX;
}

/* Sends a private packet to each client, because an announcement is not a message of the room and
 * must not be in the history. */
static void announce(struct conn_table *conns, int seconds)
{
    struct conn *c;
    char text[64];
    snprintf(text, sizeof text, SHUTDOWN_NOTICE("%d"), seconds);
    log_event("%s", text);
    for (uint32_t slot = 0; (c = conn_table_next(conns, &slot));) {
        if (!takes_announcements(c)) continue;
        if (!session_send(&c->session, PROTO_SHUTDOWN, text)) conn_abort(c, "no memory");
        conn_table_activate(conns, c);
    }
}

static void disconnect_all(struct shutdown *s, struct conn_table *conns, struct room *room)
{
    struct conn *c;
    s->finishing = true;
    room_close(room);
    for (uint32_t slot = 0; (c = conn_table_next(conns, &slot));) {
        if (c->state > CONN_HANDSHAKE) continue;
        conn_close(c, "the server closed");
        conn_table_activate(conns, c);
    }
}

void shutdown_tick(struct shutdown *s, struct conn_table *conns, struct room *room,
                   struct acceptor *acceptor, int64_t now)
{
    int left;
    const struct listener *listener = acceptor->listener;
    if (!s->requested) return;
    if (listener->count > 0 && (s->finishing || !listener->is_inherited)) acceptor_stop(acceptor);
    if (!countdown_due(&s->countdown, now, &left)) return;
    if (left > 0 || (s->seconds == 0 && !s->finishing)) announce(conns, left);
    if (left == 0) disconnect_all(s, conns, room);
}
