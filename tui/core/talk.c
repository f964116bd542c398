#include "tui/core/talk.h"

#include "tui/core/coming.h"
#include "tui/core/mention.h"
#include "tui/core/server_notice.h"
#include "tui/core/speech.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { COUNTDOWN_MAX = 99 * 3600 };

bool talk_fits(struct app *a, const char *text)
{
    return packet_encode(a->frame, PROTO_BROADCAST, a->nick, text) > 0;
}

static bool in_conversation(const struct app *a)
{
    return a->stage > APP_CONNECTING && a->stage < APP_LEAVING;
}

bool talk_send(struct app *a, enum proto proto, const char *msg)
{
    const char *nick = a->nick[0] != '\0' && proto != PROTO_VERIFY ? a->nick : NULL;
    size_t n = packet_encode(a->frame, proto, nick, msg);
    if (!in_conversation(a))
        app_hint(a, "There is no connection now.");
    else if (n == 0)
        app_hint(a, "Too long to send; make it shorter.");
    else if (a->setup.send(a->setup.wire, a->frame, n)) {
        if (proto == PROTO_BROADCAST || proto == PROTO_WHO) a->awaited++;
        return true;
    } else
        app_hint(a, "The server is not listening now; try again in a moment.");
    return false;
}

static void verify(struct app *a)
{
    a->asking = talk_send(a, PROTO_VERIFY, a->asked);
}

void talk_tick(struct app *a)
{
    bool asks = a->stage == APP_CHOOSING && a->away.asks >= 0 && a->now >= a->away.asks;
    if (asks) a->away.asks = AWAY_NEVER;
    if (asks) verify(a);
    if (a->now >= a->mends) talk_mend(a);
    speech_send(a);
}

enum { LEAVING_PATIENCE = 1000 }; /* ms for a goodbye to arrive */

void talk_leave(struct app *a)
{
    if (a->stage == APP_LEAVING) return;
    talk_mend(a);
    bool sent = in_conversation(a) && talk_send(a, PROTO_GOODBYE, "BYE");
    a->stage = sent ? APP_LEAVING : APP_DONE;
    a->leaves = a->now + LEAVING_PATIENCE;
    a->dirty = true;
}

bool talk_ask(struct app *a, const char *nick)
{
    if (a->asking) app_hint(a, "Still waiting for the answer about %s.", a->asked);
    if (a->asking) return false;
    snprintf(a->asked, sizeof a->asked, "%s", nick);
    a->away.asks = AWAY_NEVER;
    bool greeted = a->stage == APP_CHOOSING || a->stage == APP_HERE;
    if (greeted) verify(a);
    return a->asking || !greeted;
}

static void on_connect(struct app *a, const struct packet *p)
{
    (void)p;
    if (a->stage != APP_GREETING) return;
    a->stage = APP_CHOOSING;
    if (a->asked[0] != '\0') verify(a);
}

static void answered(struct app *a)
{
    a->asking = false;
    a->asked[0] = '\0';
}

static void on_ready(struct app *a, const struct packet *p)
{
    (void)p;
    bool newcomer = a->stage != APP_HERE;
    if (!a->asking && newcomer)
        app_lose(a, EX_PROTOCOL, "The server broke the protocol: READY before it was asked.");
    if (!a->asking) return;
    memcpy(a->nick, a->asked, sizeof a->nick);
    answered(a);
    if (newcomer)
        app_arrive(a);
    else
        app_hint(a, "You are %s now.", a->nick);
}

/* Our own nickname may still be held by the connection that we lost. */
static bool is_ghost(struct app *a)
{
    return a->stage == APP_CHOOSING && a->nick[0] != '\0' && strcmp(a->asked, a->nick) == 0 &&
           away_ghost(&a->away, a->now);
}

