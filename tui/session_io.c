#include "tui/session_io.h"

#include "tui/core/talk.h"

#include <string.h>

bool carrier_send(void *wire, const char *frame, size_t n)
{
    return link_send(wire, frame, n);
}

void carrier_turn(struct app *a, struct link *l, short events, int64_t now)
{
    enum app_stage stage = a->stage;
    if (stage == APP_CONNECTING && l->state != LINK_CONNECTING) link_start(l, now);
    if (stage == APP_LEAVING && !l->closing) link_finish(l);
    struct span heard = link_turn(l, events, now);
    if (stage == APP_CONNECTING && l->state == LINK_UP) app_up(a);
    talk_hear(a, heard);
    if (l->state == LINK_DOWN) app_down(a, l->error != 0 ? strerror(l->error) : NULL);
}
