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
    struct store store;
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
    if (store_init(&s->store, max_lines)) return s;
    free(s);
    return NULL;
}

void scrollback_clear(struct scrollback *s)
{
    store_clear(&s->store);
    scrollback_bottom(s);
}

void scrollback_free(struct scrollback *s)
{
    if (!s) return;
    store_free(&s->store);
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
    struct entry *e = store_at(&s->store, seq);
    if (e->columns == s->columns) return e;
    int first = text_cells(s, e, true), others = text_cells(s, e, false);
    wrap_text(&e->rows, e->line.text, e->n, first, others);
    e->columns = s->columns;
    return e;
}

static bool step_up(const struct scrollback *s, struct spot *at)
{
    if (at->row > 0) return at->row--, true;
    if (at->seq == s->store.oldest) return false;
    at->row = wrapped(s, --at->seq)->rows.count - 1;
    return true;
}

static bool step_down(const struct scrollback *s, struct spot *at)
{
    if (at->row + 1 < wrapped(s, at->seq)->rows.count) return at->row++, true;
    if (at->seq + 1 == s->store.next) return false;
    *at = (struct spot){at->seq + 1, 0};
    return true;
}

static bool is_before(struct spot a, struct spot b)
{
    return a.seq < b.seq || (a.seq == b.seq && a.row < b.row);
}

static bool is_empty(const struct scrollback *s)
{
    return s->store.oldest == s->store.next;
}

/* The pane's first row when its last one is the newest there is. */
static struct spot bottom_top(const struct scrollback *s)
{
    struct spot at = {s->store.next - 1, wrapped(s, s->store.next - 1)->rows.count - 1};
    for (int i = 1; i < s->rows && step_up(s, &at); i++) continue;
    return at;
}

static struct spot reading_top(const struct scrollback *s)
{
    const struct entry *e = wrapped(s, s->top);
    struct spot at = {s->top, e->rows.count - 1};
    while (at.row > 0 && wrap_at(&e->rows, at.row).from > s->top_byte) at.row--;
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
    s->top_byte = wrap_at(&wrapped(s, at.seq)->rows, at.row).from;
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
    return s->rows >= SCROLLBACK_PIN_ROWS ? SCROLLBACK_PINNED + 1 : 0;
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
    if (!is_empty(s)) read_from(s, (struct spot){s->store.oldest, 0});
}

/* Where there is no more below the place than the pane shows, the place is the bottom. */
static void come_down(struct scrollback *s)
{
    if (!s->up) return;
    if (s->top >= s->store.next || !is_before(reading_top(s), bottom_top(s))) scrollback_bottom(s);
}

void scrollback_resize(struct scrollback *s, int rows, int columns)
{
    s->rows = rows;
    s->columns = columns > 0 ? columns : 1;
    come_down(s);
}

void scrollback_rewrap(struct scrollback *s)
{
    for (uint64_t seq = s->store.oldest; seq < s->store.next; seq++)
        store_at(&s->store, seq)->columns = 0;
    come_down(s);
}

/* -- adding -- */

/* Takes out the first line below the page, where a rule stands for it. False when there is none. */
static bool thin_out(struct scrollback *s)
{
    struct store *lines = &s->store;
    uint64_t at = last_in_sight(s) + 1, end = lines->next - lines->pending;
    if (at < end && store_at(lines, at)->gone > 0) at++;
    if (at >= end) return false;
    struct entry *rule = store_at(lines, at - 1), *e = store_at(lines, at);
    size_t more = store_lines(e);
    if (more > 0 && rule->gone == 0 && store_stand_for(lines, e, more)) return true;
    if (more > 0 && rule->gone > 0) store_stand_for(lines, rule, rule->gone + more);
    store_close_up(lines, at);
    follow(s, 0, 1);
    follow(s, at + 1, -1);
    return true;
}

/* The oldest line goes, but the page that is being read stays. */
static void make_way(struct scrollback *s)
{
    bool read = s->up && s->top == s->store.oldest;
    if (!read || !thin_out(s)) store_forget_oldest(&s->store);
}

/* The line is the newest but for the pending ones. */
static void note_unread(struct scrollback *s)
{
    if (!s->up) return;
    if (s->unread++ == 0) s->news = s->store.next - s->store.pending - 1;
}

