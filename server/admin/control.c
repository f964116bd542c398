#include "server/admin/control.h"

#include "common/text.h"
#include "server/admin/command.h"
#include "server/net/ip.h"
#include "server/system/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    LISTED = 64, /* connections, or bans, in a part of an answer */
    SWEEP = 256, /* connections checked in an iteration */
};

/* -- answers -- */

/* Returns the length of the text that snprintf(3) wrote, from its result n. */
static size_t written_length(int n, size_t room)
{
    if (n < 0) return 0;
    return (size_t)n < room ? (size_t)n : room - 1;
}

__attribute__((format(printf, 2, 3))) static size_t reply_ok(struct request *r, const char *format,
                                                             ...)
{
    va_list args;
    va_start(args, format);
    size_t room = sizeof r->output - sizeof COMMAND_OK;
    size_t n = written_length(vsnprintf(r->output, room, format, args), room);
    va_end(args);
    return n + (size_t)sprintf(r->output + n, COMMAND_OK "\n");
}

static size_t reply_error(struct request *r, const char *why)
{
    return written_length(snprintf(r->output, sizeof r->output, COMMAND_ERROR "%s\n", why),
                          sizeof r->output);
}

/* -- members and the room -- */

static size_t kick(struct control *ctl, struct request *r, const struct command *cmd)
{
    struct member *m = room_find_member(ctl->room, cmd->name);
    if (!m) return reply_error(r, CONTROL_NO_MEMBER);
    char *nick = text_clean(m->nick->text, strlen(m->nick->text), TEXT_ONE_LINE, NULL);
    struct conn *c = conn_of(m);
    conn_kick(c, cmd->text);
    conn_table_activate(ctl->conns, c);
    size_t n = reply_ok(r, CONTROL_KICKED("%s") "\n", nick ? nick : "");
    free(nick);
    return n;
}

static size_t say(struct control *ctl, struct request *r, const struct command *cmd)
{
    room_notice(ctl->room, cmd->text);
    return reply_ok(r, "%s", "");
}

static size_t shut_down(struct control *ctl, struct request *r, const struct command *cmd,
                        int64_t now)
{
    int seconds = cmd->seconds >= 0 ? cmd->seconds : ctl->options->shutdown_delay;
    shutdown_request(ctl->shutdown, seconds, ctl->conns->used > 0, now);
    bool counts_down = seconds > 0 && !ctl->shutdown->finishing;
    if (counts_down) return reply_ok(r, CONTROL_CLOSING("%d") "\n", seconds);
    return reply_ok(r, "%s", CONTROL_CLOSING_NOW "\n");
}

/* -- bans -- */

static void check_banned(struct control *ctl, struct conn *c)
{
    struct ip from;
    if (c->state != CONN_OPEN || !ip_of_peer(c->fd, &from)) return;
    if (bans_match(ctl->bans, &from)) conn_disconnect(c, REJECT_BANNED, BANS_MESSAGE);
    if (bans_match_key(ctl->bans, c->session.key))
        conn_disconnect(c, REJECT_BANNED, BANS_KEY_MESSAGE);
    conn_check_key(c);
    if (c->state == CONN_OPEN) return;
    conn_table_activate(ctl->conns, c);
    ctl->sweep_matches++;
}

static void continue_sweep(struct control *ctl)
{
    struct conn *c = NULL;
    for (int i = 0; i < SWEEP && (c = conn_table_next(ctl->conns, &ctl->sweep_slot)); i++)
        check_banned(ctl, c);
    if (c) return;
    ctl->sweeping = false;
    log_event(CONTROL_SWEPT("%u"), ctl->sweep_matches);
}

void control_sweep(struct control *ctl)
{
    ctl->sweeping = true;
    ctl->sweep_slot = 0;
    ctl->sweep_matches = 0;
}

