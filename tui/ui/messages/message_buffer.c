#include "tui/ui/messages/message_buffer.h"

#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool store_init(struct store *s, size_t max_lines)
{
    *s = (struct store){.entries = calloc(max_lines, sizeof *s->entries), .max = max_lines};
    return s->entries != NULL;
}

struct entry *store_at(const struct store *s, uint64_t seq)
{
    return &s->entries[seq % s->max];
}

struct entry *store_pending(const struct store *s, size_t i)
{
    return store_at(s, s->next - s->pending + i);
}

static void forget(struct store *s, struct entry *e)
{
    s->bytes -= e->n;
    wrap_drop(&e->rows);
    free(e->line.nick);
    free(e->line.text);
}

void store_forget_oldest(struct store *s)
{
    forget(s, store_at(s, s->oldest++));
    if (s->pending > s->next - s->oldest) s->pending--;
}

void store_clear(struct store *s)
{
    while (s->oldest < s->next - s->pending) store_forget_oldest(s);
}

void store_free(struct store *s)
{
    s->pending = 0;
    store_clear(s);
    free(s->entries);
    *s = (struct store){0};
}

bool store_is_full(const struct store *s, size_t n)
{
    if (s->oldest == s->next) return false;
    return s->next - s->oldest == s->max || s->bytes + n > STORE_BYTES;
}

static bool is_pending(enum line_kind kind)
{
    return kind == LINE_PENDING || kind == LINE_DOUBTFUL;
}

/* Makes place for a line above the pending ones, or below them for one of these. */
static uint64_t open_place(struct store *s, enum line_kind kind)
{
    uint64_t at = is_pending(kind) ? s->next : s->next - s->pending;
    for (uint64_t seq = s->next++; seq > at; seq--) *store_at(s, seq) = *store_at(s, seq - 1);
    s->pending += is_pending(kind);
    return at;
}

uint64_t store_put(struct store *s, const struct entry *e)
{
    uint64_t seq = open_place(s, e->line.kind);
    s->bytes += e->n;
    *store_at(s, seq) = *e;
    return seq;
}

bool store_write(struct entry *ret, time_t at, enum line_kind kind, const char *nick,
                 const char *text)
{
    size_t n;
    char *clean_nick = text_clean(nick, strlen(nick), TEXT_ONE_LINE, NULL);
    char *clean_text = text_clean(text, strlen(text), TEXT_LINES, &n);
    if (!clean_nick || !clean_text) {
        free(clean_nick);
        free(clean_text);
        return false;
    }
    struct line line = {.at = at, .kind = kind, .nick = clean_nick, .text = clean_text};
    *ret = (struct entry){.line = line, .n = n};
    return true;
}

/* Another text, that is safe; the line owns it. */
static void reword(struct store *s, struct entry *e, char *text, size_t n)
{
    e->columns = 0;
    free(e->line.text);
    e->line.text = text;
    s->bytes += n - e->n;
    e->n = n;
}

bool store_amend(struct store *s, const char *text)
{
    size_t n;
    if (s->next - s->oldest == s->pending) return false;
    char *clean = text_clean(text, strlen(text), TEXT_LINES, &n);
    if (!clean) return false;
    reword(s, store_at(s, s->next - s->pending - 1), clean, n);
    return true;
}

size_t store_lines(const struct entry *e)
{
    enum line_kind kind = e->line.kind;
    if (e->gone > 0) return e->gone;
    return kind != LINE_DAY && kind != LINE_UNREAD && kind != LINE_BREAK;
}

bool store_stand_for(struct store *s, struct entry *e, size_t gone)
{
    char *text;
    int n = asprintf(&text, "%zu line%s not kept", gone, gone == 1 ? "" : "s");
    if (n < 0) return false;
    reword(s, e, text, (size_t)n);
    e->line.nick[0] = '\0';
    e->line.kind = LINE_BREAK;
    e->line.stressed = false;
    e->gone = gone;
    return true;
}

void store_close_up(struct store *s, uint64_t seq)
{
    forget(s, store_at(s, seq));
    for (; seq > s->oldest; seq--) *store_at(s, seq) = *store_at(s, seq - 1);
    s->oldest++;
}

void store_take_out(struct store *s, uint64_t seq)
{
    s->pending -= seq >= s->next - s->pending;
    forget(s, store_at(s, seq));
    s->next--;
    for (; seq < s->next; seq++) *store_at(s, seq) = *store_at(s, seq + 1);
}
