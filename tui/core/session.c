#include "tui/core/session.h"

#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/core/room_feed.h"
#include "tui/core/session_output.h"
#include "tui/core/session_waiting.h"
#include "tui/core/session_who.h"
#include "tui/core/unexpected_packet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    BACKLOG_MS = 1000, /* after joining, the server sends its history in this time */
    GOODBYE_MS = 1000, /* after a goodbye, until we exit without an answer */
    FAILED_MS = 2000,  /* for the user to read the exit message */
    COUNTDOWN_MAX = 99 * 3600,
};

void session_open(struct session *s, const struct session_config *config)
{
    *s = (struct session){.config = *config,
                          .state = SESSION_CONNECTING,
                          .backlog_until = -1,
                          .who = {.ask_at = -1, .until = -1},
                          .arrival = {.quiet_at = -1, .timeless_until = -1},
                          .outbox.sink = config->sink};
    reconnect_init(&s->reconnect, config->random_seed);
    if (config->nick != NULL) snprintf(s->nick.wanted, sizeof s->nick.wanted, "%s", config->nick);
}

void session_close(struct session *s)
{
    outbox_clear(&s->outbox);
    backlog_clear(&s->backlog);
    members_clear(&s->members);
    byte_queue_free(&s->who.text);
    ignore_list_clear(&s->ignored);
    frame_decoder_reset(&s->decoder);
    byte_queue_free(&s->out);
}

static void set_state(struct session *s, enum session_state state)
{
    s->state = state;
    session_state_changed(s);
}

/* -- time -- */

static int64_t countdown_end(const struct session *s)
{
    return s->state == SESSION_DISCONNECTED ? s->reconnect.reconnect_at : s->shutdown.at;
}

int64_t session_countdown(const struct session *s)
{
    int64_t end = countdown_end(s);
    return end > s->now ? (end - s->now + 999) / 1000 : 0;
}

static bool is_exiting(const struct session *s)
{
    return s->state == SESSION_CLOSING || s->state == SESSION_FAILED;
}

static void request_wanted(struct session *s)
{
    enum session_error error = session_send_verify(s, s->nick.wanted);
    s->nick.pending = error == SESSION_OK;
    if (error != SESSION_OK) session_message(s, "%s", session_error_text(error));
}

static bool is_due(int64_t at, int64_t now)
{
    return at >= 0 && now >= at;
}

void session_tick(struct session *s, int64_t local_time, int64_t now)
{
    int64_t shown = session_countdown(s);
    s->local_time = local_time;
    s->now = now;
    if (session_countdown(s) != shown) session_state_changed(s);
    if (is_exiting(s) && now >= s->exit.quit_at) set_state(s, SESSION_FINISHED);
    if (s->state == SESSION_DISCONNECTED && is_due(s->reconnect.reconnect_at, now))
        set_state(s, SESSION_CONNECTING);
    if (s->state == SESSION_UNNAMED && is_due(s->reconnect.nick_retry_at, now)) {
        s->reconnect.nick_retry_at = RECONNECT_NEVER;
        request_wanted(s);
    }
    if (is_due(s->backlog_until, now)) session_flush_backlog(s);
    if (is_due(s->arrival.quiet_at, now)) session_end_history(s);
    session_send_queued(s);
}

int64_t session_deadline(const struct session *s)
{
    const struct reconnect *r = &s->reconnect;
    if (is_exiting(s)) return s->exit.quit_at;
    if (s->state == SESSION_DISCONNECTED && r->reconnect_at <= s->now) return r->reconnect_at;
    int64_t seconds = session_countdown(s);
    int64_t due = seconds > 0 ? countdown_end(s) - (seconds - 1) * 1000 : -1;
    if (s->state == SESSION_UNNAMED) due = clock_sooner(due, r->nick_retry_at);
    due = clock_sooner(due, s->arrival.quiet_at);
    if (s->backlog_until >= 0) return clock_sooner(due, s->backlog_until);
    if (s->state == SESSION_JOINED) due = clock_sooner(due, outbox_due(&s->outbox));
    return due;
}

/* -- connecting and disconnecting -- */

void session_connected(struct session *s)
{
    s->ever_connected = true;
    s->gap_marked = false;
    set_state(s, SESSION_HANDSHAKE);
}

