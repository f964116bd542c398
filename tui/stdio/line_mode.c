#include "tui/stdio/line_mode.h"

#include "common/chat_line.h"
#include "common/text.h"
#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/core/session_commands.h"
#include "tui/core/session_key.h"
#include "tui/core/session_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void put(struct frontend *f, const char *text, size_t n)
{
    if (!byte_queue_append(&f->out, text, n)) f->failed = true;
}

static void put_text(struct frontend *f, const char *text)
{
    put(f, text, strlen(text));
}

/* Writes a part of a line in the form of common/chat_line.h. */
static void put_part(struct frontend *f, size_t (*format)(char *, size_t, const char *),
                     const char *text)
{
    size_t room = CHAT_LINE_GROWTH * strlen(text) + sizeof CHAT_LINE_MESSAGE("", "");
    char *part = malloc(room);
    if (part == NULL)
        f->failed = true;
    else
        put(f, part, format(part, room, text));
    free(part);
}

static void put_nick(struct frontend *f, const char *nick)
{
    put_part(f, chat_line_nick, nick);
}

static void put_time(struct frontend *f, int64_t at)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(text, at, false);
    put_text(f, at != 0 ? text : LINE_MODE_NO_TIME);
    put_text(f, " ");
}

static void put_day(struct frontend *f, int64_t at)
{
    char text[64];
    struct tm date;
    time_t seconds = (time_t)at;
    gmtime_r(&seconds, &date);
    strftime(text, sizeof text, "%A, %d %B %Y", &date);
    put_text(f, text);
}

/* -- output -- */

static void end_line(struct frontend *f, const char *text)
{
    put_part(f, chat_line_text, text);
    put_text(f, "\n");
}

static void tell(struct frontend *f, const char *text)
{
    put_text(f, CHAT_LINE_OWN(""));
    end_line(f, text);
}

/* Prints the date when it changes, and before the first line recalled from a log. */
static void tell_day(struct frontend *f, const struct event *e)
{
    int64_t *day = &f->line_mode.day;
    if (e->recalled && *day == 0) *day = -1;
    if (!clock_new_day(day, e->at)) return;
    put_text(f, CHAT_LINE_OWN(""));
    put_day(f, e->at);
    put_text(f, "\n");
}

static void tell_message(struct frontend *f, const struct event *e)
{
    put_time(f, e->at);
    put_nick(f, e->nick);
    end_line(f, e->text);
}

static void tell_notice(struct frontend *f, const struct event *e)
{
    put_text(f, CHAT_LINE_NOTICE(""));
    put_time(f, e->at);
    char *marked = notice_names_mark(e->text, &f->session->members);
    if (marked == NULL)
        f->failed = true;
    else
        end_line(f, marked);
    free(marked);
}

static void tell_undelivered(struct frontend *f, const struct event *e)
{
    if (e->state != OUTBOX_UNCONFIRMED && e->state != OUTBOX_REJECTED) return;
    put_text(f, e->state == OUTBOX_UNCONFIRMED ? "? " : "! ");
    put_nick(f, f->session->nick.own);
    end_line(f, e->text);
}

/* Does not repeat the last message before the next line of input. */
static void tell_message_once(struct frontend *f, const char *text)
{
    char *last = f->line_mode.message;
    if (strcmp(text, last) != 0) tell(f, text);
    snprintf(last, sizeof f->line_mode.message, "%s", text);
}

/* Prints a rule, whose text contains the date. */
static void tell_rule(struct frontend *f, const struct event *e)
{
    clock_new_day(&f->line_mode.day, e->at);
    tell(f, e->text);
}

static void tell_line(struct frontend *f, const struct event *e)
{
    tell_day(f, e);
    if (e->kind == EVENT_MESSAGE)
        tell_message(f, e);
    else if (e->kind == EVENT_NOTICE)
        tell_notice(f, e);
    else
        tell(f, e->text);
}

