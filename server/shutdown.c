#include "server/shutdown.h"

#include "server/system/log.h"

#include <stdio.h>

/* What is told to one who takes nothing must not pile up. */
static bool takes_notices(const struct conn *peer)
{
    return peer && peer->state == CONN_OPEN && buffer_view(&peer->session.out).n <= CONN_OUT_MAX;
}

static void disconnect_all(struct shutdown *s)
{
    const struct conn_table *table = s->conns;
    s->finishing = true;
    room_close(s->room);
    for (uint32_t i = 0; i < table->size; i++) {
        struct conn *peer = table->slots[i];
        if (!peer || peer->state != CONN_OPEN) continue;
        conn_close(peer, "the server closed");
        conn_table_activate(s->conns, peer);
    }
}

/* Each by itself: the seconds are nothing that was said, and a newcomer's past is what was. */
static void announce_seconds(struct shutdown *s, int seconds)
{
    char text[64];
    const struct conn_table *table = s->conns;
    snprintf(text, sizeof text, "Server Shutting down in %d seconds", seconds);
    log_event("%s", text);
    for (uint32_t i = 0; i < table->size; i++) {
        struct conn *peer = table->slots[i];
        if (!takes_notices(peer)) continue;
        if (!session_send(&peer->session, PROTO_SHUTDOWN, text)) conn_abort(peer, "no memory");
        conn_table_activate(s->conns, peer);
    }
}

void shutdown_request(struct shutdown *s, int seconds, int64_t now)
{
    bool at_once = s->countdown.running || s->conns->used == 0;
    if (s->finishing) {
        s->done = true;
        return;
    }
    listener_close(s->listener);
    if (at_once) {
        disconnect_all(s);
        return;
    }
    if (seconds == 0) announce_seconds(s, 0);
    countdown_start(&s->countdown, seconds, now);
    log_event("closing in %d seconds", seconds);
}

void shutdown_tick(struct shutdown *s, int64_t now)
{
    int left;
    if (!countdown_due(&s->countdown, now, &left)) return;
    if (left > 0)
        announce_seconds(s, left);
    else
        disconnect_all(s);
}

void shutdown_check_done(struct shutdown *s)
{
    if ((s->finishing || s->countdown.running) && s->conns->used == 0) s->done = true;
}

int64_t shutdown_deadline(const struct shutdown *s)
{
    return s->countdown.running ? s->countdown.next : 0;
}
