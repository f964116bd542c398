#include "tui/core/room_feed.h"

#include "common/record.h"
#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/core/session_output.h"
#include "tui/core/session_who.h"

#include <stdio.h>
#include <string.h>

enum {
    NOTICE_LINE = 2 * NICK_BYTES + 64, /* bytes of a notice with two nicknames */
    HISTORY_QUIET_MS = 300,            /* the history ends if nothing of it comes for this time */
};

static bool is_from_server(const char *nick)
{
    return strcmp(nick, PACKET_SERVER) == 0;
}

/* Compares keys; a nickname that nick_check refuses has none, and equals only itself. */
static bool is_own(const struct session *s, const char *nick)
{
    char key[NICK_KEY_SIZE], own_key[NICK_KEY_SIZE];
    if (strcmp(nick, s->nick.own) == 0) return true;
    if (nick_check(nick) != NULL || nick_check(s->nick.own) != NULL) return false;
    nick_key(nick, key);
    nick_key(s->nick.own, own_key);
    return strcmp(key, own_key) == 0;
}

/* A notice of another kind may report members without their names. */
static void update_members(struct session *s, const struct server_notice *notice)
{
    struct members *m = &s->members;
    switch (notice->kind) {
    case NOTICE_JOINED: members_joined(m, notice->nick); break;
    case NOTICE_LEFT: members_left(m, notice->nick); break;
    case NOTICE_RENAMED: members_renamed(m, notice->nick, notice->new_nick); break;
    case NOTICE_OTHER: session_who_outdated(s); break;
    }
}

/* Keeps hiding the messages of an ignored member that takes another nickname, until it leaves. */
static void follow_ignored(struct session *s, const struct server_notice *notice)
{
    const char *nick = notice->nick, *new_nick = notice->new_nick;
    if (notice->kind == NOTICE_LEFT) ignore_list_member_left(&s->ignored, nick);
    if (notice->kind != NOTICE_RENAMED || is_own(s, nick) || is_own(s, new_nick)) return;
    switch (ignore_list_follow(&s->ignored, nick, new_nick)) {
    case IGNORE_FOLLOW_NONE: return;
    case IGNORE_FOLLOW_FULL: session_message(s, MESSAGE_IGNORED_TOO_MANY); return;
    case IGNORE_FOLLOW_ADDED: session_status(s, MESSAGE_IGNORED_AS, nick, new_nick, new_nick);
    }
}

/* -- the history -- */

static void emit_rule(struct session *s, bool begins, int64_t at)
{
    char text[CLOCK_DATE_SIZE + 32], date[CLOCK_DATE_SIZE];
    clock_date(date, at);
    snprintf(text, sizeof text, MESSAGE_RULE, begins ? MESSAGE_HISTORY : MESSAGE_NOW, date);
    event_emit(
        &s->config.sink,
        &(struct event){.kind = EVENT_RULE, .at = at, .nick = "", .text = text, .earlier = begins});
}

static void greet(struct session *s)
{
    if (s->arrival.greets) session_status(s, MESSAGE_JOINED, s->nick.own);
    s->arrival.greets = false;
}

void session_greet_early(struct session *s)
{
    if (!s->arrival.in_history && s->backlog.n == 0) greet(s);
}

void session_end_history(struct session *s)
{
    if (s->arrival.in_history) emit_rule(s, false, s->local_time);
    s->arrival.in_history = false;
    s->arrival.quiet_at = -1;
    greet(s);
}

/* Whether a line was said before we joined. After a reconnect, it is a line that we missed. */
static bool is_earlier(const struct session *s, const struct room_line *line)
{
    return line->unix_ms != 0 && !s->arrival.returns && s->disconnected_at == 0;
}

/* Emits the line, and a rule before it if the history begins or ends with it. */
static void emit_line(struct session *s, const struct room_line *line, struct event e)
{
    e.at = line->at;
    e.unix_ms = line->unix_ms;
    e.text = line->msg;
    e.earlier = is_earlier(s, line);
    if (!e.earlier) session_end_history(s);
    if (e.earlier && !s->arrival.in_history) emit_rule(s, true, e.at);
    s->arrival.in_history = e.earlier;
    s->arrival.quiet_at = e.earlier ? s->now + HISTORY_QUIET_MS : -1;
    event_emit(&s->config.sink, &e);
}