/* Prints nothing of a failed session: main prints the exit message. */
static const char *on_event(void *frontend, const struct event *e)
{
    struct frontend *f = frontend;
    if (f->session->state == SESSION_FAILED) return NULL;
    switch (e->kind) {
    case EVENT_MESSAGE:
    case EVENT_NOTICE:
    case EVENT_GAP:
    case EVENT_STATUS: tell_line(f, e); break;
    case EVENT_RULE: tell_rule(f, e); break;
    case EVENT_STATUS_MESSAGE: tell_message_once(f, e->text); break;
    case EVENT_OWN_CHANGED: tell_undelivered(f, e); break;
    case EVENT_NICK_REFUSED:
        snprintf(f->line_mode.refused, sizeof f->line_mode.refused, "%s", e->nick);
        break;
    case EVENT_OWN_QUEUED:
    case EVENT_OWN_REMOVED:
    case EVENT_STATE_CHANGED:
    case EVENT_PACKET:
    case EVENT_KEY_TRUSTED:
    case EVENT_IGNORE_CHANGED:
    case EVENT_LOG_REQUEST: break;
    }
    return NULL;
}

/* -- input -- */

static void tell_error(struct frontend *f, const char *error)
{
    if (error != NULL) tell_message_once(f, error);
}

/* Requests the nickname; for an empty line after the first question, the proposed one. */
static void choose_nick(struct frontend *f, char *nick)
{
    size_t blanks = strspn(nick, " ");
    for (size_t n = strlen(nick); n > blanks && nick[n - 1] == ' ';) nick[--n] = '\0';
    const char *wanted = nick + blanks;
    if (wanted[0] == '\0' && f->line_mode.asked == 1) wanted = f->session->config.proposed_nick;
    const char *error = nick_check(wanted);
    if (error != NULL)
        tell(f, error);
    else
        tell_error(f, session_request_nick(f->session, wanted));
}

/* Takes only whole words for answers: a line that was typed too early is none. */
static void decide_key(struct frontend *f, const char *answer)
{
    if (strcmp(answer, LINE_MODE_YES) == 0)
        session_trust_key(f->session);
    else if (strcmp(answer, LINE_MODE_NO) == 0)
        session_quit(f->session);
    else
        tell(f, MESSAGE_ASK_KEY);
}

/* Queues the line. Connects again if the connection is lost. */
static void say(struct frontend *f, const char *text)
{
    struct session *s = f->session;
    bool away = s->state == SESSION_DISCONNECTED;
    if (away) session_retry_now(s);
    if (text[0] == '\0') return;
    if (!session_fits(s, text))
        f->error = MESSAGE_LINE_TOO_LONG;
    else if (session_submit(s, text) != NULL)
        f->error = MESSAGE_LINE_NO_ROOM;
    else if (away)
        tell(f, MESSAGE_YOUR_LINE_WAITS);
}

/* Lists the commands only: line mode has no keys. */
static void tell_help(struct session *s)
{
    const struct command_help *c;
    for (size_t i = 0; (c = command_help(i)) != NULL; i++)
        if (!c->screen) session_status(s, "/%s%s: %s", c->name, c->argument, c->help);
    session_status(s, MESSAGE_SLASH_HELP);
}

static void run_command(struct frontend *f, const char *line)
{
    struct command command;
    const char *error = commands_parse(line, &command);
    if (error != NULL) {
        session_status(f->session, "%s", error);
        return;
    }
    if (command.id == COMMAND_HELP) tell_help(f->session);
    tell_error(f, session_command(f->session, &command));
    free(command.argument);
}

/* Neither runs nor sends the line: it may be a text, or a command typed while the terminal was
 * stopped. */
static void refuse_pasted(struct frontend *f, const char *line)
{
    session_status(f->session, MESSAGE_PASTED_COMMAND, line);
}

static void carry_out(struct frontend *f, char *text)
{
    char *said = text + (command_text(text) - text);
    if (f->session->state == SESSION_UNTRUSTED) {
        decide_key(f, f->pasted ? "" : text);
        return;
    }
    const char *mistake = command_mistake(text, f->pasted ? LINE_START_OTHER : LINE_START_TYPED);
    if (mistake != NULL)
        session_status(f->session, "%s", mistake);
    else if (command_is(text, LINE_START_TYPED) && f->pasted)
        refuse_pasted(f, text);
    else if (command_is(text, LINE_START_TYPED))
        run_command(f, text);
    else if (f->session->state == SESSION_UNNAMED || session_needs_nick(f->session))
        choose_nick(f, said);
    else
        say(f, said);
}

