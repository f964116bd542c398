#include "tui/core/session_receive.h"

#include "tui/base/messages.h"
#include "tui/core/packet_repair.h"
#include "tui/core/room_feed.h"
#include "tui/core/session.h"
#include "tui/core/session_output.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { UNREADABLE_ROW = 8 }; /* packets in a row that are not objects, until it reconnects */

/* Ends the session if we have never been in the room: then this is probably not a klatch server. */
static void not_klatch(struct session *s, const char *why)
{
    if (s->disconnected_at != 0)
        session_disconnected(s, why);
    else
        session_fail(s, EX_PROTOCOL, MESSAGE_NOT_KLATCH, s->config.where, why);
}

/* Tells the user the reason of the first packet, and the number of packets each time it has
 * doubled. */
static void report_left_out(struct session *s, const char *why)
{
    unsigned count = ++s->unreadable.count;
    if (count == 1)
        session_status(s, MESSAGE_LEFT_OUT, why);
    else if ((count & (count - 1)) == 0)
        session_message(s, MESSAGE_LEFT_OUT_COUNT, count);
}

/* Skips the packet: the length says where the next one begins. */
static void leave_out(struct session *s, struct span payload, const char *why)
{
    bool is_object = packet_is_object(payload);
    if (s->state == SESSION_CLOSING) return;
    if (s->state == SESSION_HANDSHAKE || (s->state == SESSION_UNNAMED && !is_object)) {
        not_klatch(s, MESSAGE_UNREADABLE);
        return;
    }
    if (!is_object && payload.n > 0) s->unreadable.row++;
    report_left_out(s, why);
    if (s->unreadable.row >= UNREADABLE_ROW) session_disconnected(s, MESSAGE_UNREADABLE);
}

static void take_payload(struct session *s, struct span payload)
{
    struct packet packet;
    const char *error = packet_read(&packet, payload);
    if (error != NULL) {
        leave_out(s, payload, error);
        return;
    }
    s->unreadable.row = 0;
    session_act(s, &packet);
    event_emit(&s->config.sink,
               &(struct event){.kind = EVENT_PACKET, .packet = &packet, .unix_ms = s->said_ms});
}

/* Ends the session if the stream starts with the banner of another protocol: read as a length, it
 * would begin a packet that never ends. */
static void check_banner(struct session *s)
{
    static const struct {
        const char *start, *protocol;
    } banners[] = {
        {"SSH-", "it speaks SSH"},  {"HTTP/", "it speaks HTTP"}, {"220", "it speaks SMTP or FTP"},
        {"* OK", "it speaks IMAP"}, {"+OK", "it speaks POP3"},   {"RFB ", "it speaks VNC"},
    };
    const struct frame_decoder *d = &s->decoder;
    if (s->state != SESSION_HANDSHAKE) return;
    for (size_t i = 0; i < sizeof banners / sizeof *banners; i++) {
        size_t n = strlen(banners[i].start);
        if (d->len >= n && memcmp(d->held, banners[i].start, n) == 0)
            not_klatch(s, banners[i].protocol);
    }
}

void session_receive(struct session *s, struct span bytes)
{
    struct span payload;
    while (session_is_connected(s) || s->state == SESSION_CLOSING)
        switch (frame_next(&s->decoder, &bytes, &payload)) {
        case FRAME_COMPLETE: take_payload(s, payload); break;
        case FRAME_PARTIAL:
            check_banner(s);
            if (frame_missing(&s->decoder) == 0) session_greet_early(s);
            return;
        case FRAME_NOMEM: session_fail(s, EXIT_FAILURE, MESSAGE_NO_MEMORY); break;
        }
}
