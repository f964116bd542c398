#include "tui/ui/messages/scrollback.h"

#include "tui/ui/messages/line_wrap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A row on its way through the lines. Lines are numbered from the first one ever. */
struct spot {
    uint64_t seq;
    size_t row;
};

struct scrollback {
    struct message_buffer buffer;
    scrollback_gutter gutter;
    const void *place;
    int rows, columns;
    bool up;         /* the reading place has left the bottom: then */
    uint64_t top;    /* the line at the top of the pane, */
    size_t top_byte; /* a byte of the row there, whatever the width, and */
    size_t unread;   /* what came since: */
    uint64_t news;   /* the first of it */
    bool sought;     /* something was found in */
    uint64_t found;  /* this line */
};

struct scrollback *scrollback_new(size_t max_lines, scrollback_gutter gutter, const void *place)
{
    struct scrollback *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->gutter = gutter;
    s->place = place;
    s->rows = s->columns = 1;
    if (message_buffer_init(&s->buffer, max_lines)) return s;
    free(s);
    return NULL;
}

void scrollback_clear(struct scrollback *s)
{
    message_buffer_clear(&s->buffer);
    scrollback_bottom(s);
}

void scrollback_free(struct scrollback *s)
{
    if (!s) return;
    message_buffer_free(&s->buffer);
    free(s);
}

/* The lines from `at` on have moved by one. */
static void follow(struct scrollback *s, uint64_t at, int by)
{
    uint64_t *const marks[] = {&s->top, &s->news, &s->found};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (*marks[i] >= at) *marks[i] += (uint64_t)by;
}

/* -- rows -- */

/* The text's cells in the line's first row or in the others. */
static int text_cells(const struct scrollback *s, const struct entry *e, bool first)
{
    int cells = s->columns - s->gutter(s->place, &e->line, first);
    return cells > 1 ? cells : 1;
}

/* The line, its rows found for the width there is. */
static struct entry *wrapped(const struct scrollback *s, uint64_t seq)
{
    struct entry *e = message_buffer_at(&s->buffer, seq);
    if (e->columns == s->columns) return e;
    int first = text_cells(s, e, true), others = text_cells(s, e, false);
    line_wrap_set(&e->wrap, e->line.text, e->n, first, others);
    e->columns = s->columns;
    return e;
}

static bool step_up(const struct scrollback *s, struct spot *at)
{
    if (at->row > 0) return at->row--, true;
    if (at->seq == s->buffer.oldest) return false;
    at->row = wrapped(s, --at->seq)->wrap.count - 1;
    return true;
}

static bool step_down(const struct scrollback *s, struct spot *at)
{
    if (at->row + 1 < wrapped(s, at->seq)->wrap.count) return at->row++, true;
    if (at->seq + 1 == s->buffer.next) return false;
    *at = (struct spot){at->seq + 1, 0};
    return true;
}

static bool is_before(struct spot a, struct spot b)
{
    return a.seq < b.seq || (a.seq == b.seq && a.row < b.row);
}

static bool is_empty(const struct scrollback *s)
{
    return s->buffer.oldest == s->buffer.next;
}

/* The pane's first row when its last one is the newest there is. */
static struct spot bottom_top(const struct scrollback *s)
{
    struct spot at = {s->buffer.next - 1, wrapped(s, s->buffer.next - 1)->wrap.count - 1};
    for (int i = 1; i < s->rows && step_up(s, &at); i++) continue;
    return at;
}

static struct spot reading_top(const struct scrollback *s)
{
    const struct entry *e = wrapped(s, s->top);
    struct spot at = {s->top, e->wrap.count - 1};
    while (at.row > 0 && line_wrap_row(&e->wrap, at.row).from > s->top_byte) at.row--;
    return at;
}

/* -- the reading place -- */

void scrollback_bottom(struct scrollback *s)
{
    s->up = s->sought = false;
    s->unread = 0;
}

static void read_from(struct scrollback *s, struct spot at)
{
    if (!is_before(at, bottom_top(s))) {
        scrollback_bottom(s);
        return;
    }
    s->up = true;
    s->sought = false;
    s->top = at.seq;
    s->top_byte = line_wrap_row(&wrapped(s, at.seq)->wrap, at.row).from;
}

static struct spot current_top(const struct scrollback *s)
{
    return s->up ? reading_top(s) : bottom_top(s);
}

static void move(struct scrollback *s, long long rows)
{
    if (is_empty(s)) return;
    struct spot at = current_top(s);
    while (rows < 0 && step_up(s, &at)) rows++;
    while (rows > 0 && step_down(s, &at)) rows--;
    read_from(s, at);
}

void scrollback_scroll(struct scrollback *s, int rows)
{
    move(s, rows);
}