static void on_retry(struct app *a, const struct packet *p)
{
    const char *like = p->like != NULL && nick_check(p->like) == NULL ? p->like : NULL;
    if (!a->asking) return;
    a->asking = false;
    if (is_ghost(a)) return;
    if (a->stage == APP_HERE && like != NULL)
        app_say(a, "The server refused %s: it looks like %s, which is taken. You are still %s.",
                a->asked, like, a->nick);
    else if (a->stage == APP_HERE)
        app_say(a, "The server refused %s: it is taken or not allowed. You are still %s.", a->asked,
                a->nick);
    else if (like != NULL)
        nick_dialog_looks_like(&a->dialog, a->asked, like);
    else
        nick_dialog_refused(&a->dialog, a->asked);
    answered(a);
}

/* Whether two nicknames are the same; one that breaks our rule is only the same as itself. */
static bool same(const char *a, const char *b)
{
    char key_a[NICK_KEY_SIZE], key_b[NICK_KEY_SIZE];
    if (nick_check(a) != NULL || nick_check(b) != NULL) return strcmp(a, b) == 0;
    nick_key(a, key_a);
    nick_key(b, key_b);
    return strcmp(key_a, key_b) == 0;
}

static void came_back(struct app *a)
{
    if (a->awaited > 0) a->awaited--;
}

static bool is_notice(const char *nick)
{
    return strcmp(nick, PACKET_SERVER) == 0;
}

static bool is_own(const struct app *a, const char *nick)
{
    return !is_notice(nick) && same(nick, a->nick);
}

/* A rule stands above the first line that was not seen. */
static void mark_unseen(struct app *a)
{
    bool seen = attention_looks(&a->attention, a->now) && scrollback_at_bottom(a->lines);
    if (!seen && attention_unseen(&a->attention)) scrollback_set_unread_marker(a->lines, a->wall);
}

/* On a screen, for elsewhere there is nothing that would call. */
static void attend(struct app *a, const char *nick, const char *msg)
{
    bool mention = mention_of(msg, a->nick);
    if (mention) scrollback_highlight_last(a->lines);
    attention_hear(&a->attention, a->now, nick, mention);
}

/* Who may be spoken to. */
static void note_people(struct app *a, const char *nick, const char *msg)
{
    if (!is_notice(nick)) {
        complete_spoke(&a->complete, nick);
        return;
    }
    struct notice notice = notice_read(msg);
    if (notice.kind == NOTICE_JOINED) complete_came(&a->complete, notice.nick);
    if (notice.kind == NOTICE_LEFT) complete_left(&a->complete, notice.nick);
    if (notice.kind == NOTICE_RENAMED) complete_renamed(&a->complete, notice.nick, notice.now);
}

static void show(struct app *a, const char *nick, const char *msg)
{
    bool notice = is_notice(nick), own = is_own(a, nick), screen = a->setup.show == NULL;
    seam_note(&a->seam, nick, msg);
    if (!notice && !own && ignore_has(&a->ignore, nick)) return;
    note_people(a, nick, msg);
    if (notice && coming_take(a, msg)) return;
    if (own) speech_heard(a, msg);
    if (screen && !own) mark_unseen(a);
    app_line(a, notice ? LINE_SERVER : own ? LINE_OWN : LINE_MESSAGE, notice ? "" : nick, msg);
    if (screen && !own && !notice) attend(a, nick, msg);
}

void talk_mend(struct app *a)
{
    if (a->mends < 0) return;
    size_t known = seam_overlap(&a->seam, a->nick);
    a->mends = -1;
    if (known == 0 && a->left != 0) app_break(a);
    for (size_t i = known; i < a->seam.n; i++) {
        const struct seam_line *line = &a->seam.held[i];
        if (known > 0 && is_own(a, line->nick)) speech_recalled(a, line->msg);
        show(a, line->nick, line->msg);
    }
    seam_drop(&a->seam);
    if (a->left != 0) app_say(a, "You are back as %s.", a->nick);
    a->left = 0;
    speech_back(a);
}

static void on_broadcast(struct app *a, const struct packet *p)
{
    const char *nick = p->nick != NULL ? p->nick : "?";
    if (is_own(a, nick)) came_back(a);
    if (a->mends >= 0 && seam_hold(&a->seam, nick, p->msg)) return;
    talk_mend(a);
    show(a, nick, p->msg);
}

