#include "server/room/session.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

bool session_send(struct session *s, enum proto proto, const char *msg)
{
    size_t n = packet_encode(s->room->frame, proto, PACKET_SERVER, msg);
    return buffer_append(&s->out, s->room->frame, n);
}

bool session_send_error(struct session *s, enum proto proto, const char *why)
{
    char text[256];
    snprintf(text, sizeof text, SESSION_INVALID("%s"), why);
    return session_send(s, proto, text);
}

bool session_init(struct session *s, struct room *room)
{
    *s = (struct session){.room = room, .key = ""};
    return session_send(s, PROTO_CONNECT, "HELLO");
}

bool session_is_member(const struct session *s)
{
    return s->member.nick != NULL;
}

static struct session_result continue_if(bool has_memory)
{
    return (struct session_result){.state = has_memory ? SESSION_CONTINUE : SESSION_NOMEM};
}

static void count_refused(struct session *s, enum reject_reason why)
{
    s->room->counters->rejected[why]++;
}

/* Refuses a packet; the session continues. Sends RETRY to a client without a nickname, because it
 * expects nothing else. */
static struct session_result refuse(struct session *s, enum reject_reason reason, const char *why)
{
    count_refused(s, reason);
    if (session_is_member(s)) return continue_if(session_send(s, PROTO_BROADCAST, why));
    return continue_if(session_send(s, PROTO_RETRY, "RETRY"));
}

/* Sends RETRY, with the rival's nickname if it only looks like the requested one. */
static bool send_retry(struct session *s, const char *nick, const struct member *rival)
{
    if (!rival || nick_entry_is(&s->room->nicks, rival->nick, nick))
        return session_send(s, PROTO_RETRY, "RETRY");
    size_t n = packet_encode_retry(s->room->frame, rival->nick->text);
    return buffer_append(&s->out, s->room->frame, n);
}

static struct session_result refuse_nick(struct session *s, const char *nick, struct member *rival)
{
    struct session_result result = continue_if(send_retry(s, nick, rival));
    result.nick_holder = rival;
    count_refused(s, rival ? REJECT_NICK_TAKEN : REJECT_NICK_INVALID);
    return result;
}

/* Sends READY, with the secret to come back with if there is one. */
static bool send_ready(struct session *s)
{
    const struct resume_secret *secret = &s->member.nick->secret;
    char text[RESUME_TEXT];
    resume_format(secret, text);
    size_t n = packet_encode_ready(s->room->frame, resume_has_secret(secret) ? text : NULL);
    return buffer_append(&s->out, s->room->frame, n);
}

static struct session *session_of(struct member *m)
{
    return (struct session *)(void *)((char *)m - offsetof(struct session, member));
}

/* Removes the member with exactly this nickname from the room, if the packet contains its secret:
 * the client has lost that connection. Returns the member, or NULL. */
static struct member *replace_member(struct session *s, const struct packet *p)
{
    struct member *old = p->resume ? room_find_member(s->room, p->msg) : NULL;
    bool may = old && old != &s->member && strcmp(old->nick->text, p->msg) == 0 &&
               resume_matches(&old->nick->secret, p->resume);
    if (!may) return NULL;
    session_leave(session_of(old));
    return old;
}

bool session_is_admitted(const struct session *s)
{
    return !s->room->allowlist || allowlist_admits(s->room->allowlist, s->key);
}

static bool may_use(const struct session *s, const char *nick)
{
    return !s->room->allowlist || allowlist_grants(s->room->allowlist, s->key, nick);
}

bool session_may_keep_nick(const struct session *s)
{
    return !session_is_member(s) || may_use(s, s->member.nick->text);
}

/* Refuses a nickname that belongs to another person, who need not be here. */
static struct session_result refuse_reserved(struct session *s)
{
    count_refused(s, REJECT_NICK_RESERVED);
    return continue_if(session_send(s, PROTO_RETRY, "RETRY"));
}

