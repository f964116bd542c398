#include "server/store/chat_log.h"

#include "common/packet.h"
#include "common/text.h"
#include "server/system/log.h"

#include <stdio.h>
#include <string.h>

enum { CUT_TEXT = CHAT_LOG_TEXT + sizeof CHAT_LOG_CUT("18446744073709551615") };

/* Looks for the server's nickname, which no member can have; packet_encode writes it first. */
static bool is_notice(struct span payload)
{
    static const char start[] = "{\"nick\":\"" PACKET_SERVER "\"";
    return memcmp(payload.p, start, sizeof start - 1) == 0;
}

/* Cuts a long text before the character at CHAT_LOG_TEXT, because the log grows several times
 * faster than the room if its texts need escapes. */
static void cut_text(char cut[static CUT_TEXT], const char *text)
{
    size_t n = strlen(text), end = 0, next;
    int32_t cp;
    if (n <= CHAT_LOG_TEXT) end = n;
    while (end < n && (next = end + text_decode(text, n, end, &cp)) <= CHAT_LOG_TEXT) end = next;
    memcpy(cut, text, end);
    cut[end] = '\0';
    if (end < n) snprintf(cut + end, CUT_TEXT - end, CHAT_LOG_CUT("%zu"), n - end);
}

static void log_frame(struct span payload, bool quiet)
{
    struct packet p;
    char text[CUT_TEXT];
    bool notice = is_notice(payload);
    if ((quiet && !notice) || packet_decode(&p, payload)) return;
    cut_text(text, p.msg);
    log_chat(notice ? NULL : p.nick, text);
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