static bool is_text(struct span line)
{
    return memchr(line.p, '\0', line.n) == NULL && text_valid(line.p, line.n);
}

/* Whether a command has to wait: until the room has repeated earlier lines, and until it is certain
 * that the command was not pasted. */
static bool has_to_wait(const struct frontend *f, const char *text)
{
    const struct session *s = f->session;
    bool unanswered = s->unacked > 0 || outbox_waiting(&s->outbox) > 0;
    if (!command_is(text, LINE_START_TYPED)) return false;
    return f->unsettled || (s->state == SESSION_JOINED && unanswered);
}

static bool take_line(struct frontend *f, struct span line)
{
    f->error = is_text(line) ? NULL : MESSAGE_LINE_NOT_TEXT;
    if (f->error != NULL) return true;
    char *text = strndup(line.p, line.n);
    if (text == NULL) {
        f->failed = true;
        return true;
    }
    bool waits = has_to_wait(f, text);
    if (!waits) {
        f->line_mode.message[0] = '\0';
        carry_out(f, text);
    }
    free(text);
    return !waits;
}

/* -- the session's state -- */

static void ask_nick(struct frontend *f)
{
    char text[256];
    const char *proposed = f->session->config.proposed_nick;
    snprintf(text, sizeof text, MESSAGE_NICK_REFUSED, f->line_mode.refused);
    tell(f, f->line_mode.refused[0] != '\0' ? text : MESSAGE_NICK_RULE);
    bool propose = ++f->line_mode.asked == 1 && proposed[0] != '\0';
    snprintf(text, sizeof text, MESSAGE_ASK_NICK_PROPOSED, proposed);
    tell(f, propose ? text : MESSAGE_ASK_NICK);
}

static void ask_key(struct frontend *f)
{
    char text[512];
    snprintf(text, sizeof text, MESSAGE_KEY_NEW, f->session->config.where);
    tell(f, text);
    tell(f, f->session->unknown_key);
    tell(f, MESSAGE_ASK_KEY);
}

/* Tells the user once who can read the room, unless it is on this machine. */
static void tell_security(struct frontend *f)
{
    static const char *const texts[] = {[SECURITY_NONE] = MESSAGE_NOT_ENCRYPTED,
                                        [SECURITY_KNOWN] = MESSAGE_ENCRYPTED,
                                        [SECURITY_CERTIFIED] = MESSAGE_CERTIFIED};
    enum session_security security = f->session->security;
    if (security != f->line_mode.security && texts[security] != NULL) tell(f, texts[security]);
    f->line_mode.security = security;
}

/* Tells the user only once, however many attempts to connect follow. */
static void tell_away(struct frontend *f)
{
    const struct session *s = f->session;
    bool away = s->state == SESSION_DISCONNECTED && !s->nick.lapsed,
         waits = s->reconnect.reconnect_at >= 0;
    if (away && !f->line_mode.away)
        tell(f, waits ? MESSAGE_RECONNECTING : MESSAGE_ENTER_RECONNECTS);
    f->line_mode.away = away || (f->line_mode.away && s->state != SESSION_JOINED);
}

static void update(struct frontend *f)
{
    bool needs_nick = session_needs_nick(f->session);
    bool asks_key = f->session->state == SESSION_UNTRUSTED;
    tell_security(f);
    tell_away(f);
    if (asks_key && !f->line_mode.asks_key) ask_key(f);
    f->line_mode.asks_key = asks_key;
    if (needs_nick && !f->line_mode.asks_nick) ask_nick(f);
    f->line_mode.asks_nick = needs_nick;
}

static void end(struct frontend *f)
{
    session_quit(f->session);
}

const struct frontend_kind line_mode = {
    .on_event = on_event, .take_line = take_line, .update = update, .end = end};
