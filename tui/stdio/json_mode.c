#include "tui/stdio/json_mode.h"

#include "common/record.h"
#include "common/text.h"
#include "tui/base/messages.h"
#include "tui/core/session_output.h"
#include "tui/core/unexpected_packet.h"

#include <stdlib.h>
#include <string.h>

/* Fails if the refused nickname is the one of --nick; after a line of input, another may follow. */
static void on_nick_refused(struct session *s)
{
    if (s->state == SESSION_UNNAMED && s->config.nick != NULL)
        session_fail(s, EXIT_FAILURE, MESSAGE_NICK_NOT_ALLOWED, s->config.nick);
}

/* Replaces the end of a record, and says that it is of the history. */
static bool append_history(struct frontend *f, const char *line, size_t n)
{
    static const char end[] = ",\"history\":true}\n";
    return byte_queue_append(&f->out, line, n - strlen("}\n")) &&
           byte_queue_append(&f->out, end, sizeof end - 1);
}

/* Writes a text from the server in a packet of an unknown kind as a notice. */
static void write_packet(struct frontend *f, const struct packet *p, int64_t said_ms)
{
    static char line[RECORD_ROOM];
    bool unknown = p->proto == PROTO_UNKNOWN, history = said_ms != 0;
    if (unknown && !packet_has_server_text(p)) return;
    size_t n = record_encode(line, sizeof line, history ? said_ms : f->unix_ms, p->nick, p->msg,
                             unknown ? PROTO_BROADCAST : p->proto);
    if (n == 0 || !(history ? append_history(f, line, n) : byte_queue_append(&f->out, line, n)))
        f->failed = true;
    if (p->proto == PROTO_WHO) f->asked_who = false;
    if (p->proto == PROTO_RETRY) on_nick_refused(f->session);
}

/* Keeps the last warning for the loop. */
static void keep_warning(struct frontend *f, const char *text)
{
    free(f->warning);
    f->warning = strdup(text);
}

/* Ignores other events: the packets contain everything. */
static const char *on_event(void *frontend, const struct event *e)
{
    if (e->kind == EVENT_STATUS && e->warning) keep_warning(frontend, e->text);
    if (e->kind == EVENT_PACKET) write_packet(frontend, e->packet, e->unix_ms);
    return NULL;
}

static const char *say(struct session *s, const char *msg)
{
    if (s->state != SESSION_JOINED) return JSON_MODE_NO_NICK;
    if (msg[0] == '\0') return JSON_MODE_NO_MSG;
    if (!session_fits(s, msg)) return JSON_MODE_TOO_LONG;
    return session_error_text(session_send_packet(s, PROTO_BROADCAST, msg));
}

static const char *verify(struct session *s, const char *nick)
{
    const char *error = nick_check(nick);
    return error != NULL ? error : session_request_nick(s, nick);
}

static const char *who(struct frontend *f)
{
    struct session *s = f->session;
    if (s->state != SESSION_JOINED) return JSON_MODE_NO_NICK;
    enum session_error error = session_send_packet(s, PROTO_WHO, "");
    f->asked_who = error == SESSION_OK;
    return session_error_text(error);
}

static const char *act(struct frontend *f, const struct packet *p)
{
    if (p->proto == PROTO_BROADCAST) return say(f->session, p->msg);
    if (p->proto == PROTO_VERIFY) return verify(f->session, p->msg);
    if (p->proto == PROTO_WHO) return who(f);
    if (p->proto != PROTO_GOODBYE) return JSON_MODE_NO_PROTO;
    f->ending = true;
    return NULL;
}

static bool is_blank(struct span line)
{
    while (line.n > 0 && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t')) line.n--;
    return line.n == 0;
}

static bool is_object(struct span line)
{
    size_t at = 0;
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t')) at++;
    return at < line.n && line.p[at] == '{';
}

/* Reads an object as a packet, and any other line as the text of a message. */
static const char *read_line(struct packet *p, struct span line)
{
    static char text[FRAME_PAYLOAD_MAX + 1];
    if (is_object(line)) return packet_decode_as(p, line, PROTO_BROADCAST);
    if (line.n > FRAME_PAYLOAD_MAX) return MESSAGE_LINE_TOO_LONG;
    if (!text_valid(line.p, line.n) || memchr(line.p, 0, line.n)) return MESSAGE_LINE_NOT_TEXT;
    memcpy(text, line.p, line.n);
    text[line.n] = '\0';
    *p = (struct packet){.proto = PROTO_BROADCAST, .msg = text};
    return NULL;
}

static bool take_line(struct frontend *f, struct span line)
{
    struct packet p;
    f->error = NULL;
    if (is_blank(line)) return true;
    f->error = read_line(&p, line);
    if (f->error != NULL) return true;
    bool now = p.proto == PROTO_BROADCAST || f->session->unacked == 0;
    if (now) f->error = act(f, &p);
    return now;
}

static void end(struct frontend *f)
{
    if (f->session->state == SESSION_UNNAMED)
        session_fail(f->session, EXIT_FAILURE, MESSAGE_NO_NICK_GIVEN);
    else
        session_quit(f->session);
}

const struct frontend_kind json_mode = {.on_event = on_event, .take_line = take_line, .end = end};
