#include "tui/stdio/line_mode.h"

#include "common/text.h"
#include "tui/base/messages.h"
#include "tui/core/session_commands.h"
#include "tui/core/session_output.h"
#include "tui/stdio/line_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* -- input -- */

static void tell_error(struct frontend *f, const char *error)
{
    if (error != NULL) line_output_tell_once(f, error);
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
        line_output_tell(f, error);
    else
        tell_error(f, session_request_nick(f->session, wanted));
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
        line_output_tell(f, MESSAGE_YOUR_LINE_WAITS);
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

/* -- a paste -- */

static void tell_question(struct frontend *f)
{
    struct line_paste *p = &f->line_mode.paste;
    char text[sizeof LINE_PASTE_QUESTION + 32];
    snprintf(text, sizeof text, LINE_PASTE_QUESTION, p->lines, p->lines == 1 ? "" : "s");
    line_output_tell(f, text);
    p->is_asked = true;
}

/* Returns why not all lines can be sent, or NULL. */
static const char *check_lines(const struct session *s, const struct line_paste *p)
{
    char *copy = strdup(p->text), *rest = copy;
    const char *error = copy == NULL ? MESSAGE_NO_MEMORY : NULL, *line;
    if (p->lines > OUTBOX_LINES - s->outbox.count) error = MESSAGE_OUTBOX_FULL;
    while (error == NULL && (line = line_paste_next(&rest)) != NULL)
        if (!session_fits(s, command_text(line))) error = MESSAGE_TOO_LONG;
    free(copy);
    return error;
}

static const char *send_lines(struct session *s, const struct line_paste *p)
{
    char *rest = p->text;
    const char *error = check_lines(s, p), *line;
    while (error == NULL && (line = line_paste_next(&rest)) != NULL)
        error = session_submit(s, command_text(line));
    return error;
}

static const char *send_one(struct session *s, const struct line_paste *p)
{
    return session_fits(s, p->text) ? session_submit(s, p->text) : MESSAGE_TOO_LONG;
}

/* Does what the user answered. Asks again if that cannot be done. */
static void settle_paste(struct frontend *f, enum line_paste_answer answer)
{
    struct line_paste *p = &f->line_mode.paste;
    const char *error = NULL;
    if (answer == LINE_PASTE_ONE) error = send_one(f->session, p);
    if (answer == LINE_PASTE_LINES) error = send_lines(f->session, p);
    if (answer == LINE_PASTE_CANCEL) line_output_tell(f, LINE_PASTE_CANCELLED);
    if (error == NULL) {
        line_paste_clear(p);
        return;
    }
    line_output_tell(f, error);
    tell_question(f);
}

/* Adds the line to the paste, unless it is the answer: another line may be the end of the paste,
 * which had no line feed. */
static void take_pasted(struct frontend *f, const char *line)
{
    enum line_paste_answer answer =
        f->pasted ? LINE_PASTE_NONE : line_paste_answer(&f->line_mode.paste, line);
    if (answer != LINE_PASTE_NONE)
        settle_paste(f, answer);
    else if (!line_paste_add(&f->line_mode.paste, line))
        f->error = MESSAGE_LINE_NO_ROOM;
}

static bool is_choosing_nick(const struct session *s)
{
    return s->state == SESSION_UNNAMED || session_needs_nick(s);
}

/* Whether the line is a part of a paste, or the answer to the question about it. Empty lines do not
 * begin one. */
static bool is_about_paste(const struct frontend *f, const char *line)
{
    if (f->line_mode.paste.text != NULL) return f->pasted || !command_is(line, LINE_START_TYPED);
    return f->pasted && line[0] != '\0' && !is_choosing_nick(f->session);
}

static void carry_out(struct frontend *f, char *text)
{
    char *said = text + (command_text(text) - text);
    const char *mistake = command_mistake(text, LINE_START_TYPED);
    if (is_about_paste(f, text))
        take_pasted(f, text);
    else if (mistake != NULL)
        session_status(f->session, "%s", mistake);
    else if (command_is(text, LINE_START_TYPED))
        run_command(f, text);
    else if (is_choosing_nick(f->session))
        choose_nick(f, said);
    else
        say(f, said);
}

static bool is_text(struct span line)
{
    return memchr(line.p, '\0', line.n) == NULL && text_valid(line.p, line.n);
}

/* Whether a line has to wait: until it is certain that it was not pasted; and a command, until the
 * room has repeated earlier lines. */
static bool has_to_wait(const struct frontend *f, const char *text)
{
    const struct session *s = f->session;
    bool unanswered = s->unacked > 0 || outbox_waiting(&s->outbox) > 0;
    if (f->unsettled) return true;
    return command_is(text, LINE_START_TYPED) && s->state == SESSION_JOINED && unanswered;
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
    line_output_tell(f, f->line_mode.refused[0] != '\0' ? text : MESSAGE_NICK_RULE);
    bool propose = ++f->line_mode.asked == 1 && proposed[0] != '\0';
    snprintf(text, sizeof text, MESSAGE_ASK_NICK_PROPOSED, proposed);
    line_output_tell(f, propose ? text : MESSAGE_ASK_NICK);
}

/* Tells the user only once, however many attempts to connect follow. */
static void tell_away(struct frontend *f)
{
    const struct session *s = f->session;
    bool away = s->state == SESSION_DISCONNECTED && !s->nick.lapsed,
         waits = s->reconnect.reconnect_at >= 0;
    if (away && !f->line_mode.away)
        line_output_tell(f, waits ? MESSAGE_RECONNECTING : MESSAGE_ENTER_RECONNECTS);
    f->line_mode.away = away || (f->line_mode.away && s->state != SESSION_JOINED);
}

static void update(struct frontend *f)
{
    bool needs_nick = session_needs_nick(f->session);
    const struct line_paste *paste = &f->line_mode.paste;
    tell_away(f);
    if (f->due > 0 && f->session->now >= f->due) line_output_flush_joins(f);
    if (paste->text != NULL && !paste->is_asked && !f->unsettled) tell_question(f);
    if (needs_nick && !f->line_mode.asks_nick) ask_nick(f);
    f->line_mode.asks_nick = needs_nick;
}

static void end(struct frontend *f)
{
    if (f->line_mode.paste.text != NULL) line_output_tell(f, LINE_PASTE_CANCELLED);
    line_paste_clear(&f->line_mode.paste);
    session_quit(f->session);
}

const struct frontend_kind line_mode = {
    .on_event = line_output_on_event, .take_line = take_line, .update = update, .end = end};