static struct session_result on_verify(struct session *s, const struct packet *p)
{
    if (!may_use(s, p->msg)) return refuse_reserved(s);
    struct member *rival, *replaced = replace_member(s, p);
    bool joins = !session_is_member(s);
    enum claim_result claim = room_set_nick(s->room, &s->member, p->msg, &rival);
    struct session_result result = continue_if(claim != CLAIM_NOMEM);
    if (claim == CLAIM_REFUSED) result = refuse_nick(s, p->msg, rival);
    if (claim == CLAIM_OK) result = continue_if(send_ready(s));
    result.nick_changed = claim == CLAIM_OK;
    result.joined = joins && claim == CLAIM_OK;
    result.replaced = replaced;
    return result;
}

static struct session_result on_broadcast(struct session *s, const struct packet *p)
{
    if (!room_broadcast(s->room, &s->member, p->msg))
        return refuse(s, REJECT_TOO_LONG, SESSION_TOO_LONG);
    s->room->counters->messages++;
    return continue_if(true);
}

static struct session_result on_goodbye(struct session *s, const struct packet *p)
{
    (void)s, (void)p;
    return (struct session_result){.state = SESSION_GOODBYE};
}

/* Refuses while an earlier list is being sent, because a question costs the client less than the
 * answer costs the server. */
static struct session_result on_who(struct session *s, const struct packet *p)
{
    (void)p;
    if (s->list) return refuse(s, REJECT_LIST_UNDER_WAY, SESSION_LIST_UNDER_WAY);
    return (struct session_result){.state = SESSION_CONTINUE, .asks_list = true};
}

bool session_skip_history(struct session *s)
{
    count_refused(s, REJECT_ANSWER_RATE);
    room_skip_history(&s->member);
    return session_send(s, PROTO_BROADCAST, SESSION_NO_HISTORY);
}

bool session_refuse_list(struct session *s)
{
    count_refused(s, REJECT_ANSWER_RATE);
    return session_send(s, PROTO_BROADCAST, SESSION_LIST_LIMIT);
}

size_t session_send_list(struct session *s)
{
    struct member_list *list = &s->room->list;
    if (room_build_list(s->room)) s->list = list_reader_new(list);
    return s->list ? list->size : 0;
}

bool session_finish_list(struct session *s)
{
    bool is_cut = s->list->is_cut;
    list_reader_free(&s->room->list, s->list);
    s->list = NULL;
    return !is_cut || session_send(s, PROTO_BROADCAST, SESSION_LIST_CUT);
}

/* The packets that a client may send. */
static const struct {
    struct session_result (*handle)(struct session *, const struct packet *);
    bool members_only;
} handlers[PROTO_UNKNOWN + 1] = {
    [PROTO_VERIFY] = {on_verify, false},
    [PROTO_BROADCAST] = {on_broadcast, true},
    [PROTO_GOODBYE] = {on_goodbye, false},
    [PROTO_WHO] = {on_who, true},
};

static struct session_result dispatch_packet(struct session *s, const struct packet *p)
{
    bool may =
        handlers[p->proto].handle && (!handlers[p->proto].members_only || session_is_member(s));
    return may ? handlers[p->proto].handle(s, p) : refuse(s, REJECT_UNEXPECTED, SESSION_UNEXPECTED);
}

struct session_result session_handle(struct session *s, struct span payload)
{
    struct packet packet;
    const char *error = packet_decode(&packet, payload);
    if (error) return (struct session_result){.state = SESSION_PROTOCOL_ERROR, .error = error};
    return dispatch_packet(s, &packet);
}

void session_leave(struct session *s)
{
    if (session_is_member(s)) s->stream_end = s->room->ring.head;
    room_leave(s->room, &s->member);
}

void session_deinit(struct session *s)
{
    session_leave(s);
    room_skip_history(&s->member);
    list_reader_free(&s->room->list, s->list);
    s->list = NULL;
    buffer_reset(&s->out);
}
