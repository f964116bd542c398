#include "tui/core/session_output.h"

#include "tui/base/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void emit_text(struct session *s, struct event e,
                                                            const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0) text = NULL;
    e.at = s->local_time;
    e.nick = "";
    e.text = text != NULL ? text : MESSAGE_NO_MEMORY;
    event_emit(&s->config.sink, &e);
    free(text);
}

void session_status(struct session *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit_text(s, (struct event){.kind = EVENT_STATUS}, format, args);
    va_end(args);
}

void session_warn(struct session *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit_text(s, (struct event){.kind = EVENT_STATUS, .warning = true}, format, args);
    va_end(args);
}

void session_message(struct session *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    emit_text(s, (struct event){.kind = EVENT_STATUS_MESSAGE}, format, args);
    va_end(args);
}

void session_state_changed(struct session *s)
{
    event_emit(&s->config.sink, &(struct event){.kind = EVENT_STATE_CHANGED});
}

const char *session_error(struct session *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(s->error, sizeof s->error, format, args);
    va_end(args);
    return s->error;
}

const char *session_error_text(enum session_error error)
{
    switch (error) {
    case SESSION_OK: break;
    case SESSION_NOT_CONNECTED: return MESSAGE_NOT_CONNECTED;
    case SESSION_TOO_LONG: return MESSAGE_TOO_LONG;
    case SESSION_QUEUE_FULL: return MESSAGE_QUEUE_FULL;
    }
    return NULL;
}

size_t session_text_max(const struct session *s)
{
    char empty[64 + 6 * NICK_BYTES];
    return FRAME_PAYLOAD_MAX - packet_print(empty, sizeof empty, PROTO_BROADCAST, s->nick.own, "");
}

bool session_fits(const struct session *s, const char *text)
{
    return packet_text_size(text, strlen(text)) <= session_text_max(s);
}

/* Queues a frame for the connection. Its length is 0 if it was too long to encode. */
static enum session_error queue_frame(struct session *s, const char *frame, size_t n)
{
    if (n == 0) return SESSION_TOO_LONG;
    if (s->out.to - s->out.from + n > SESSION_OUT_MAX || !byte_queue_append(&s->out, frame, n))
        return SESSION_QUEUE_FULL;
    return SESSION_OK;
}

enum session_error session_send_packet(struct session *s, enum proto proto, const char *msg)
{
    static char frame[PACKET_ROOM];
    const char *nick = s->nick.own[0] != '\0' ? s->nick.own : NULL;
    if (!session_is_connected(s)) return SESSION_NOT_CONNECTED;
    enum session_error error = queue_frame(s, frame, packet_encode(frame, proto, nick, msg));
    bool is_acked = proto == PROTO_BROADCAST || proto == PROTO_WHO;
    if (error == SESSION_OK && is_acked) s->unacked++;
    return error;
}

enum session_error session_send_verify(struct session *s, const char *nick)
{
    static char frame[PACKET_ROOM];
    bool is_back = s->state != SESSION_JOINED && strcmp(nick, s->nick.own) == 0;
    const char *secret = is_back && s->nick.secret[0] != '\0' ? s->nick.secret : NULL;
    if (!session_is_connected(s)) return SESSION_NOT_CONNECTED;
    return queue_frame(s, frame, packet_encode_verify(frame, nick, secret));
}

/* Sends the first queued line. Returns whether the next one may follow. */
static bool send_next(struct session *s)
{
    size_t i = outbox_first(&s->outbox, OUTBOX_QUEUED);
    switch (session_send_packet(s, PROTO_BROADCAST, s->outbox.lines[i].text)) {
    case SESSION_OK: outbox_sent(&s->outbox, i, s->now); return true;
    case SESSION_TOO_LONG: /* it was short enough under an earlier, shorter nickname */
        outbox_reject(&s->outbox, i);
        session_status(s, MESSAGE_REJECTED);
        return true;
    case SESSION_NOT_CONNECTED:
    case SESSION_QUEUE_FULL: break;
    }
    outbox_delay(&s->outbox, s->now);
    session_message(s, MESSAGE_LINE_WAITS);
    return false;
}

static bool is_due(const struct session *s)
{
    int64_t due = outbox_due(&s->outbox);
    return s->state == SESSION_JOINED && s->backlog_until < 0 && due >= 0 && due <= s->now;
}

void session_send_queued(struct session *s)
{
    while (is_due(s) && send_next(s)) continue;
}

const char *session_submit(struct session *s, const char *text)
{
    const char *nick = s->nick.own[0] != '\0' ? s->nick.own : s->nick.wanted;
    if (session_is_over(s)) return MESSAGE_NOT_CONNECTED_KEPT;
    const char *error = outbox_submit(&s->outbox, s->local_time, nick, text);
    if (error == NULL) session_send_queued(s);
    return error;
}

void session_explain_unconfirmed(struct session *s)
{
    if (outbox_count(&s->outbox, OUTBOX_UNCONFIRMED) > 0) session_status(s, MESSAGE_UNCONFIRMED);
}