/* -- lines -- */

static void show_one_notice(struct session *s, const struct room_line *line)
{
    const struct notice_names names = notice_names_find(line->msg, &s->members);
    emit_line(s, line, (struct event){.kind = EVENT_NOTICE, .nick = "", .notice = &names.notice});
    if (line->unix_ms != 0) return; /* it says nothing about the members of now */
    update_members(s, &names.notice);
    follow_ignored(s, &names.notice);
}

/* Shows a notice about several new nicknames as one notice for each of its lines. */
static void show_notice(struct session *s, const struct room_line *notice)
{
    char text[NOTICE_LINE];
    struct room_line line = *notice;
    size_t n = server_notice_line(line.msg);
    while (n > 0 && n < sizeof text) {
        const char *rest = line.msg + n;
        memcpy(text, line.msg, n);
        text[n] = '\0';
        line.msg = text;
        show_one_notice(s, &line);
        if (*rest == '\0') return;
        line.msg = rest + 1;
        n = strcspn(line.msg, "\n");
    }
    show_one_notice(s, &line);
}

/* A line of the history does not confirm one that we have sent: it was said before. */
static void show_message(struct session *s, const struct room_line *line, bool own)
{
    if (!own && ignore_list_has(&s->ignored, line->nick)) return;
    members_spoke(&s->members, line->nick);
    bool confirms = own && line->unix_ms == 0;
    if (confirms && outbox_confirm(&s->outbox, line->msg) > 0)
        session_status(s, MESSAGE_UNCONFIRMED);
    emit_line(s, line, (struct event){.kind = EVENT_MESSAGE, .nick = line->nick, .own = own});
}

static void show_line(struct session *s, const struct room_line *line)
{
    backlog_note(&s->backlog, line);
    if (is_from_server(line->nick))
        show_notice(s, line);
    else
        show_message(s, line, is_own(s, line->nick));
}

static void emit_gap(struct session *s, int64_t at, const char *text, bool recalled)
{
    event_emit(&s->config.sink,
               &(struct event){
                   .kind = EVENT_GAP, .at = at, .nick = "", .text = text, .recalled = recalled});
}

/* Marks the time without a connection, in which lines may be missing. */
static void mark_gap(struct session *s)
{
    char text[128], from[CLOCK_TEXT_SIZE], to[CLOCK_TEXT_SIZE];
    bool dates = !clock_same_day(s->disconnected_at, s->local_time);
    clock_text(from, s->disconnected_at, dates);
    clock_text(to, s->local_time, dates);
    snprintf(text, sizeof text, MESSAGE_GAP, from, to);
    emit_gap(s, s->local_time, text, false);
}

/* Marks the gap above a line that another server sends before READY. */
static void mark_early_line(struct session *s)
{
    bool early = s->state == SESSION_HANDSHAKE || s->state == SESSION_UNNAMED;
    if (!early || s->disconnected_at == 0 || s->gap_marked) return;
    s->gap_marked = true;
    mark_gap(s);
}

static bool is_presence(const char *nick, const char *msg)
{
    return is_from_server(nick) && server_notice_is_presence(msg);
}

/* Whether a line shows that we are in the room: what follows is new. */
static bool is_our_arrival(const struct session *s, const struct room_line *line)
{
    if (!line->presence) return line->unix_ms == 0 && is_own(s, line->nick);
    const struct server_notice notice = server_notice_read(line->msg);
    return notice.kind == NOTICE_JOINED && is_own(s, notice.nick);
}

static struct room_line read_line(const struct session *s, const struct packet *p)
{
    struct room_line line = {.nick = p->nick != NULL ? p->nick : "?", .msg = p->msg};
    line.presence = is_presence(line.nick, line.msg);
    if (s->arrival.is_over || p->time == NULL || !record_parse_time(p->time, &line.unix_ms))
        line.unix_ms = 0;
    return line;
}

