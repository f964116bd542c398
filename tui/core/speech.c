#include "tui/core/speech.h"

#include "tui/core/talk.h"

#include <stdlib.h>
#include <string.h>

bool speech_say(struct app *a, const char *text)
{
    const char *nick = a->nick[0] != '\0' ? a->nick : a->asked;
    if (a->stage >= APP_LEAVING) {
        app_hint(a, "The conversation is over; your line is kept.");
        return false;
    }
    if (!outbox_add(&a->outbox, text)) {
        app_hint(a, "Too much waits to be sent already; your line is kept.");
        return false;
    }
    if (!scrollback_add(a->lines, a->wall, LINE_PENDING, nick, text)) {
        outbox_remove(&a->outbox, a->outbox.count - 1);
        app_hint(a, "Out of memory; your line is kept.");
        return false;
    }
    speech_send(a);
    return true;
}

static void set(struct app *a, size_t i, enum outbox_state state)
{
    a->outbox.lines[i].state = state;
    scrollback_set_pending_kind(a->lines, i,
                                state == OUTBOX_DOUBTFUL ? LINE_UNCONFIRMED : LINE_PENDING);
    a->dirty = true;
}

static void take_out(struct app *a, size_t i)
{
    outbox_remove(&a->outbox, i);
    scrollback_remove_pending(a->lines, i);
    a->dirty = true;
}

/* False when nothing more can be sent now. A line that does not fit, under a longer nickname than
 * it was written for, is the person's affair. */
static bool send_next(struct app *a)
{
    size_t i = outbox_first(&a->outbox, OUTBOX_WAITING);
    const char *text = a->outbox.lines[i].text;
    bool fits = talk_fits(a, text), sent = talk_send(a, PROTO_BROADCAST, text);
    if (sent) outbox_sent(&a->outbox, i, a->now);
    if (!fits) set(a, i, OUTBOX_DOUBTFUL);
    if (sent || !fits) return true;
    outbox_jammed(&a->outbox, a->now);
    app_hint(a, "The server is not listening now; your line waits.");
    return false;
}

static bool is_due(const struct app *a)
{
    int64_t due = outbox_due(&a->outbox);
    return a->stage == APP_HERE && a->mends < 0 && due >= 0 && due <= a->now;
}

void speech_send(struct app *a)
{
    while (is_due(a) && send_next(a)) continue;
}

static size_t count(const struct app *a, enum outbox_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < a->outbox.count; i++) n += a->outbox.lines[i].state == state;
    return n;
}

size_t speech_doubtful(const struct app *a)
{
    return count(a, OUTBOX_DOUBTFUL);
}

size_t speech_sent(const struct app *a)
{
    return count(a, OUTBOX_SENT);
}

size_t speech_pending(const struct app *a)
{
    return a->outbox.count - speech_doubtful(a);
}

/* The first lines so far of those that were sent. Returns how many. */
static size_t doubt(struct app *a, size_t end)
{
    size_t n = 0;
    for (size_t i = 0; i < end; i++) {
        if (a->outbox.lines[i].state != OUTBOX_SENT) continue;
        set(a, i, OUTBOX_DOUBTFUL);
        n++;
    }
    return n;
}

/* -- a paste, line by line -- */

static bool is_unsent(const struct outbox_line *line)
{
    return line->pasted && line->state == OUTBOX_WAITING;
}

size_t speech_pasted(const struct app *a)
{
    size_t n = 0;
    for (size_t i = 0; i < a->outbox.count; i++) n += is_unsent(&a->outbox.lines[i]);
    return n;
}

static bool say_line(struct app *a, struct span line)
{
    char *text = strndup(line.p, line.n);
    bool said = text != NULL && speech_say(a, text);
    if (said) a->outbox.lines[a->outbox.count - 1].pasted = true;
    free(text);
    return said;
}

size_t speech_say_lines(struct app *a, const char *text)
{
    struct span rest = {text, strlen(text)}, line;
    if (speech_pasted(a) == 0) a->pasted = 0;
    while (paste_dialog_next_line(&rest, &line)) {
        if (!say_line(a, line)) return (size_t)(line.p - text);
        a->pasted++;
    }
    return (size_t)(rest.p - text);
}

char *speech_unsent(const struct app *a)
{
    char *text = malloc(a->outbox.bytes + a->outbox.count + 1), *to = text;
    for (size_t i = 0; text != NULL && i < a->outbox.count; i++) {
        if (!is_unsent(&a->outbox.lines[i])) continue;
        if (to > text) *to++ = '\n';
        to = stpcpy(to, a->outbox.lines[i].text);
    }
    if (text != NULL) *to = '\0';
    return text;
}

void speech_stop(struct app *a)
{
    for (size_t i = a->outbox.count; i-- > 0;)
        if (is_unsent(&a->outbox.lines[i])) take_out(a, i);
}

static void tell(struct app *a)
{
    app_say(a, "It is not known whether the lines marked ? arrived. /resend sends the first of "
               "them again, /drop forgets it; /resend all and /drop all take them together.");
}

/* The room repeats our lines in their order: one that it passed over, it may not have taken. */
void speech_heard(struct app *a, const char *text)
{
    size_t i = outbox_find(&a->outbox, OUTBOX_SENT, text);
    if (i == a->outbox.count) return;
    take_out(a, i);
    if (doubt(a, i) > 0) tell(a);
}

void speech_recalled(struct app *a, const char *text)
{
    size_t i = outbox_find(&a->outbox, OUTBOX_DOUBTFUL, text);
    if (i < a->outbox.count) take_out(a, i);
}

void speech_lost(struct app *a)
{
    doubt(a, a->outbox.count);
}

void speech_back(struct app *a)
{
    if (speech_doubtful(a) > 0) tell(a);
    speech_send(a);
}

static bool settle(struct app *a, bool all, void (*how)(struct app *, size_t))
{
    size_t i = outbox_first(&a->outbox, OUTBOX_DOUBTFUL);
    if (i == a->outbox.count) {
        app_hint(a, "No line of yours is in doubt.");
        return false;
    }
    do {
        how(a, i);
        i = outbox_first(&a->outbox, OUTBOX_DOUBTFUL);
    } while (all && i < a->outbox.count);
    return true;
}

static void send_again(struct app *a, size_t i)
{
    set(a, i, OUTBOX_WAITING);
}

bool speech_resend(struct app *a, bool all)
{
    bool any = settle(a, all, send_again);
    speech_send(a);
    return any;
}

bool speech_drop(struct app *a, bool all)
{
    return settle(a, all, take_out);
}
