#include "server/room/session.h"

#include <stdio.h>
#include <string.h>

static const char not_taken[] =
    "That packet was not taken: a member may send broadcast, verify, who and goodbye.";
static const char too_long[] =
    "Your message was not sent: with your nickname it is over 65535 bytes. "
    "Make it shorter, or send it in parts.";
static const char list_under_way[] =
    "That was not answered: your last list of who is here is still on its way.";

enum { WHO_OWED = 16 * 1024 }; /* with more than this pending, a list is still on its way */

static bool send_packet(struct session *s, enum proto proto, const char *nick, const char *msg)
{
    size_t n = packet_encode(s->room->frame, proto, nick, msg);
    return buffer_append(&s->out, s->room->frame, n);
}

bool session_send(struct session *s, enum proto proto, const char *msg)
{
    return send_packet(s, proto, PACKET_SERVER, msg);
}

bool session_send_error(struct session *s, const char *why)
{
    char text[256];
    snprintf(text, sizeof text,
             "Your packet was not understood: %s. Send a 2-byte length and a flat JSON object in "
             "UTF-8 with nick, msg and proto.",
             why);
    return session_send(s, PROTO_SHUTDOWN, text);
}

bool session_init(struct session *s, struct room *room)
{
    *s = (struct session){.room = room};
    return session_send(s, PROTO_CONNECT, "HELLO");
}

bool session_is_member(const struct session *s)
{
    return s->member.nick != NULL;
}

static struct session_result continue_if(bool memory)
{
    return (struct session_result){.state = memory ? SESSION_CONTINUE : SESSION_NOMEM};
}

static void count(struct session *s, enum reject_reason why)
{
    s->room->counters.rejected[why]++;
}

/* A refusal after which the connection goes on, in words that fit the peer's state. */
static struct session_result refuse(struct session *s, enum reject_reason reason, const char *why)
{
    count(s, reason);
    if (session_is_member(s)) return continue_if(session_send(s, PROTO_BROADCAST, why));
    return continue_if(session_send(s, PROTO_RETRY, "RETRY"));
}

static struct session_result claim_reply(struct session *s, enum claim_result answer)
{
    if (answer == CLAIM_NOMEM) return continue_if(false);
    if (answer == CLAIM_REFUSED) return continue_if(session_send(s, PROTO_RETRY, "RETRY"));
    struct session_result result = continue_if(session_send(s, PROTO_READY, "READY"));
    result.nick_changed = true;
    return result;
}

static struct session_result on_verify(struct session *s, const struct packet *p)
{
    enum claim_result answer = room_set_nick(s->room, &s->member, p->msg);
    struct session_result result = claim_reply(s, answer);
    if (answer == CLAIM_REFUSED) result.nick_holder = room_find_member(s->room, p->msg);
    if (answer == CLAIM_REFUSED)
        count(s, result.nick_holder ? REJECT_NICK_TAKEN : REJECT_NICK_INVALID);
    return result;
}

static struct session_result on_broadcast(struct session *s, const struct packet *p)
{
    if (!room_broadcast(s->room, &s->member, p->msg)) return refuse(s, REJECT_TOO_LONG, too_long);
    s->room->counters.messages++;
    return continue_if(true);
}

static struct session_result on_goodbye(struct session *s, const struct packet *p)
{
    (void)s, (void)p;
    return (struct session_result){.state = SESSION_GOODBYE};
}

/* The nicknames, one to a line, in as many packets as they need; a text of this size fits into one
 * however much of it JSON has to escape. Asking costs less than answering: so one who asks faster
 * than it listens is not answered each time. */
static struct session_result on_who(struct session *s, const struct packet *p)
{
    (void)p;
    if (buffer_view(&s->out).n > WHO_OWED) return refuse(s, REJECT_LIST_UNDER_WAY, list_under_way);
    char text[FRAME_PAYLOAD_MAX / 4];
    size_t n = 0;
    for (size_t i = 0; i < s->room->count; i++) {
        const char *nick = s->room->members[i]->nick->text;
        if (n + strlen(nick) + 2 > sizeof text) {
            if (!session_send(s, PROTO_WHO, text)) return continue_if(false);
            n = 0;
        }
        if (n > 0) text[n++] = '\n';
        n = (size_t)(stpcpy(text + n, nick) - text);
    }
    return continue_if(session_send(s, PROTO_WHO, text));
}

/* What a client may send; `member`: only one who is in the room. */
static const struct {
    struct session_result (*handle)(struct session *, const struct packet *);
    bool member;
} handlers[PROTO_UNKNOWN + 1] = {
    [PROTO_VERIFY] = {on_verify, false},
    [PROTO_BROADCAST] = {on_broadcast, true},
    [PROTO_GOODBYE] = {on_goodbye, false},
    [PROTO_WHO] = {on_who, true},
};

static struct session_result handle(struct session *s, const struct packet *p)
{
    bool may = handlers[p->proto].handle && (!handlers[p->proto].member || session_is_member(s));
    return may ? handlers[p->proto].handle(s, p) : refuse(s, REJECT_UNEXPECTED, not_taken);
}

struct session_result session_handle(struct session *s, struct span payload)
{
    struct packet packet;
    const char *why = packet_decode(&packet, payload);
    if (why) return (struct session_result){.state = SESSION_PROTOCOL_ERROR, .error = why};
    return handle(s, &packet);
}

void session_leave(struct session *s)
{
    if (session_is_member(s)) s->stream_end = s->room->ring.head;
    room_leave(s->room, &s->member);
}

void session_deinit(struct session *s)
{
    session_leave(s);
    buffer_reset(&s->out);
}
