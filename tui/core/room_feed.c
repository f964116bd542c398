#include "tui/core/room_feed.h"

#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/core/session_output.h"
#include "tui/core/session_who.h"

#include <stdio.h>
#include <string.h>

enum { NOTICE_LINE = 2 * NICK_BYTES + 64 }; /* bytes of a notice with two nicknames */

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

static void show_one_notice(struct session *s, const char *msg)
{
    const struct notice_names names = notice_names_find(msg, &s->members);
    event_emit(&s->config.sink, &(struct event){.kind = EVENT_NOTICE,
                                                .at = s->local_time,
                                                .nick = "",
                                                .text = msg,
                                                .notice = &names.notice});
    update_members(s, &names.notice);
    follow_ignored(s, &names.notice);
}

/* Shows a notice about several new nicknames as one notice for each of its lines. */
static void show_notice(struct session *s, const char *msg)
{
    char line[NOTICE_LINE];
    size_t n;
    while ((n = server_notice_line(msg)) > 0 && n < sizeof line) {
        memcpy(line, msg, n);
        line[n] = '\0';
        show_one_notice(s, line);
        if (msg[n] == '\0') return;
        msg += n + 1;
    }
    show_one_notice(s, msg);
}

static void show_message(struct session *s, const char *nick, const char *msg, bool own)
{
    if (!own && ignore_list_has(&s->ignored, nick)) return;
    members_spoke(&s->members, nick);
    if (own && outbox_confirm(&s->outbox, msg) > 0) session_status(s, MESSAGE_UNCONFIRMED);
    event_emit(
        &s->config.sink,
        &(struct event){
            .kind = EVENT_MESSAGE, .at = s->local_time, .nick = nick, .text = msg, .own = own});
}

static void show_line(struct session *s, const char *nick, const char *msg, bool own)
{
    backlog_note(&s->backlog, nick, msg);
    if (is_from_server(nick))
        show_notice(s, msg);
    else
        show_message(s, nick, msg, own);
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

void session_broadcast(struct session *s, const struct packet *p)
{
    const char *nick = p->nick != NULL ? p->nick : "?";
    bool own = !is_from_server(nick) && is_own(s, nick);
    if (own && s->unacked > 0) s->unacked--;
    if (p->msg[0] == '\0') return;
    if (s->backlog_until >= 0 && backlog_buffer(&s->backlog, nick, p->msg)) return;
    session_flush_backlog(s);
    mark_early_line(s);
    show_line(s, nick, p->msg, own);
}

void session_flush_backlog(struct session *s)
{
    if (s->backlog_until < 0) return;
    size_t known = backlog_overlap(&s->backlog, s->nick.own);
    bool returned = s->disconnected_at != 0;
    s->backlog_until = -1;
    if (known == 0 && returned && !s->gap_marked) mark_gap(s);
    for (size_t i = known; i < s->backlog.n; i++) {
        const struct backlog_line *line = &s->backlog.pending[i];
        bool own = !is_from_server(line->nick) && is_own(s, line->nick);
        if (known > 0 && own) outbox_confirm_from_backlog(&s->outbox, line->msg);
        show_line(s, line->nick, line->msg, own);
    }
    backlog_clear(&s->backlog);
    if (returned) session_status(s, MESSAGE_BACK, s->nick.own);
    s->disconnected_at = 0;
    s->gap_marked = false;
    session_explain_unconfirmed(s);
    session_send_queued(s);
}

void session_recall(struct session *s, int64_t at, const struct packet *p)
{
    struct event e = {.kind = EVENT_GAP, .at = at, .nick = "", .text = p->msg, .recalled = true};
    if (p->nick != NULL) e.kind = is_from_server(p->nick) ? EVENT_NOTICE : EVENT_MESSAGE;
    if (e.kind == EVENT_MESSAGE) e.nick = p->nick;
    s->recalled_at = at;
    event_emit(&s->config.sink, &e);
    if (e.kind != EVENT_GAP) backlog_note(&s->backlog, p->nick, p->msg);
}

void session_recall_end(struct session *s, const char *from)
{
    char text[256];
    if (s->recalled_at == 0) return;
    snprintf(text, sizeof text, MESSAGE_EARLIER, from);
    emit_gap(s, s->recalled_at, text, true);
}