static void find_exit_message(struct session *s, const char *why)
{
    char *text = s->exit.message;
    size_t size = sizeof s->exit.message;
    if (s->shutdown.reason[0] != '\0')
        snprintf(text, size, MESSAGE_CLOSED ": %s", s->shutdown.reason);
    else if (s->shutdown.at != 0)
        snprintf(text, size, MESSAGE_ANNOUNCED);
    else if (why != NULL)
        snprintf(text, size, MESSAGE_LOST, why);
    else
        snprintf(text, size, MESSAGE_CLOSED ".");
}

static void never_connected(struct session *s, const char *why)
{
    snprintf(s->exit.message, sizeof s->exit.message,
             s->resolved ? MESSAGE_NO_SERVER : MESSAGE_NO_ADDRESS,
             s->resolved ? s->config.where : s->config.host, why);
    s->exit.status = EX_UNAVAILABLE;
    set_state(s, SESSION_FINISHED);
}

static void give_up(struct session *s, const char *why)
{
    session_end_feed(s);
    find_exit_message(s, why);
    s->exit.status = EX_UNAVAILABLE;
    set_state(s, SESSION_FAILED);
}

/* Reports a disconnect only once in a row, but a reason from the server always; does not repeat a
 * reason that a notice has shown. */
static void report_disconnect(struct session *s, const char *why)
{
    if (s->exit.message[0] != '\0' && s->shutdown.reason[0] == '\0') return;
    if (s->shutdown.reason_shown) {
        snprintf(s->exit.message, sizeof s->exit.message, MESSAGE_CLOSED ".");
        return;
    }
    find_exit_message(s, why);
    session_status(s, "%s", s->exit.message);
}

/* Whether the server gave a reason for disconnecting, so that reconnecting would not help. Ignores
 * the reason that our old connection still holds the nickname. */
static bool is_refused(const struct session *s)
{
    return s->shutdown.reason[0] != '\0' && s->reconnect.stale_nick_until == RECONNECT_NEVER;
}

/* Whether the connection ends while the user chooses a nickname. The client does not report that:
 * it connects again when it requests the nickname. */
static bool is_lapsing(const struct session *s)
{
    return s->state == SESSION_UNNAMED && s->shutdown.at == 0 &&
           (s->nick.lapsed || session_needs_nick(s));
}

static void disconnect(struct session *s, const char *why)
{
    bool lapsing = is_lapsing(s), is_news = session_is_connected(s) || s->nick.lapsed;
    session_end_feed(s);
    if (is_news && !lapsing) report_disconnect(s, why);
    if (s->state == SESSION_JOINED) s->disconnected_at = s->local_time;
    if (s->nick.own[0] != '\0') memcpy(s->nick.wanted, s->nick.own, sizeof s->nick.wanted);
    reconnect_lost(&s->reconnect, s->now, lapsing ? !s->nick.pending : is_refused(s));
    outbox_connection_lost(&s->outbox);
    frame_decoder_reset(&s->decoder);
    s->out.from = s->out.to;
    if (!lapsing) s->exit.status = EX_UNAVAILABLE;
    s->nick.lapsed = lapsing;
    s->shutdown = (struct session_shutdown){0};
    s->nick.pending = false;
    s->unacked = 0;
    session_who_reset(s);
    s->not_hello[0] = '\0';
    s->unreadable.row = 0;
    set_state(s, SESSION_DISCONNECTED);
}

void session_disconnected(struct session *s, const char *why)
{
    if (s->state == SESSION_CLOSING) set_state(s, SESSION_FINISHED);
    if (s->state == SESSION_DISCONNECTED || session_is_over(s)) return;
    if (!s->ever_connected)
        never_connected(s, why);
    else if (s->config.no_reconnect)
        give_up(s, why);
    else
        disconnect(s, why);
}

void session_retry_now(struct session *s)
{
    if (s->state == SESSION_DISCONNECTED) reconnect_retry_now(&s->reconnect, s->now);
    if (s->state == SESSION_UNNAMED && s->reconnect.nick_retry_at >= 0)
        s->reconnect.nick_retry_at = s->now;
}

void session_reconnect(struct session *s)
{
    if (session_is_connected(s)) {
        snprintf(s->exit.message, sizeof s->exit.message, "%s", MESSAGE_ANEW);
        session_status(s, "%s", s->exit.message);
        disconnect(s, NULL);
    }
    session_retry_now(s);
}

