#include "server/shutdown.h"

#include "server/system/log.h"

#include <stdio.h>

/* What is told to one who takes nothing must not pile up. */
static bool hears_seconds(const struct conn *peer)
{
    return peer && peer->state == CONN_OPEN && buffer_view(&peer->session.out).n <= CONN_OUT_MAX;
}

static void say_goodbye_to_all(struct closing *c)
{
    const struct slots *slots = &c->peers->slots;
    c->finishing = true;
    room_close(c->room);
    for (uint32_t i = 0; i < slots->size; i++) {
        struct conn *peer = slots->conns[i];
        if (!peer || peer->state != CONN_OPEN) continue;
        conn_close(peer, "the server closed");
        peers_activate(c->peers, peer);
    }
}

/* Each by itself: the seconds are nothing that was said, and a newcomer's past is what was. */
static void tell_seconds(struct closing *c, int seconds)
{
    char text[64];
    const struct slots *slots = &c->peers->slots;
    snprintf(text, sizeof text, "Server Shutting down in %d seconds", seconds);
    log_event("%s", text);
    for (uint32_t i = 0; i < slots->size; i++) {
        struct conn *peer = slots->conns[i];
        if (!hears_seconds(peer)) continue;
        if (!session_send(&peer->session, PROTO_SHUTDOWN, text)) conn_abort(peer, "no memory");
        peers_activate(c->peers, peer);
    }
}

void closing_ask(struct closing *c, int seconds, int64_t now)
{
    bool at_once = c->countdown.running || c->peers->slots.used == 0;
    if (c->finishing) {
        c->done = true;
        return;
    }
    listener_close(c->listener);
    if (at_once) {
        say_goodbye_to_all(c);
        return;
    }
    if (seconds == 0) tell_seconds(c, 0);
    countdown_start(&c->countdown, seconds, now);
    log_event("closing in %d seconds", seconds);
}

void closing_count_down(struct closing *c, int64_t now)
{
    int left;
    if (!countdown_due(&c->countdown, now, &left)) return;
    if (left > 0)
        tell_seconds(c, left);
    else
        say_goodbye_to_all(c);
}

void closing_end_turn(struct closing *c)
{
    if ((c->finishing || c->countdown.running) && c->peers->slots.used == 0) c->done = true;
}

int64_t closing_next(const struct closing *c)
{
    return c->countdown.running ? c->countdown.next : 0;
}
