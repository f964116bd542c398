#include "tui/session_io.h"

#include "tui/core/talk.h"

bool carrier_send(void *wire, const char *frame, size_t n)
{
    return connection_send(wire, frame, n);
}

void carrier_turn(struct app *a, struct connection *l, short events, int64_t now)
{
    enum app_stage stage = a->stage;
    if (stage == APP_CONNECTING && l->state != CONNECTION_CONNECTING) connection_start(l, now);
    if (stage == APP_LEAVING && !l->finishing) connection_finish(l);
    struct span heard = connection_process(l, events, now);
    if (stage == APP_CONNECTING && l->state == CONNECTION_UP) app_up(a);
    talk_hear(a, heard);
    if (l->state == CONNECTION_DOWN) app_down(a, l->error);
}