void session_drop_unacked(struct session *s)
{
    s->unacked = 0;
    outbox_connection_lost(&s->outbox);
}

/* -- ending -- */

void session_quit(struct session *s)
{
    if (s->state == SESSION_CLOSING) return;
    session_end_feed(s);
    bool sent = session_send_packet(s, PROTO_GOODBYE, "BYE") == SESSION_OK;
    s->exit.quit_at = s->now + GOODBYE_MS;
    set_state(s, sent ? SESSION_CLOSING : SESSION_FINISHED);
}

void session_fail(struct session *s, int status, const char *format, ...)
{
    va_list args;
    session_end_feed(s);
    va_start(args, format);
    vsnprintf(s->exit.message, sizeof s->exit.message, format, args);
    va_end(args);
    s->exit.status = status;
    s->exit.quit_at = s->now + FAILED_MS;
    s->shutdown.at = 0;
    set_state(s, SESSION_FAILED);
    session_status(s, "%s", s->exit.message);
}

void session_extend_exit(struct session *s)
{
    if (s->state == SESSION_FAILED) s->exit.quit_at = s->now + FAILED_MS;
}

/* -- packets -- */

const char *session_request_nick(struct session *s, const char *nick)
{
    if (s->nick.pending) return session_error(s, MESSAGE_NICK_PENDING, s->nick.wanted);
    snprintf(s->nick.wanted, sizeof s->nick.wanted, "%s", nick);
    s->reconnect.nick_retry_at = RECONNECT_NEVER;
    if (s->nick.lapsed) session_retry_now(s);
    if (s->state != SESSION_UNNAMED && s->state != SESSION_JOINED) return NULL;
    enum session_error error = session_send_verify(s, nick);
    s->nick.pending = error == SESSION_OK;
    session_state_changed(s);
    return session_error_text(error);
}

static void on_connect(struct session *s, const struct packet *p)
{
    (void)p;
    if (s->state != SESSION_HANDSHAKE) return;
    s->nick.lapsed = false;
    set_state(s, SESSION_UNNAMED);
    if (s->nick.wanted[0] != '\0') request_wanted(s);
}

/* Buffers the backlog only if earlier lines are shown that it can overlap. A server that sends a
 * secret also says which lines are history. */
static void join(struct session *s, const struct packet *ready)
{
    s->exit.status = EXIT_SUCCESS;
    s->exit.message[0] = '\0';
    reconnect_joined(&s->reconnect, s->now);
    session_who_joined(s, ready->resume != NULL);
    set_state(s, SESSION_JOINED);
    s->arrival.returns = s->disconnected_at != 0;
    s->arrival.greets = !s->arrival.returns;
    s->arrival.is_over = false;
    s->arrival.timeless_until = ready->resume != NULL ? -1 : s->now + BACKLOG_MS;
    if (s->backlog.count > 0 || s->disconnected_at != 0) {
        s->backlog_until = s->now + BACKLOG_MS;
        return;
    }
    session_explain_unconfirmed(s);
    session_send_queued(s);
}

/* Keeps the secret for our next connection. */
static void keep_secret(struct session *s, const char *secret)
{
    bool is_kept = secret != NULL && strlen(secret) <= SESSION_SECRET_MAX;
    snprintf(s->nick.secret, sizeof s->nick.secret, "%s", is_kept ? secret : "");
}

static void on_ready(struct session *s, const struct packet *p)
{
    bool joined = s->state == SESSION_JOINED;
    if (!s->nick.pending && !joined)
        session_fail(s, EX_PROTOCOL, MESSAGE_PROTOCOL, MESSAGE_EARLY_READY);
    if (!s->nick.pending) return;
    if (joined) members_renamed(&s->members, s->nick.own, s->nick.wanted);
    memcpy(s->nick.own, s->nick.wanted, sizeof s->nick.own);
    keep_secret(s, p->resume);
    s->nick.pending = false;
    s->nick.wanted[0] = '\0';
    if (!joined)
        join(s, p);
    else
        session_message(s, MESSAGE_RENAMED, s->nick.own);
}

