#include "tui/ui/messages/message_buffer.h"

#include "common/text.h"
#include "tui/base/messages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool message_buffer_init(struct message_buffer *b, size_t max_lines)
{
    *b =
        (struct message_buffer){.entries = calloc(max_lines, sizeof *b->entries), .max = max_lines};
    return b->entries != NULL;
}

struct entry *message_buffer_at(const struct message_buffer *b, uint64_t seq)
{
    return &b->entries[seq % b->max];
}

struct entry *message_buffer_pending(const struct message_buffer *b, size_t i)
{
    return message_buffer_at(b, b->next - b->pending + i);
}

static void free_entry(struct message_buffer *b, struct entry *e)
{
    b->bytes -= e->n;
    line_wrap_clear(&e->wrap);
    free(e->line.nick);
    free(e->line.text);
}

void message_buffer_remove_oldest(struct message_buffer *b)
{
    free_entry(b, message_buffer_at(b, b->oldest++));
    if (b->pending > b->next - b->oldest) b->pending--;
}

void message_buffer_clear(struct message_buffer *b)
{
    while (b->oldest < b->next - b->pending) message_buffer_remove_oldest(b);
}

void message_buffer_free(struct message_buffer *b)
{
    b->pending = 0;
    message_buffer_clear(b);
    free(b->entries);
    *b = (struct message_buffer){0};
}

bool message_buffer_is_full(const struct message_buffer *b, size_t n)
{
    if (b->oldest == b->next) return false;
    return b->next - b->oldest == b->max || b->bytes + n > MESSAGE_BUFFER_BYTES_MAX;
}

bool message_buffer_is_pending(enum line_kind kind)
{
    return kind == LINE_PENDING || kind == LINE_UNCONFIRMED || kind == LINE_REJECTED;
}

/* Moves the pending lines down, unless the new line is pending. Returns the new line's number. */
static uint64_t make_space(struct message_buffer *b, enum line_kind kind)
{
    uint64_t at = message_buffer_is_pending(kind) ? b->next : b->next - b->pending;
    for (uint64_t seq = b->next++; seq > at; seq--)
        *message_buffer_at(b, seq) = *message_buffer_at(b, seq - 1);
    b->pending += message_buffer_is_pending(kind);
    return at;
}

uint64_t message_buffer_insert(struct message_buffer *b, const struct entry *e)
{
    uint64_t seq = make_space(b, e->line.kind);
    b->bytes += e->n;
    *message_buffer_at(b, seq) = *e;
    return seq;
}

/* Returns the text of an action without its star; NULL: the text is not an action of this author.
 */
static const char *find_action(const char *nick, const char *text)
{
    size_t n = strlen(nick);
    if (n == 0 || text[0] != '*' || text[1] != ' ') return NULL;
    return strncmp(text + 2, nick, n) == 0 && text[2 + n] == ' ' ? text + 2 : NULL;
}

bool message_buffer_make_entry(struct entry *ret, int64_t at, enum line_kind kind, const char *nick,
                               const char *text, enum text_lines lines)
{
    size_t n;
    const char *action = find_action(nick, text);
    if (action) text = action;
    char *clean_nick = text_clean(nick, strlen(nick), TEXT_ONE_LINE, NULL);
    char *clean_text = text_clean(text, strlen(text), lines, &n);
    if (!clean_nick || !clean_text) {
        free(clean_nick);
        free(clean_text);
        return false;
    }
    struct line line = {
        .at = at, .kind = kind, .nick = clean_nick, .text = clean_text, .action = action != NULL};
    *ret = (struct entry){.line = line, .n = n};
    return true;
}

/* Replaces the text with a sanitised text, which the entry then owns. */
static void set_text(struct message_buffer *b, struct entry *e, char *text, size_t n)
{
    e->columns = 0;
    free(e->line.text);
    e->line.text = text;
    b->bytes += n - e->n;
    e->n = n;
}

bool message_buffer_edit_last(struct message_buffer *b, const char *text)
{
    size_t n;
    if (b->next - b->oldest == b->pending) return false;
    char *clean = text_clean(text, strlen(text), TEXT_LINES, &n);
    if (!clean) return false;
    set_text(b, message_buffer_at(b, b->next - b->pending - 1), clean, n);
    return true;
}

size_t message_buffer_count_lines(const struct entry *e)
{
    enum line_kind kind = e->line.kind;
    if (e->dropped_lines > 0) return e->dropped_lines;
    return kind != LINE_DAY && kind != LINE_UNREAD && kind != LINE_GAP;
}

bool message_buffer_replace_with_gap(struct message_buffer *b, struct entry *e,
                                     size_t dropped_lines)
{
    char *text;
    int n = asprintf(&text, MESSAGE_LINES_DROPPED, dropped_lines, dropped_lines == 1 ? "" : "s");
    if (n < 0) return false;
    set_text(b, e, text, (size_t)n);
    e->line.nick[0] = '\0';
    e->line.kind = LINE_GAP;
    e->line.action = e->line.highlighted = false;
    e->dropped_lines = dropped_lines;
    return true;
}

void message_buffer_remove_shift_up(struct message_buffer *b, uint64_t seq)
{
    free_entry(b, message_buffer_at(b, seq));
    for (; seq > b->oldest; seq--) *message_buffer_at(b, seq) = *message_buffer_at(b, seq - 1);
    b->oldest++;
}

void message_buffer_remove_shift_down(struct message_buffer *b, uint64_t seq)
{
    b->pending -= seq >= b->next - b->pending;
    free_entry(b, message_buffer_at(b, seq));
    b->next--;
    for (; seq < b->next; seq++) *message_buffer_at(b, seq) = *message_buffer_at(b, seq + 1);
}