bool scrollback_add(struct scrollback *s, time_t at, enum line_kind kind, const char *nick,
                    const char *text)
{
    struct entry e;
    if (!store_write(&e, at, kind, nick, text)) return false;
    while (store_is_full(&s->store, e.n)) make_way(s);
    follow(s, store_put(&s->store, &e), 1);
    if (kind == LINE_MESSAGE || kind == LINE_NOTICE) note_unread(s);
    if (s->up && s->top < s->store.oldest) scrollback_top(s);
    return true;
}

bool scrollback_amend(struct scrollback *s, const char *text)
{
    if (!store_amend(&s->store, text)) return false;
    come_down(s);
    return true;
}

void scrollback_mark(struct scrollback *s, size_t i, enum line_kind kind)
{
    if (i < s->store.pending) store_pending(&s->store, i)->line.kind = kind;
}

static void take_out(struct scrollback *s, uint64_t at)
{
    store_take_out(&s->store, at);
    if (s->up && s->top == at) s->top_byte = 0;
    follow(s, at + 1, -1);
    come_down(s);
}

void scrollback_settle(struct scrollback *s, size_t i)
{
    if (i >= s->store.pending) return;
    take_out(s, s->store.next - s->store.pending + i);
}

/* -- marks -- */

void scrollback_stress(struct scrollback *s)
{
    uint64_t at = s->store.next - s->store.pending;
    if (at > s->store.oldest) store_at(&s->store, at - 1)->line.stressed = true;
}

static uint64_t find_rule(const struct scrollback *s)
{
    uint64_t seq = s->store.oldest;
    while (seq < s->store.next && store_at(&s->store, seq)->line.kind != LINE_UNREAD) seq++;
    return seq;
}

void scrollback_rule(struct scrollback *s, time_t at)
{
    uint64_t rule = find_rule(s);
    if (rule < s->store.next) take_out(s, rule);
    if (s->store.oldest < s->store.next) scrollback_add(s, at, LINE_UNREAD, "", "new");
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
    struct spot at = {seq, e->rows.count - 1};
    while (at.row > 0 && wrap_at(&e->rows, at.row).from > byte) at.row--;
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

bool scrollback_seek(struct scrollback *s, int step, bool next, scrollback_wanted wanted,
                     const void *what)
{
    if (is_empty(s)) return false;
    uint64_t seq = first_to_seek(s, step, next);
    for (; seq - s->store.oldest < s->store.next - s->store.oldest; seq += (uint64_t)step) {
        long byte = wanted(&store_at(&s->store, seq)->line, what);
        if (byte == SCROLLBACK_NOWHERE) continue;
        bring_into_sight(s, seq, (size_t)byte);
        s->sought = true;
        s->found = seq;
        return true;
    }
    return false;
}

const struct line *scrollback_found(const struct scrollback *s)
{
    bool is_there = s->sought && s->found >= s->store.oldest && s->found < s->store.next;
    return is_there ? &store_at(&s->store, s->found)->line : NULL;
}

bool scrollback_first_unread(struct scrollback *s)
{
    if (s->unread == 0) return false;
    read_from(s, (struct spot){s->news > s->store.oldest ? s->news : s->store.oldest, 0});
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
        struct piece piece = wrap_at(&e->rows, at.row);
        rows[count++] = (struct row){&e->line, piece.from, piece.to, at.row == 0};
    } while (count < max && step_down(s, &at));
    return count;
}

int scrollback_pinned(const struct scrollback *s)
{
    return s->up && pinned_below(s) > 0 ? SCROLLBACK_PINNED : 0;
}

/* Where there are pinned rows, more than fill the pane are below the reading place. */
static void pin_rows(const struct scrollback *s, struct row *rows, int want)
{
    struct spot at = {s->store.next - 1, wrapped(s, s->store.next - 1)->rows.count - 1};
    for (int i = 1; i < SCROLLBACK_PINNED && step_up(s, &at); i++) continue;
    fill_rows(s, at, rows + want - SCROLLBACK_PINNED, SCROLLBACK_PINNED);
    rows[want - SCROLLBACK_PINNED - 1] = (struct row){0};
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