static int pinned_below(const struct scrollback *s)
{
    return s->rows >= SCROLLBACK_PINNING_ROWS_MIN ? SCROLLBACK_PINNED_ROWS + 1 : 0;
}

static uint64_t last_in_sight(const struct scrollback *s)
{
    struct spot at = current_top(s);
    int rows = s->rows - (s->up ? pinned_below(s) : 0);
    while (--rows > 0 && step_down(s, &at)) continue;
    return at.seq;
}

/* A row of what was read stays in sight. */
void scrollback_page(struct scrollback *s, int pages)
{
    int rows = s->rows - pinned_below(s);
    move(s, (long long)pages * (rows > 1 ? rows - 1 : 1));
}

void scrollback_top(struct scrollback *s)
{
    if (!is_empty(s)) read_from(s, (struct spot){s->buffer.oldest, 0});
}

/* Where there is no more below the place than the pane shows, the place is the bottom. */
static void come_down(struct scrollback *s)
{
    if (!s->up) return;
    if (s->top >= s->buffer.next || !is_before(reading_top(s), bottom_top(s))) scrollback_bottom(s);
}

void scrollback_resize(struct scrollback *s, int rows, int columns)
{
    s->rows = rows;
    s->columns = columns > 0 ? columns : 1;
    come_down(s);
}

void scrollback_rewrap(struct scrollback *s)
{
    for (uint64_t seq = s->buffer.oldest; seq < s->buffer.next; seq++)
        message_buffer_at(&s->buffer, seq)->columns = 0;
    come_down(s);
}

/* -- adding -- */

/* Takes out the first line below the page, where a rule stands for it. False when there is none. */
static bool thin_out(struct scrollback *s)
{
    struct message_buffer *lines = &s->buffer;
    uint64_t at = last_in_sight(s) + 1, end = lines->next - lines->pending;
    if (at < end && message_buffer_at(lines, at)->dropped_lines > 0) at++;
    if (at >= end) return false;
    struct entry *rule = message_buffer_at(lines, at - 1), *e = message_buffer_at(lines, at);
    size_t more = message_buffer_count_lines(e);
    if (more > 0 && rule->dropped_lines == 0 && message_buffer_replace_with_gap(lines, e, more))
        return true;
    if (more > 0 && rule->dropped_lines > 0)
        message_buffer_replace_with_gap(lines, rule, rule->dropped_lines + more);
    message_buffer_remove_shift_up(lines, at);
    follow(s, 0, 1);
    follow(s, at + 1, -1);
    return true;
}

/* The oldest line goes, but the page that is being read stays. */
static void make_way(struct scrollback *s)
{
    bool read = s->up && s->top == s->buffer.oldest;
    if (!read || !thin_out(s)) message_buffer_remove_oldest(&s->buffer);
}

/* The line is the newest but for the pending ones. */
static void note_unread(struct scrollback *s)
{
    if (!s->up) return;
    if (s->unread++ == 0) s->news = s->buffer.next - s->buffer.pending - 1;
}

bool scrollback_add(struct scrollback *s, time_t at, enum line_kind kind, const char *nick,
                    const char *text)
{
    struct entry e;
    if (!message_buffer_make_entry(&e, at, kind, nick, text)) return false;
    while (message_buffer_is_full(&s->buffer, e.n)) make_way(s);
    follow(s, message_buffer_insert(&s->buffer, &e), 1);
    if (kind == LINE_MESSAGE || kind == LINE_SERVER) note_unread(s);
    if (s->up && s->top < s->buffer.oldest) scrollback_top(s);
    return true;
}

bool scrollback_edit_last(struct scrollback *s, const char *text)
{
    if (!message_buffer_edit_last(&s->buffer, text)) return false;
    come_down(s);
    return true;
}

void scrollback_set_pending_kind(struct scrollback *s, size_t i, enum line_kind kind)
{
    if (i < s->buffer.pending) message_buffer_pending(&s->buffer, i)->line.kind = kind;
}

static void take_out(struct scrollback *s, uint64_t at)
{
    message_buffer_remove_shift_down(&s->buffer, at);
    if (s->up && s->top == at) s->top_byte = 0;
    follow(s, at + 1, -1);
    come_down(s);
}

void scrollback_remove_pending(struct scrollback *s, size_t i)
{
    if (i >= s->buffer.pending) return;
    take_out(s, s->buffer.next - s->buffer.pending + i);
}

/* -- marks -- */

void scrollback_highlight_last(struct scrollback *s)
{
    uint64_t at = s->buffer.next - s->buffer.pending;
    if (at > s->buffer.oldest) message_buffer_at(&s->buffer, at - 1)->line.highlighted = true;
}

static uint64_t find_rule(const struct scrollback *s)
{
    uint64_t seq = s->buffer.oldest;
    while (seq < s->buffer.next && message_buffer_at(&s->buffer, seq)->line.kind != LINE_UNREAD)
        seq++;
    return seq;
}