static size_t ban(struct control *ctl, struct request *r, const struct command *cmd)
{
    struct ban b;
    char text[IP_CIDR_TEXT];
    const char *why = bans_parse(&b, cmd->name);
    if (!why) why = bans_add(ctl->bans, &b);
    if (why) return reply_error(r, why);
    ban_file_add(ctl->ban_file, "ban", &b);
    control_sweep(ctl);
    bans_format(&b, text);
    return reply_ok(r, CONTROL_BANNED("%s") "\n", text);
}

static size_t unban(struct control *ctl, struct request *r, const struct command *cmd)
{
    struct ban b;
    char text[IP_CIDR_TEXT];
    const char *why = bans_parse(&b, cmd->name);
    if (why) return reply_error(r, why);
    if (!bans_remove(ctl->bans, &b)) return reply_error(r, CONTROL_NOT_BANNED);
    ban_file_add(ctl->ban_file, "unban", &b);
    bans_format(&b, text);
    return reply_ok(r, CONTROL_UNBANNED("%s") "\n", text);
}

/* -- the list of members -- */

static size_t allow(struct control *ctl, struct request *r, const struct command *cmd)
{
    const char *why = members_file_allow(ctl->members_file, cmd->name, cmd->text);
    return why ? reply_error(r, why) : reply_ok(r, CONTROL_ALLOWED("%s") "\n", cmd->name);
}

static size_t deny(struct control *ctl, struct request *r, const struct command *cmd)
{
    const char *why = members_file_deny(ctl->members_file, cmd->name);
    return why ? reply_error(r, why) : reply_ok(r, CONTROL_DENIED("%s") "\n", cmd->name);
}

/* -- lists -- */

/* Ends a part of a list. */
static size_t end_output(struct request *r, size_t n, bool is_last)
{
    r->more = !is_last;
    if (is_last) n += (size_t)sprintf(r->output + n, COMMAND_OK "\n");
    return n;
}

static size_t list_bans(struct control *ctl, struct request *r)
{
    const struct bans *bans = ctl->bans;
    char text[IP_CIDR_TEXT];
    size_t n = 0;
    for (int i = 0; i < LISTED && r->at < bans->count; i++) {
        bans_format(&bans->all[r->at++], text);
        n += (size_t)sprintf(r->output + n, "%s\n", text);
    }
    return end_output(r, n, r->at >= bans->count);
}

static int64_t not_negative(int64_t value)
{
    return value > 0 ? value : 0;
}

/* Returns the width of the keys and the spaces behind them, if the server asks for keys. */
static int key_width(const struct control *ctl)
{
    return ctl->room->allowlist ? FINGERPRINT_TEXT + 1 : 0;
}

/* Writes the nickname last, because it may contain spaces. */
static size_t format_connection(const struct control *ctl, const struct conn *c, int64_t now,
                                char *to, size_t room)
{
    struct ip from;
    char address[IP_TEXT] = "gone", *clean = NULL;
    bool is_member = session_is_member(&c->session);
    int64_t connected = not_negative(now / 1000 - c->connected_at);
    if (ip_of_peer(c->fd, &from)) ip_format(&from, address);
    if (is_member)
        clean = text_clean(c->session.member.nick->text, strlen(c->session.member.nick->text),
                           TEXT_ONE_LINE, NULL);
    uint64_t lag = is_member ? ring_lag(&ctl->room->ring, &c->session.member.cursor) : 0;
    const char *key = *c->session.key ? c->session.key : "-";
    int n = snprintf(to, room, "%-39s %8jd %8jd %10ju  %-*s%s\n", address, (intmax_t)connected,
                     (intmax_t)(not_negative(now - conn_idle_since(c)) / 1000), (uintmax_t)lag,
                     key_width(ctl), ctl->room->allowlist ? key : "", clean ? clean : "");
    free(clean);
    return written_length(n, room);
}

