#include "tui/core/session_who.h"

#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/core/notice_names.h"
#include "tui/core/session_output.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void session_who_reset(struct session *s)
{
    byte_queue_free(&s->who.text);
    s->who = (struct session_who){.has_greeted = s->who.has_greeted, .ask_at = -1, .until = -1};
    s->members.is_complete = false;
}

/* -- asking -- */

/* Returns the shortest time between two requests, so that they take a small part of what a server
 * allows, however many members there are. */
static int64_t interval(const struct session *s)
{
    return WHO_EVERY_MS + WHO_EVERY_MEMBER_MS * (int64_t)members_here(&s->members);
}

/* Returns a time from this one on, random because all members see the same notice, and come back at
 * the same time after a restart of the server. */
static int64_t spread(struct session *s, int64_t from)
{
    return from + backoff_random(&s->reconnect.connect_backoff, interval(s));
}

const char *session_who_ask(struct session *s)
{
    struct session_who *w = &s->who;
    if (s->state == SESSION_UNNAMED) return MESSAGE_NOT_IN_ROOM;
    enum session_error error = SESSION_OK;
    if (w->is_unasked)
        s->unacked++; /* the answer that is on its way is for the user too */
    else
        error = session_send_packet(s, PROTO_WHO, "");
    if (error != SESSION_OK) return session_error_text(error);
    w->asked++;
    if (w->until < 0) w->until = s->now + WHO_ANSWER_MS;
    return NULL;
}

/* Nobody waits for the answer, so it does not count as unacknowledged, and may come at any time. */
static void ask_unasked(struct session *s)
{
    struct session_who *w = &s->who;
    w->ask_at = -1;
    if (session_send_packet(s, PROTO_WHO, "") != SESSION_OK) return;
    s->unacked--;
    w->is_unasked = true;
    w->next_at = s->now + interval(s);
}

void session_who_joined(struct session *s, bool knows_who)
{
    members_joined(&s->members, s->nick.own);
    s->who.may_ask = knows_who && s->config.asks_who;
    if (!s->who.may_ask) return;
    s->who.ask_at = s->who.has_greeted ? spread(s, s->now) : s->now;
}

void session_who_outdated(struct session *s)
{
    struct session_who *w = &s->who;
    if (!w->may_ask || w->ask_at >= 0) return;
    int64_t from = w->next_at > s->now ? w->next_at : s->now;
    w->ask_at = spread(s, from);
}

/* -- the answer -- */

static int compare_nicks(const void *a, const void *b)
{
    return members_compare(*(char *const *)a, *(char *const *)b);
}

/* Cuts a text into its lines, in place, and sorts them. Sets *ret_count. Returns NULL without
 * memory. The caller frees it. */
static char **sort_lines(char *text, size_t *ret_count)
{
    size_t count = 0, lines = 0;
    for (const char *at = text; (at = strchr(at, '\n')) != NULL; at++) lines++;
    char **list = calloc(lines + 1, sizeof *list), *line;
    while (list != NULL && (line = strsep(&text, "\n")) != NULL)
        if (line[0] != '\0') list[count++] = line;
    if (list != NULL) qsort(list, count, sizeof *list, compare_nicks);
    *ret_count = count;
    return list;
}

/* Returns the first of the nicknames with marks; NULL without memory. The caller frees it. */
static char *mark_nicks(char *const *nicks, size_t count, size_t size)
{
    char *lines = malloc(size + 1), *end = lines;
    if (lines == NULL) return NULL;
    *end = '\0';
    for (size_t i = 0; i < count; i++) end = stpcpy(stpcpy(end, nicks[i]), "\n");
    char *marked = nick_mark_lines(lines);
    free(lines);
    return marked;
}

/* Shows the nicknames of an answer, which it sorts in place. */
static void show(struct session *s, char *text, size_t max)
{
    size_t count, size = strlen(text) + 1;
    char **nicks = sort_lines(text, &count);
    size_t shown = count > max ? max : count;
    char *list = nicks != NULL ? mark_nicks(nicks, shown, size) : NULL;
    if (list == NULL)
        session_status(s, MESSAGE_NO_MEMORY);
    else if (shown < count)
        session_status(s, MESSAGE_HERE_SOME, count, list, count - shown);
    else
        session_status(s, MESSAGE_HERE, count, list);
    free(list);
    free(nicks);
}

