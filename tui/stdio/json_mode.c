#include "tui/stdio/json_mode.h"

#include "common/record.h"
#include "common/text.h"
#include "tui/core/talk.h"

#include <stdlib.h>
#include <string.h>

/* Everything is in the packets. */
static void show(void *face, time_t at, enum line_kind kind, const char *nick, const char *text)
{
    (void)face, (void)at, (void)kind, (void)nick, (void)text;
}

/* A nickname that was asked for in a line may be followed by another; one asked for by an option
 * has no one to choose again. */
static void refused(struct app *a)
{
    if (a->stage == APP_CHOOSING && a->setup.nick != NULL)
        app_lose(a, EXIT_FAILURE, "The server refused %s: it is taken or not allowed.",
                 a->setup.nick);
}

static void hear(void *face, const struct packet *p)
{
    static char line[RECORD_ROOM];
    struct face *f = face;
    if (p->proto == PROTO_UNKNOWN) return;
    size_t n = record_encode(line, sizeof line, f->unix_ms, p->nick, p->msg, p->proto);
    if (n == 0 || !byte_queue_append(&f->out, line, n)) f->failed = true;
    if (p->proto == PROTO_RETRY) refused(f->app);
}

static const char *say(struct app *a, const char *msg)
{
    if (a->stage != APP_HERE) return "there is no nickname yet: begin with verify, or use --nick";
    if (msg[0] == '\0') return "msg is missing or empty";
    if (!talk_fits(a, msg)) return "msg is too long for a packet";
    return talk_send(a, PROTO_BROADCAST, msg) ? NULL : a->hint;
}

static const char *verify(struct app *a, const char *nick)
{
    const char *wrong = nick_check(nick);
    if (wrong == NULL && !talk_ask(a, nick)) wrong = a->hint;
    return wrong;
}

static const char *who(struct app *a)
{
    if (a->stage != APP_HERE) return "there is no nickname yet: begin with verify, or use --nick";
    return talk_send(a, PROTO_WHO, "") ? NULL : a->hint;
}

static const char *act(struct face *f, const struct packet *p)
{
    if (p->proto == PROTO_BROADCAST) return say(f->app, p->msg);
    if (p->proto == PROTO_VERIFY) return verify(f->app, p->msg);
    if (p->proto == PROTO_WHO) return who(f->app);
    if (p->proto != PROTO_GOODBYE) return "proto must be broadcast, verify, who or goodbye";
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

/* A line that is no object is said as it is. */
static const char *read_line(struct packet *p, struct span line)
{
    static char text[FRAME_PAYLOAD_MAX + 1];
    if (is_object(line)) return packet_decode_as(p, line, PROTO_BROADCAST);
    if (line.n > FRAME_PAYLOAD_MAX) return "it is too long for a packet";
    if (!text_valid(line.p, line.n) || memchr(line.p, 0, line.n)) return "it is not UTF-8 text";
    memcpy(text, line.p, line.n);
    text[line.n] = '\0';
    *p = (struct packet){.proto = PROTO_BROADCAST, .msg = text};
    return NULL;
}

static bool take(struct face *f, struct span line)
{
    struct packet p;
    f->wrong = NULL;
    if (is_blank(line)) return true;
    f->wrong = read_line(&p, line);
    if (f->wrong != NULL) return true;
    bool now = p.proto == PROTO_BROADCAST || f->app->awaited == 0;
    if (now) f->wrong = act(f, &p);
    return now;
}

static void end(struct face *f)
{
    if (f->app->stage == APP_CHOOSING)
        app_lose(f->app, EXIT_FAILURE, "The input ended, and there was no nickname.");
    else
        talk_leave(f->app);
}

const struct face_kind pipe_kind = {.show = show, .hear = hear, .take = take, .end = end};
