#include "server/store/chat_log.h"

#include "common/nick.h"
#include "common/packet.h"
#include "server/system/log.h"

#include <string.h>

/* Looks for the server's nickname, which no member can have; packet_encode writes it first. */
static bool is_notice(struct span payload)
{
    static const char start[] = "{\"nick\":\"" PACKET_SERVER "\"";
    return memcmp(payload.p, start, sizeof start - 1) == 0;
}

static void quote_nick(char quoted[static 2 * NICK_BYTES + 1], const char *nick)
{
    for (; *nick; nick++) {
        if (*nick == '"' || *nick == '\\') *quoted++ = '\\';
        *quoted++ = *nick;
    }
    *quoted = '\0';
}

static void log_message(const struct packet *p)
{
    char nick[2 * NICK_BYTES + 1];
    quote_nick(nick, p->nick);
    log_event(CHAT_LOG_MESSAGE("%s", "%s"), nick, p->msg);
}

static void log_frame(struct span payload, bool quiet)
{
    struct packet p;
    bool notice = is_notice(payload);
    if ((quiet && !notice) || packet_decode(&p, payload)) return;
    if (notice)
        log_event(CHAT_LOG_NOTICE("%s"), p.msg);
    else
        log_message(&p);
}

void chat_log_write(const struct ring *ring, struct cursor *c, bool quiet)
{
    uint64_t missed = ring_catch_up(ring, c);
    if (missed > 0) log_event(CHAT_LOG_MISSED("%ju"), (uintmax_t)missed);
    while (c->pos < ring->head.pos) {
        log_frame(frame_payload(ring_at(ring, c->pos)), quiet);
        ring_step(ring, c);
    }
}
