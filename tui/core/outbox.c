#include "tui/core/outbox.h"

#include "tui/base/messages.h"

#include <stdlib.h>
#include <string.h>

static const struct token_rate rate = {.step = OUTBOX_PACE * INT64_C(1000),
                                       .slack = INT64_C(1000) * OUTBOX_BURST * OUTBOX_PACE};

static void set_state(struct outbox *o, size_t i, enum outbox_state state)
{
    o->lines[i].state = state;
    event_emit(&o->sink, &(struct event){.kind = EVENT_OWN_CHANGED,
                                         .index = i,
                                         .state = state,
                                         .text = o->lines[i].text});
}

static void take_out(struct outbox *o, size_t i)
{
    o->bytes -= strlen(o->lines[i].text);
    free(o->lines[i].text);
    o->count--;
    memmove(o->lines + i, o->lines + i + 1, (o->count - i) * sizeof *o->lines);
}

static void remove_line(struct outbox *o, size_t i)
{
    take_out(o, i);
    event_emit(&o->sink, &(struct event){.kind = EVENT_OWN_REMOVED, .index = i});
}

const char *outbox_submit(struct outbox *o, int64_t at, const char *nick, const char *text)
{
    size_t n = strlen(text);
    if (o->count == OUTBOX_LINES || o->bytes + n > OUTBOX_BYTES) return MESSAGE_OUTBOX_FULL;
    char *copy = strdup(text);
    if (copy == NULL) return MESSAGE_NO_MEMORY_KEPT;
    o->lines[o->count++] = (struct outbox_line){.text = copy, .state = OUTBOX_QUEUED};
    o->bytes += n;
    const char *error = event_emit(
        &o->sink, &(struct event){.kind = EVENT_OWN_QUEUED, .at = at, .nick = nick, .text = text});
    if (error != NULL) take_out(o, o->count - 1);
    return error;
}

void outbox_clear(struct outbox *o)
{
    while (o->count > 0) take_out(o, o->count - 1);
    o->pace = (struct token_bucket){0};
}

size_t outbox_first(const struct outbox *o, enum outbox_state state)
{
    size_t i = 0;
    while (i < o->count && o->lines[i].state != state) i++;
    return i;
}

static size_t find_text(const struct outbox *o, enum outbox_state state, const char *text)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->lines[i].state == state && strcmp(o->lines[i].text, text) == 0) return i;
    return o->count;
}

size_t outbox_count(const struct outbox *o, enum outbox_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < o->count; i++) n += o->lines[i].state == state;
    return n;
}

size_t outbox_waiting(const struct outbox *o)
{
    return outbox_count(o, OUTBOX_QUEUED) + outbox_count(o, OUTBOX_SENT);
}

int64_t outbox_due(const struct outbox *o)
{
    if (outbox_first(o, OUTBOX_QUEUED) == o->count) return -1;
    return token_bucket_due(&o->pace, &rate);
}

void outbox_sent(struct outbox *o, size_t i, int64_t now)
{
    o->lines[i].state = OUTBOX_SENT;
    token_bucket_take(&o->pace, &rate, 1, now);
}

void outbox_reject(struct outbox *o, size_t i)
{
    set_state(o, i, OUTBOX_REJECTED);
}

void outbox_delay(struct outbox *o, int64_t now)
{
    token_bucket_drain(&o->pace, &rate, now);
}

/* Makes the sent lines among the first `end` unconfirmed. Returns how many. */
static size_t mark_unconfirmed(struct outbox *o, size_t end)
{
    size_t n = 0;
    for (size_t i = 0; i < end; i++) {
        if (o->lines[i].state != OUTBOX_SENT) continue;
        set_state(o, i, OUTBOX_UNCONFIRMED);
        n++;
    }
    return n;
}

size_t outbox_confirm(struct outbox *o, const char *text)
{
    size_t i = find_text(o, OUTBOX_SENT, text);
    if (i == o->count) return 0;
    remove_line(o, i);
    return mark_unconfirmed(o, i);
}

void outbox_confirm_from_backlog(struct outbox *o, const char *text)
{
    size_t i = find_text(o, OUTBOX_UNCONFIRMED, text);
    if (i < o->count) remove_line(o, i);
}

void outbox_connection_lost(struct outbox *o)
{
    mark_unconfirmed(o, o->count);
}

static size_t first_undelivered(const struct outbox *o)
{
    size_t i = outbox_first(o, OUTBOX_UNCONFIRMED), rejected = outbox_first(o, OUTBOX_REJECTED);
    return i < rejected ? i : rejected;
}

static void requeue(struct outbox *o, size_t i)
{
    set_state(o, i, OUTBOX_QUEUED);
}

static bool settle(struct outbox *o, bool all, void (*how)(struct outbox *, size_t))
{
    size_t i = first_undelivered(o);
    if (i == o->count) return false;
    do {
        how(o, i);
        i = first_undelivered(o);
    } while (all && i < o->count);
    return true;
}

bool outbox_retry(struct outbox *o, bool all)
{
    return settle(o, all, requeue);
}

static size_t newest_waiting(const struct outbox *o)
{
    size_t i = o->count;
    while (i > 0 && o->lines[i - 1].state != OUTBOX_QUEUED) i--;
    return i > 0 ? i - 1 : o->count;
}

const char *outbox_newest_waiting(const struct outbox *o)
{
    size_t i = newest_waiting(o);
    return i < o->count ? o->lines[i].text : NULL;
}

bool outbox_take_back(struct outbox *o, bool all)
{
    size_t i = newest_waiting(o);
    if (i == o->count) return false;
    do {
        remove_line(o, i);
        i = newest_waiting(o);
    } while (all && i < o->count);
    return true;
}

bool outbox_discard(struct outbox *o, bool all)
{
    return settle(o, all, remove_line) || outbox_take_back(o, all);
}

/* -- a paste, line by line -- */

static bool is_paste_left(const struct outbox_line *line)
{
    return line->pasted && line->state == OUTBOX_QUEUED;
}

size_t outbox_paste_left(const struct outbox *o)
{
    size_t n = 0;
    for (size_t i = 0; i < o->count; i++) n += is_paste_left(&o->lines[i]);
    return n;
}

void outbox_begin_paste(struct outbox *o)
{
    if (outbox_paste_left(o) == 0) o->pasted = 0;
}

void outbox_mark_pasted(struct outbox *o)
{
    o->lines[o->count - 1].pasted = true;
    o->pasted++;
}

char *outbox_paste_text(const struct outbox *o)
{
    char *text = malloc(o->bytes + o->count + 1), *to = text;
    for (size_t i = 0; text != NULL && i < o->count; i++) {
        if (!is_paste_left(&o->lines[i])) continue;
        if (to > text) *to++ = '\n';
        to = stpcpy(to, o->lines[i].text);
    }
    if (text != NULL) *to = '\0';
    return text;
}

void outbox_cancel_paste(struct outbox *o)
{
    for (size_t i = o->count; i-- > 0;)
        if (is_paste_left(&o->lines[i])) remove_line(o, i);
}
