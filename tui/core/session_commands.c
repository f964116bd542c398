#include "tui/core/session_commands.h"

#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/core/session_output.h"
#include "tui/core/session_who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *change_nick(struct session *s, const char *nick)
{
    if (nick[0] == '\0') return MESSAGE_NICK_USAGE;
    const char *error = nick_check(nick);
    return error != NULL ? error : session_request_nick(s, nick);
}

static const char *settle_lines(struct session *s, const char *argument,
                                bool (*how)(struct outbox *, bool), const char *none)
{
    bool all = strcmp(argument, "all") == 0;
    if (!all && argument[0] != '\0') return MESSAGE_ALL_OR_FIRST;
    if (!how(&s->outbox, all)) return none;
    session_send_queued(s);
    return NULL;
}

static const char *drop_lines(struct session *s, const char *argument)
{
    size_t before = s->outbox.count;
    const char *error = settle_lines(s, argument, outbox_discard, MESSAGE_NOTHING_TO_DROP);
    size_t dropped = before - s->outbox.count;
    if (error == NULL) session_message(s, MESSAGE_DROPPED, dropped, dropped == 1 ? "" : "s");
    return error;
}

static const char *say_action(struct session *s, const char *what)
{
    char *text = NULL;
    if (what[0] == '\0') return MESSAGE_ME_USAGE;
    if (asprintf(&text, "* %s %s", s->nick.own, what) < 0) return MESSAGE_NO_MEMORY;
    const char *error = session_submit(s, text);
    free(text);
    return error;
}

/* Puts marks around each nickname, because a nickname may look like a list. */
static void list_ignored(struct session *s)
{
    char lines[IGNORE_MAX * (NICK_BYTES + 1) + 1] = "", *end = lines;
    for (size_t i = 0; i < s->ignored.count; i++)
        end = stpcpy(stpcpy(end, s->ignored.nicks[i]), "\n");
    char *list = s->ignored.count > 0 ? nick_mark_lines(lines) : NULL;
    session_status(s, MESSAGE_IGNORED_LIST, list != NULL ? list : MESSAGE_IGNORED_NOBODY);
    free(list);
}

static void ignore_changed(struct session *s, const char *nick, bool ignored)
{
    const char *error =
        event_emit(&s->config.sink,
                   &(struct event){.kind = EVENT_IGNORE_CHANGED, .nick = nick, .ignored = ignored});
    if (error != NULL) session_message(s, MESSAGE_NOT_SAVED, error);
}

static const char *ignore(struct session *s, const char *nick)
{
    if (nick[0] == '\0') {
        list_ignored(s);
        return NULL;
    }
    const char *error = nick_check(nick);
    if (error != NULL) return error;
    if (!ignore_list_add(&s->ignored, nick)) return MESSAGE_IGNORED_TOO_MANY;
    session_status(s, MESSAGE_IGNORED, nick, nick);
    ignore_changed(s, nick, true);
    return NULL;
}

static const char *unignore(struct session *s, const char *nick)
{
    if (!ignore_list_remove(&s->ignored, nick)) return MESSAGE_NOT_IGNORED;
    session_status(s, MESSAGE_UNIGNORED, nick);
    ignore_changed(s, nick, false);
    return NULL;
}

static const char *change_log(struct session *s, const char *path)
{
    bool off = strcmp(path, "off") == 0, changes = path[0] != '\0';
    struct event request = {.kind = EVENT_LOG_REQUEST, .text = off ? NULL : path};
    const char *error = changes ? event_emit(&s->config.sink, &request) : NULL;
    if (error != NULL) return session_error(s, MESSAGE_LOG_NOT_OPENED, error);
    if (s->log_path == NULL)
        session_status(s, MESSAGE_NOT_LOGGING);
    else
        session_status(s, MESSAGE_LOGGING, s->log_path);
    return NULL;
}

const char *session_command(struct session *s, const struct command *c)
{
    switch (c->id) {
    case COMMAND_DROP: return drop_lines(s, c->argument);
    case COMMAND_IGNORE: return ignore(s, c->argument);
    case COMMAND_LOG: return change_log(s, c->argument);
    case COMMAND_ME: return say_action(s, c->argument);
    case COMMAND_NICK: return change_nick(s, c->argument);
    case COMMAND_QUIT: session_quit(s); break;
    case COMMAND_RECONNECT: session_reconnect(s); break;
    case COMMAND_RESEND: return settle_lines(s, c->argument, outbox_retry, MESSAGE_NO_UNCONFIRMED);
    case COMMAND_UNIGNORE: return unignore(s, c->argument);
    case COMMAND_MEMBERS:
    case COMMAND_WHO: return session_who_ask(s);
    case COMMAND_BARE:
    case COMMAND_CLEAR:
    case COMMAND_COPY:
    case COMMAND_FOLD:
    case COMMAND_JOINS:
    case COMMAND_MENTIONS:
    case COMMAND_OPEN:
    case COMMAND_SEARCH:
    case COMMAND_TIMES:
    case COMMAND_UNREAD: return MESSAGE_NEEDS_SCREEN;
    case COMMAND_HELP: break;
    }
    return NULL;
}