/* Counts the answer to the user's first request, and to klatch's own. */
static void count_answer(struct session *s)
{
    struct session_who *w = &s->who;
    if (w->asked > 0) {
        w->asked--;
        w->may_ask = s->config.asks_who;
        if (s->unacked > 0) s->unacked--;
    }
    if (w->is_unasked) w->has_greeted = true;
    w->is_unasked = w->is_reading = false;
    w->until = w->asked > 0 ? s->now + WHO_ANSWER_MS : -1;
}

/* Ends the list, and shows it if the user asked for it, or has just joined. */
static void finish(struct session *s)
{
    struct session_who *w = &s->who;
    struct byte_queue text = w->text;
    bool asked = w->asked > 0, greets = w->is_unasked && !w->has_greeted;
    w->text = (struct byte_queue){0};
    members_list_end(&s->members);
    count_answer(s);
    if (greets && !asked && members_here(&s->members) == 1)
        session_status(s, MESSAGE_HERE_ALONE);
    else if ((asked || greets) && text.p != NULL)
        show(s, text.p, asked ? SIZE_MAX : WHO_GREETED);
    session_state_changed(s);
    byte_queue_free(&text);
}

/* Adds a text to the answer. Returns whether more may follow. */
static bool read_part(struct session_who *w, const char *msg, int64_t now)
{
    size_t n = strlen(msg);
    if (w->text.to > 0) w->text.p[w->text.to - 1] = '\n';
    w->is_reading = true;
    w->until = now + WHO_PART_MS;
    bool added = byte_queue_append(&w->text, msg, n + 1);
    return !added || (n >= WHO_PART_MIN && w->text.to <= WHO_TEXT_MAX);
}

/* Shows a list that this session did not ask for: the front end did, or the server is an odd one.
 */
static void show_other(struct session *s, const char *msg)
{
    char *text = strdup(msg);
    if (s->unacked > 0) s->unacked--;
    if (text != NULL) show(s, text, SIZE_MAX);
    free(text);
}

/* Removes the next line from the front of *lines. Returns false if there is none. */
static bool next_nick(const char **lines, char nick[NICK_BYTES + 1])
{
    size_t n = strcspn(*lines, "\n");
    if (**lines == '\0') return false;
    snprintf(nick, NICK_BYTES + 1, "%.*s", (int)(n <= NICK_BYTES ? n : 0), *lines);
    *lines += n + ((*lines)[n] == '\n');
    return true;
}

void session_who_answer(struct session *s, const struct packet *p)
{
    struct session_who *w = &s->who;
    char nick[NICK_BYTES + 1];
    bool is_answer = w->asked > 0 || w->is_unasked;
    if (is_answer && !w->is_reading) members_list_begin(&s->members);
    for (const char *lines = p->msg; next_nick(&lines, nick);) members_list_add(&s->members, nick);
    if (!is_answer)
        show_other(s, p->msg);
    else if (!read_part(w, p->msg, s->now))
        finish(s);
}

/* -- time -- */

static void give_up(struct session *s)
{
    s->unacked -= s->unacked < s->who.asked ? s->unacked : s->who.asked;
    s->who.asked = 0;
    s->who.may_ask = s->who.is_unasked = false;
    s->who.until = s->who.ask_at = -1;
    session_status(s, MESSAGE_NO_WHO);
}

static bool may_ask_now(const struct session *s)
{
    const struct session_who *w = &s->who;
    return s->state == SESSION_JOINED && w->ask_at >= 0 && !w->is_unasked && w->asked == 0;
}

void session_who_update(struct session *s)
{
    struct session_who *w = &s->who;
    if (w->until >= 0 && s->now >= w->until) {
        if (w->is_reading)
            finish(s);
        else
            give_up(s);
    }
    if (may_ask_now(s) && s->now >= w->ask_at) ask_unasked(s);
}

int64_t session_who_deadline(const struct session *s)
{
    return clock_sooner(s->who.until, may_ask_now(s) ? s->who.ask_at : -1);
}