void scrollback_set_unread_marker(struct scrollback *s, time_t at)
{
    uint64_t rule = find_rule(s);
    if (rule < s->buffer.next) take_out(s, rule);
    if (s->buffer.oldest < s->buffer.next) scrollback_add(s, at, LINE_UNREAD, "", "new");
}

/* -- seeking -- */

static bool is_in_sight(const struct scrollback *s, struct spot wanted)
{
    struct spot at = current_top(s);
    int rows = s->rows - (s->up ? pinned_below(s) : 0);
    if (is_before(wanted, at)) return false;
    while (--rows > 0 && is_before(at, wanted) && step_down(s, &at)) continue;
    return !is_before(at, wanted);
}

/* In the middle, unless it is in sight already. */
static void bring_into_sight(struct scrollback *s, uint64_t seq, size_t byte)
{
    struct entry *e = wrapped(s, seq);
    struct spot at = {seq, e->wrap.count - 1};
    while (at.row > 0 && line_wrap_row(&e->wrap, at.row).from > byte) at.row--;
    if (is_in_sight(s, at)) return;
    for (int rows = (s->rows - pinned_below(s)) / 2; rows > 0 && step_up(s, &at); rows--) continue;
    read_from(s, at);
}

/* The last line in sight, or the first. */
static uint64_t edge(const struct scrollback *s, int step)
{
    return step < 0 ? last_in_sight(s) : current_top(s).seq;
}

static uint64_t first_to_seek(const struct scrollback *s, int step, bool next)
{
    if (scrollback_found(s) == NULL) return edge(s, step);
    return next ? s->found + (uint64_t)step : s->found;
}

bool scrollback_seek(struct scrollback *s, int step, bool next, scrollback_match wanted,
                     const void *what)
{
    if (is_empty(s)) return false;
    uint64_t seq = first_to_seek(s, step, next);
    for (; seq - s->buffer.oldest < s->buffer.next - s->buffer.oldest; seq += (uint64_t)step) {
        long byte = wanted(&message_buffer_at(&s->buffer, seq)->line, what);
        if (byte == SCROLLBACK_NO_MATCH) continue;
        bring_into_sight(s, seq, (size_t)byte);
        s->sought = true;
        s->found = seq;
        return true;
    }
    return false;
}

const struct line *scrollback_found(const struct scrollback *s)
{
    bool is_there = s->sought && s->found >= s->buffer.oldest && s->found < s->buffer.next;
    return is_there ? &message_buffer_at(&s->buffer, s->found)->line : NULL;
}

bool scrollback_first_unread(struct scrollback *s)
{
    if (s->unread == 0) return false;
    read_from(s, (struct spot){s->news > s->buffer.oldest ? s->news : s->buffer.oldest, 0});
    return true;
}

size_t scrollback_unread(const struct scrollback *s)
{
    return s->unread;
}

bool scrollback_at_bottom(const struct scrollback *s)
{
    return !s->up;
}

static int fill_rows(const struct scrollback *s, struct spot at, struct row *rows, int max)
{
    int count = 0;
    do {
        const struct entry *e = wrapped(s, at.seq);
        struct wrapped_row piece = line_wrap_row(&e->wrap, at.row);
        rows[count++] = (struct row){&e->line, piece.from, piece.to, at.row == 0};
    } while (count < max && step_down(s, &at));
    return count;
}

int scrollback_pinned(const struct scrollback *s)
{
    return s->up && pinned_below(s) > 0 ? SCROLLBACK_PINNED_ROWS : 0;
}

/* Where there are pinned rows, more than fill the pane are below the reading place. */
static void pin_rows(const struct scrollback *s, struct row *rows, int want)
{
    struct spot at = {s->buffer.next - 1, wrapped(s, s->buffer.next - 1)->wrap.count - 1};
    for (int i = 1; i < SCROLLBACK_PINNED_ROWS && step_up(s, &at); i++) continue;
    fill_rows(s, at, rows + want - SCROLLBACK_PINNED_ROWS, SCROLLBACK_PINNED_ROWS);
    rows[want - SCROLLBACK_PINNED_ROWS - 1] = (struct row){0};
}

int scrollback_rows(struct scrollback *s, struct row *rows, int max)
{
    int want = s->rows < max ? s->rows : max;
    if (want <= 0) return 0;
    int count = is_empty(s) ? 0 : fill_rows(s, current_top(s), rows, want);
    memmove(rows + (want - count), rows, (size_t)count * sizeof *rows);
    memset(rows, 0, (size_t)(want - count) * sizeof *rows);
    if (scrollback_pinned(s) > 0 && want == s->rows) pin_rows(s, rows, want);
    return want;
}