/* Notes what a line shows about the history: a message without a time is new, and so is what
 * follows. Without times, it is our arrival that is followed by new lines. */
static void note_arrival(struct session *s, const struct room_line *line)
{
    if (line->unix_ms == 0 && !is_from_server(line->nick)) s->arrival.is_over = true;
    if (s->arrival.timeless_until < 0) return;
    if (line->unix_ms != 0 || is_our_arrival(s, line)) s->arrival.timeless_until = -1;
}

/* Returns when a line was said, in seconds, local time; 0: not known, because the line may be of
 * the history of a server that sends no times. */
static int64_t line_time(const struct session *s, const struct room_line *line)
{
    bool may_be_old = s->state == SESSION_JOINED && s->now < s->arrival.timeless_until;
    if (line->unix_ms != 0) return clock_to_local(line->unix_ms / 1000);
    return may_be_old ? 0 : s->local_time;
}

/* Buffers a line of the history. A line without a time after one with a time is not of it. */
static bool buffer_line(struct session *s, const struct room_line *line)
{
    const struct backlog *b = &s->backlog;
    if (s->backlog_until < 0) return false;
    if (b->n > 0 && b->pending[b->n - 1].line.unix_ms != 0 && line->unix_ms == 0) return false;
    return backlog_buffer(&s->backlog, line);
}

void session_broadcast(struct session *s, const struct packet *p)
{
    struct room_line line = read_line(s, p);
    bool own = !is_from_server(line.nick) && is_own(s, line.nick);
    s->said_ms = line.unix_ms;
    note_arrival(s, &line);
    line.at = line_time(s, &line);
    if (own && line.unix_ms == 0 && s->unacked > 0) s->unacked--;
    if (p->msg[0] == '\0' || buffer_line(s, &line)) return;
    session_flush_backlog(s);
    mark_early_line(s);
    show_line(s, &line);
}

/* Shows a buffered line. After an overlap, our own line among those that we missed is confirmed. */
static void show_buffered(struct session *s, const struct room_line *line, bool overlaps)
{
    bool own = !is_from_server(line->nick) && is_own(s, line->nick);
    if (overlaps && own) outbox_confirm_from_backlog(&s->outbox, line->msg);
    show_line(s, line);
}

void session_flush_backlog(struct session *s)
{
    if (s->backlog_until < 0) return;
    size_t known = backlog_overlap(&s->backlog);
    bool returned = s->disconnected_at != 0;
    s->backlog_until = -1;
    if (known == 0 && returned && !s->gap_marked) mark_gap(s);
    for (size_t i = known; i < s->backlog.n; i++)
        show_buffered(s, &s->backlog.pending[i].line, known > 0);
    backlog_clear(&s->backlog);
    session_end_history(s);
    if (returned) session_status(s, MESSAGE_BACK, s->nick.own);
    s->disconnected_at = 0;
    s->gap_marked = false;
    session_explain_unconfirmed(s);
    session_send_queued(s);
}

void session_end_feed(struct session *s)
{
    session_flush_backlog(s);
    session_end_history(s);
    s->arrival.timeless_until = -1;
    s->arrival.is_over = true;
}

void session_recall(struct session *s, int64_t at, const struct packet *p)
{
    struct event e = {.kind = EVENT_GAP, .at = at, .nick = "", .text = p->msg, .recalled = true};
    if (p->nick != NULL) e.kind = is_from_server(p->nick) ? EVENT_NOTICE : EVENT_MESSAGE;
    if (e.kind == EVENT_MESSAGE) e.nick = p->nick;
    s->recalled_at = at;
    event_emit(&s->config.sink, &e);
    if (p->nick == NULL) return;
    bool presence = is_presence(p->nick, p->msg);
    backlog_note(&s->backlog, &(struct room_line){p->nick, p->msg, .presence = presence});
}

void session_recall_end(struct session *s, const char *from)
{
    char text[256];
    if (s->recalled_at == 0) return;
    snprintf(text, sizeof text, MESSAGE_EARLIER, from);
    emit_gap(s, s->recalled_at, text, true);
}