/* The seconds that a shutdown packet announces; -1 when it says something else. */
static long countdown(const char *msg)
{
    static const char start[] = "Server Shutting down in ";
    if (strncasecmp(msg, start, sizeof start - 1) != 0) return -1;
    const char *number = msg + sizeof start - 1;
    size_t digits = strspn(number, "0123456789");
    if (digits == 0 || digits > 6 || strncmp(number + digits, " second", 7) != 0) return -1;
    long seconds = strtol(number, NULL, 10);
    return seconds <= COUNTDOWN_MAX ? seconds : -1;
}

/* A countdown is told once where a clock shows it from then on. */
static void on_shutdown(struct app *a, const struct packet *p)
{
    long seconds = countdown(p->msg);
    if (seconds < 0) snprintf(a->reason, sizeof a->reason, "%s", p->msg);
    if (seconds < 0 || a->ends == 0 || a->setup.show != NULL) app_line(a, LINE_SERVER, "", p->msg);
    if (seconds >= 0) a->ends = a->now + seconds * 1000;
}

/* The lines of a text, with commas between them; NULL without memory. The caller frees it. */
static char *list(const char *lines)
{
    char *commas = malloc(2 * strlen(lines) + 1), *to = commas;
    if (commas == NULL) return NULL;
    for (; *lines != '\0'; lines++) {
        *to++ = *lines == '\n' ? ',' : *lines;
        if (*lines == '\n') *to++ = ' ';
    }
    *to = '\0';
    return commas;
}

static void note_all(struct app *a, const char *lines)
{
    for (size_t n; *lines != '\0'; lines += n + (lines[n] == '\n')) {
        char nick[NICK_BYTES + 1];
        n = strcspn(lines, "\n");
        if (n >= sizeof nick) continue;
        snprintf(nick, sizeof nick, "%.*s", (int)n, lines);
        complete_came(&a->complete, nick);
    }
}

static void on_who(struct app *a, const struct packet *p)
{
    char *nicks = list(p->msg);
    note_all(a, p->msg);
    came_back(a);
    app_say(a, "Here now: %s", nicks != NULL ? nicks : "too many to list.");
    free(nicks);
}

static void on_other(struct app *a, const struct packet *p)
{
    (void)a, (void)p;
}

static void act(struct app *a, const struct packet *p)
{
    static void (*const handlers[])(struct app *, const struct packet *) = {
        [PROTO_CONNECT] = on_connect,     [PROTO_VERIFY] = on_other,
        [PROTO_READY] = on_ready,         [PROTO_RETRY] = on_retry,
        [PROTO_BROADCAST] = on_broadcast, [PROTO_GOODBYE] = on_other,
        [PROTO_SHUTDOWN] = on_shutdown,   [PROTO_WHO] = on_who,
        [PROTO_UNKNOWN] = on_other,
    };
    if (a->stage != APP_LEAVING || p->proto == PROTO_BROADCAST) handlers[p->proto](a, p);
}

static void broken(struct app *a, const char *what)
{
    if (a->stage == APP_LEAVING)
        a->stage = APP_DONE;
    else
        app_lose(a, EX_PROTOCOL, "The server broke the protocol: %s.", what);
}

static void take(struct app *a, struct span payload)
{
    struct packet packet;
    const char *wrong = packet_decode(&packet, payload);
    if (wrong != NULL)
        broken(a, wrong);
    else
        act(a, &packet);
    if (wrong == NULL && a->setup.hear != NULL) a->setup.hear(a->setup.face, &packet);
    a->dirty = true;
}

void talk_hear(struct app *a, struct span bytes)
{
    struct span payload;
    while (in_conversation(a) || a->stage == APP_LEAVING)
        switch (frame_next(&a->decoder, &bytes, &payload)) {
        case FRAME_COMPLETE: take(a, payload); break;
        case FRAME_PARTIAL: return;
        case FRAME_ZERO_LENGTH: broken(a, "a frame is empty"); break;
        case FRAME_NOMEM: app_lose(a, EXIT_FAILURE, "Out of memory for a frame."); break;
        }
}