/* Whether our lost connection may still hold the nickname. */
static bool is_stale_nick(struct session *s)
{
    bool first = s->reconnect.stale_nick_until == RECONNECT_NEVER;
    bool stale = s->state == SESSION_UNNAMED && s->nick.own[0] != '\0' &&
                 strcmp(s->nick.wanted, s->nick.own) == 0 &&
                 reconnect_nick_refused(&s->reconnect, s->now);
    if (first && stale) session_status(s, MESSAGE_NICK_STALE, s->nick.wanted);
    return stale;
}

static void say_still_like(struct session *s, const char *like)
{
    char marked[NICK_MARKED_SIZE];
    nick_mark(marked, like);
    session_status(s, MESSAGE_NICK_STILL_LIKE, s->nick.wanted, marked, s->nick.own);
}

static void on_retry(struct session *s, const struct packet *p)
{
    const char *like = p->like != NULL && nick_check(p->like) == NULL ? p->like : NULL;
    if (!s->nick.pending) return;
    s->nick.pending = false;
    session_state_changed(s);
    if (is_stale_nick(s)) return;
    if (s->state == SESSION_JOINED && like != NULL)
        say_still_like(s, like);
    else if (s->state == SESSION_JOINED)
        session_status(s, MESSAGE_NICK_STILL, s->nick.wanted, s->nick.own);
    else
        event_emit(
            &s->config.sink,
            &(struct event){.kind = EVENT_NICK_REFUSED, .nick = s->nick.wanted, .text = like});
    s->nick.wanted[0] = '\0';
}

/* Returns the seconds that a shutdown packet announces; -1 if its text is another one. */
static long announced_seconds(const char *msg)
{
    size_t start = strlen(PACKET_COUNTDOWN);
    if (strncasecmp(msg, PACKET_COUNTDOWN, start) != 0) return -1;
    const char *number = msg + start;
    size_t digits = strspn(number, "0123456789");
    if (digits == 0 || digits > 6 || strncmp(number + digits, " second", 7) != 0) return -1;
    long seconds = strtol(number, NULL, 10);
    return seconds <= COUNTDOWN_MAX ? seconds : -1;
}

static void keep_reason(struct session *s, const char *reason)
{
    char *marked = notice_names_mark(reason, &s->members);
    snprintf(s->shutdown.reason, sizeof s->shutdown.reason, "%s",
             marked != NULL ? marked : MESSAGE_NO_MEMORY);
    free(marked);
}

/* Prints a notice for the first announcement only; later ones set the countdown. With
 * `repeat_countdown`, prints a notice for each. Prints nothing while the user chooses a nickname:
 * the client connects again when it requests the nickname. */
static void on_shutdown(struct session *s, const struct packet *p)
{
    static const struct server_notice notice = {.kind = NOTICE_OTHER};
    long seconds = announced_seconds(p->msg);
    bool repeated = seconds >= 0 && s->shutdown.at != 0 && !s->config.repeat_countdown;
    bool is_idle = seconds < 0 && session_needs_nick(s) && !s->config.no_reconnect;
    if (seconds < 0) keep_reason(s, p->msg);
    if (is_idle) s->nick.lapsed = true;
    if (seconds < 0) s->shutdown.reason_shown = !is_idle;
    if (!repeated && !is_idle)
        event_emit(&s->config.sink, &(struct event){.kind = EVENT_NOTICE,
                                                    .at = s->local_time,
                                                    .nick = "",
                                                    .text = p->msg,
                                                    .notice = &notice});
    if (seconds >= 0) s->shutdown.at = s->now + seconds * 1000;
    session_state_changed(s);
}

/* The answer comes after the history, so the greeting is due now, and stands above it. */
static void on_who(struct session *s, const struct packet *p)
{
    session_end_feed(s);
    session_who_answer(s, p);
}

void session_act(struct session *s, const struct packet *p)
{
    if (s->state == SESSION_CLOSING && p->proto != PROTO_BROADCAST) return;
    s->said_ms = 0;
    session_note_not_hello(s, p);
    switch (p->proto) {
    case PROTO_BROADCAST: session_broadcast(s, p); break;
    case PROTO_CONNECT: on_connect(s, p); break;
    case PROTO_READY: on_ready(s, p); break;
    case PROTO_RETRY: on_retry(s, p); break;
    case PROTO_SHUTDOWN: on_shutdown(s, p); break;
    case PROTO_WHO: on_who(s, p); break;
    case PROTO_VERIFY:
    case PROTO_GOODBYE:
    case PROTO_UNKNOWN: session_unexpected(s, p); break;
    }
}