static size_t list_connections(struct control *ctl, struct request *r, int64_t now)
{
    enum { LAST = sizeof COMMAND_OK };
    const struct conn *c = NULL;
    uint32_t slot = (uint32_t)r->at;
    size_t n = 0;
    if (slot == 0)
        n = (size_t)sprintf(r->output, "%-39s %8s %8s %10s  %-*s%s\n", "ADDRESS", "HERE", "IDLE",
                            "BEHIND", key_width(ctl), ctl->room->allowlist ? "KEY" : "",
                            "NICKNAME");
    for (int i = 0; i < LISTED && (c = conn_table_next(ctl->conns, &slot)); i++)
        if (c->state == CONN_OPEN)
            n += format_connection(ctl, c, now, r->output + n, sizeof r->output - LAST - n);
    r->at = slot;
    return end_output(r, n, c == NULL);
}

/* -- a command -- */

static size_t execute(struct control *ctl, struct request *r, const struct command *cmd,
                      int64_t now)
{
    switch (cmd->kind) {
    case COMMAND_KICK: return kick(ctl, r, cmd);
    case COMMAND_BAN: return ban(ctl, r, cmd);
    case COMMAND_UNBAN: return unban(ctl, r, cmd);
    case COMMAND_ALLOW: return allow(ctl, r, cmd);
    case COMMAND_DENY: return deny(ctl, r, cmd);
    case COMMAND_BANS: return list_bans(ctl, r);
    case COMMAND_SAY: return say(ctl, r, cmd);
    case COMMAND_WHO: return list_connections(ctl, r, now);
    case COMMAND_SHUTDOWN: return shut_down(ctl, r, cmd, now);
    case COMMANDS: break;
    }
    return reply_error(r, COMMAND_UNKNOWN);
}

static void log_command(const struct request *r, const char *request)
{
    struct ucred who = {0};
    socklen_t len = sizeof who;
    char line[ENDPOINT_INPUT + 1];
    for (size_t i = 0; (line[i] = request[i] == '\t' ? ' ' : request[i]); i++) continue;
    if (getsockopt(r->fd, SOL_SOCKET, SO_PEERCRED, &who, &len) < 0)
        log_event(CONTROL_COMMAND " an unknown user: %s", line);
    else
        log_event(CONTROL_COMMAND " user %u, process %d: %s", who.uid, who.pid, line);
}

/* Parses a copy of the request, because each part of a list parses it again. */
static size_t answer_command(void *context, struct request *r, int64_t now)
{
    char line[ENDPOINT_INPUT + 1];
    struct command command;
    const char *end = memchr(r->input, '\n', r->n);
    if (!end) return reply_error(r, COMMAND_TOO_LONG);
    size_t n = (size_t)(end - r->input);
    if (memchr(r->input, '\0', n)) return reply_error(r, COMMAND_NOT_UTF8);
    memcpy(line, r->input, n);
    line[n] = '\0';
    if (r->at == 0) log_command(r, line);
    const char *why = command_parse(&command, line);
    return why ? reply_error(r, why) : execute(context, r, &command, now);
}

static bool is_whole_line(const char *request, size_t n)
{
    return memchr(request, '\n', n) != NULL;
}

/* -- events -- */

bool control_open(struct control *ctl, const char *path)
{
    const struct address address = {.path = path};
    return listener_open_private(&ctl->endpoint.listener, "control", &address);
}

bool control_start(struct control *ctl, const struct poller *poller)
{
    static const struct endpoint_ops ops = {"control", is_whole_line, answer_command};
    return endpoint_start(&ctl->endpoint, &ops, ctl, poller, POLLER_CONTROL);
}

void control_tick(struct control *ctl, int64_t now)
{
    endpoint_tick(&ctl->endpoint, now);
    if (ctl->sweeping) continue_sweep(ctl);
}

int64_t control_deadline(const struct control *ctl)
{
    return ctl->sweeping ? 1 : endpoint_deadline(&ctl->endpoint);
}
