#include "tui/ui/messages/scrollback.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct scrollback {
    struct line_rows lines;
    int rows;
    bool emoji;            /* lines that are added keep the style of emoji */
    bool scrolled_up;      /* the reading position is not at the bottom */
    uint64_t top;          /* the line at the top of the pane, if scrolled up */
    size_t top_byte;       /* a byte of the top row, because a row's index depends on the width */
    size_t unread;         /* lines that arrived while scrolled up */
    uint64_t first_unread; /* the first of these lines */
    bool has_match;
    uint64_t match; /* the last line found */
    struct {
        bool scrolled_up;
        uint64_t top;
        size_t top_byte;
    } kept; /* a reading position to go back to */
};

struct scrollback *scrollback_new(size_t max_lines, line_gutter gutter, const void *context)
{
    struct scrollback *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->lines = (struct line_rows){.gutter = gutter, .context = context, .columns = 1};
    s->rows = 1;
    if (message_buffer_init(&s->lines.buffer, max_lines)) return s;
    free(s);
    return NULL;
}

void scrollback_clear(struct scrollback *s)
{
    message_buffer_clear(&s->lines.buffer);
    scrollback_bottom(s);
}

void scrollback_free(struct scrollback *s)
{
    if (!s) return;
    message_buffer_free(&s->lines.buffer);
    free(s);
}

/* Adjusts the stored numbers, after lines from `at` on have new numbers. */
static void renumber(struct scrollback *s, uint64_t at, int by)
{
    uint64_t *const stored[] = {&s->top, &s->first_unread, &s->match, &s->kept.top};
    for (size_t i = 0; i < sizeof stored / sizeof *stored; i++)
        if (*stored[i] >= at) *stored[i] += (uint64_t)by;
}

/* -- rows -- */

static bool is_empty(const struct scrollback *s)
{
    return s->lines.buffer.oldest == s->lines.buffer.next;
}

/* Returns the pane's first row at the bottom, where its last row is the newest. */
static struct position top_at_bottom(const struct scrollback *s)
{
    struct position at = line_rows_last(&s->lines);
    for (int i = 1; i < s->rows && line_rows_up(&s->lines, &at); i++) continue;
    return at;
}

static struct position reading_top(const struct scrollback *s)
{
    return line_rows_find(&s->lines, s->top, s->top_byte);
}

/* -- the reading position -- */

void scrollback_bottom(struct scrollback *s)
{
    s->scrolled_up = s->has_match = false;
    s->unread = 0;
}

static void read_from(struct scrollback *s, struct position at)
{
    if (!position_is_before(at, top_at_bottom(s))) {
        scrollback_bottom(s);
        return;
    }
    s->scrolled_up = true;
    s->has_match = false;
    s->top = at.seq;
    s->top_byte = line_rows_at(&s->lines, at).from;
}

static struct position current_top(const struct scrollback *s)
{
    return s->scrolled_up ? reading_top(s) : top_at_bottom(s);
}

static void move_by(struct scrollback *s, long long rows)
{
    if (is_empty(s)) return;
    struct position at = current_top(s);
    while (rows < 0 && line_rows_up(&s->lines, &at)) rows++;
    while (rows > 0 && line_rows_down(&s->lines, &at)) rows--;
    read_from(s, at);
}

void scrollback_scroll(struct scrollback *s, int rows)
{
    move_by(s, rows);
}

static int pinned_height(const struct scrollback *s)
{
    return s->rows >= SCROLLBACK_PINNING_ROWS_MIN ? SCROLLBACK_PINNED_ROWS + 1 : 0;
}

static uint64_t last_visible(const struct scrollback *s)
{
    struct position at = current_top(s);
    int rows = s->rows - (s->scrolled_up ? pinned_height(s) : 0);
    while (--rows > 0 && line_rows_down(&s->lines, &at)) continue;
    return at.seq;
}

/* Scrolls by one row less than the pane's height. */
void scrollback_page(struct scrollback *s, int pages)
{
    int rows = s->rows - pinned_height(s);
    move_by(s, (long long)pages * (rows > 1 ? rows - 1 : 1));
}

void scrollback_top(struct scrollback *s)
{
    if (!is_empty(s)) read_from(s, (struct position){s->lines.buffer.oldest, 0});
}

/* Goes to the bottom if the pane shows all lines below the reading position. */
static void snap_to_bottom(struct scrollback *s)
{
    if (!s->scrolled_up) return;
    if (s->top >= s->lines.buffer.next || !position_is_before(reading_top(s), top_at_bottom(s)))
        scrollback_bottom(s);
}

void scrollback_resize(struct scrollback *s, int rows, int columns)
{
    s->rows = rows;
    s->lines.columns = columns > 0 ? columns : 1;
    snap_to_bottom(s);
}

void scrollback_rewrap(struct scrollback *s)
{
    for (uint64_t seq = s->lines.buffer.oldest; seq < s->lines.buffer.next; seq++)
        message_buffer_at(&s->lines.buffer, seq)->columns = 0;
    snap_to_bottom(s);
}

void scrollback_set_emoji(struct scrollback *s, bool keep)
{
    s->emoji = keep;
}

void scrollback_set_grouped(struct scrollback *s, bool grouped)
{
    s->lines.ungrouped = !grouped;
    snap_to_bottom(s);
}

/* -- adding -- */

/* Drops the first line below the visible page and counts it in a gap. Returns false if there is
 * none. */
static bool drop_below_page(struct scrollback *s)
{
    struct message_buffer *lines = &s->lines.buffer;
    uint64_t at = last_visible(s) + 1, end = lines->next - lines->pending;
    if (at < end && message_buffer_at(lines, at)->dropped_lines > 0) at++;
    if (at >= end) return false;
    struct entry *gap = message_buffer_at(lines, at - 1), *e = message_buffer_at(lines, at);
    size_t more = message_buffer_count_lines(e);
    if (more > 0 && gap->dropped_lines == 0 && message_buffer_replace_with_gap(lines, e, more))
        return true;
    if (more > 0 && gap->dropped_lines > 0)
        message_buffer_replace_with_gap(lines, gap, gap->dropped_lines + more);
    message_buffer_remove_shift_up(lines, at);
    renumber(s, 0, 1);
    renumber(s, at + 1, -1);
    return true;
}

/* Drops the oldest line, or one below the page if the oldest is visible. */
static void drop_line(struct scrollback *s)
{
    bool is_read = s->scrolled_up && s->top == s->lines.buffer.oldest;
    if (!is_read || !drop_below_page(s)) message_buffer_remove_oldest(&s->lines.buffer);
}

/* Counts the newest line that is not pending as unread. */
static void count_unread(struct scrollback *s)
{
    if (!s->scrolled_up) return;
    if (s->unread++ == 0) s->first_unread = s->lines.buffer.next - s->lines.buffer.pending - 1;
}

bool scrollback_add(struct scrollback *s, int64_t at, enum line_kind kind, const char *nick,
                    const char *text)
{
    struct entry e;
    if (!message_buffer_make_entry(&e, at, kind, nick, text, s->emoji ? TEXT_EMOJI : TEXT_LINES))
        return false;
    while (message_buffer_is_full(&s->lines.buffer, e.n)) drop_line(s);
    renumber(s, message_buffer_insert(&s->lines.buffer, &e), 1);
    if (kind == LINE_MESSAGE || kind == LINE_SERVER || kind == LINE_ANNOUNCEMENT) count_unread(s);
    if (s->scrolled_up && s->top < s->lines.buffer.oldest) scrollback_top(s);
    return true;
}

bool scrollback_edit_last(struct scrollback *s, const char *text)
{
    if (!message_buffer_edit_last(&s->lines.buffer, text)) return false;
    snap_to_bottom(s);
    return true;
}

void scrollback_set_pending_kind(struct scrollback *s, size_t i, enum line_kind kind)
{
    if (i < s->lines.buffer.pending) message_buffer_pending(&s->lines.buffer, i)->line.kind = kind;
}

static void remove_line(struct scrollback *s, uint64_t at)
{
    message_buffer_remove_shift_down(&s->lines.buffer, at);
    if (s->scrolled_up && s->top == at) s->top_byte = 0;
    renumber(s, at + 1, -1);
    snap_to_bottom(s);
}

void scrollback_remove_pending(struct scrollback *s, size_t i)
{
    if (i >= s->lines.buffer.pending) return;
    remove_line(s, s->lines.buffer.next - s->lines.buffer.pending + i);
}

/* -- highlight and unread marker -- */

void scrollback_highlight_last(struct scrollback *s)
{
    uint64_t at = s->lines.buffer.next - s->lines.buffer.pending;
    if (at > s->lines.buffer.oldest)
        message_buffer_at(&s->lines.buffer, at - 1)->line.highlighted = true;
}

static uint64_t find_unread_marker(const struct scrollback *s)
{
    uint64_t seq = s->lines.buffer.oldest;
    while (seq < s->lines.buffer.next &&
           message_buffer_at(&s->lines.buffer, seq)->line.kind != LINE_UNREAD)
        seq++;
    return seq;
}

void scrollback_set_unread_marker(struct scrollback *s, int64_t at)
{
    uint64_t marker = find_unread_marker(s);
    if (marker < s->lines.buffer.next) remove_line(s, marker);
    if (s->lines.buffer.oldest < s->lines.buffer.next)
        scrollback_add(s, at, LINE_UNREAD, "", "new");
}

/* -- folding and seeking -- */

/* Returns false if the message is not long, or pending. */
static bool unfold(struct scrollback *s, uint64_t seq)
{
    if (!line_rows_is_long(&s->lines, seq)) return false;
    message_buffer_at(&s->lines.buffer, seq)->unfolded = true;
    return true;
}

struct long_lines {
    size_t count, folded;
};

static struct long_lines count_long(const struct scrollback *s, uint64_t from, uint64_t to)
{
    struct long_lines found = {0};
    for (uint64_t seq = from; seq <= to; seq++) {
        if (!line_rows_is_long(&s->lines, seq)) continue;
        found.count++;
        found.folded += !message_buffer_at(&s->lines.buffer, seq)->unfolded;
    }
    return found;
}

bool scrollback_toggle_folds(struct scrollback *s)
{
    if (is_empty(s)) return false;
    struct position top = current_top(s);
    size_t byte = line_rows_at(&s->lines, top).from;
    uint64_t last = last_visible(s);
    struct long_lines found = count_long(s, top.seq, last);
    for (uint64_t seq = top.seq; seq <= last; seq++)
        if (unfold(s, seq)) message_buffer_at(&s->lines.buffer, seq)->unfolded = found.folded > 0;
    if (found.count > 0) read_from(s, line_rows_find(&s->lines, top.seq, byte));
    return found.count > 0;
}

static bool is_visible(const struct scrollback *s, struct position wanted)
{
    struct position at = current_top(s);
    int rows = s->rows - (s->scrolled_up ? pinned_height(s) : 0);
    if (position_is_before(wanted, at)) return false;
    while (--rows > 0 && position_is_before(at, wanted) && line_rows_down(&s->lines, &at)) continue;
    return !position_is_before(at, wanted);
}

/* Scrolls a byte of a line to the middle, unless it is visible already. */
static void scroll_to(struct scrollback *s, uint64_t seq, size_t byte)
{
    struct position at = line_rows_find(&s->lines, seq, byte);
    if (line_rows_at(&s->lines, at).folded > 0 && unfold(s, seq))
        at = line_rows_find(&s->lines, seq, byte);
    if (is_visible(s, at)) return;
    for (int rows = (s->rows - pinned_height(s)) / 2; rows > 0 && line_rows_up(&s->lines, &at);
         rows--)
        continue;
    read_from(s, at);
}

/* Returns the last visible line, or the first. */
static uint64_t visible_edge(const struct scrollback *s, int step)
{
    return step < 0 ? last_visible(s) : current_top(s).seq;
}

static uint64_t first_candidate(const struct scrollback *s, int step, bool next)
{
    if (scrollback_found(s) == NULL) return visible_edge(s, step);
    return next ? s->match + (uint64_t)step : s->match;
}

bool scrollback_seek(struct scrollback *s, int step, bool next, scrollback_match match,
                     const void *context)
{
    if (is_empty(s)) return false;
    uint64_t seq = first_candidate(s, step, next);
    for (; seq - s->lines.buffer.oldest < s->lines.buffer.next - s->lines.buffer.oldest;
         seq += (uint64_t)step) {
        long byte = match(&message_buffer_at(&s->lines.buffer, seq)->line, context);
        if (byte == SCROLLBACK_NO_MATCH) continue;
        scroll_to(s, seq, (size_t)byte);
        s->has_match = true;
        s->match = seq;
        return true;
    }
    return false;
}

const struct line *scrollback_found(const struct scrollback *s)
{
    bool is_there =
        s->has_match && s->match >= s->lines.buffer.oldest && s->match < s->lines.buffer.next;
    return is_there ? &message_buffer_at(&s->lines.buffer, s->match)->line : NULL;
}

size_t scrollback_count(const struct scrollback *s, scrollback_match match, const void *context,
                        size_t *ret_index)
{
    const struct line *found = scrollback_found(s);
    size_t count = 0;
    *ret_index = 0;
    for (uint64_t seq = s->lines.buffer.next; seq > s->lines.buffer.oldest; seq--) {
        const struct line *line = &message_buffer_at(&s->lines.buffer, seq - 1)->line;
        if (match(line, context) == SCROLLBACK_NO_MATCH) continue;
        count++;
        if (line == found) *ret_index = count;
    }
    return count;
}

void scrollback_keep_place(struct scrollback *s)
{
    s->kept.scrolled_up = s->scrolled_up;
    s->kept.top = s->top;
    s->kept.top_byte = s->top_byte;
}

void scrollback_go_back(struct scrollback *s)
{
    size_t unread = s->unread;
    bool is_there = s->kept.top >= s->lines.buffer.oldest && s->kept.top < s->lines.buffer.next;
    scrollback_bottom(s);
    if (!s->kept.scrolled_up || is_empty(s)) return;
    s->scrolled_up = true;
    s->unread = unread;
    s->top = is_there ? s->kept.top : s->lines.buffer.oldest;
    s->top_byte = is_there ? s->kept.top_byte : 0;
    snap_to_bottom(s);
}

bool scrollback_first_unread(struct scrollback *s)
{
    if (s->unread == 0) return false;
    read_from(s,
              (struct position){s->first_unread > s->lines.buffer.oldest ? s->first_unread
                                                                         : s->lines.buffer.oldest,
                                0});
    return true;
}

size_t scrollback_unread(const struct scrollback *s)
{
    return s->unread;
}

bool scrollback_at_bottom(const struct scrollback *s)
{
    return !s->scrolled_up;
}

const struct line *scrollback_newest(const struct scrollback *s, size_t i)
{
    const struct message_buffer *b = &s->lines.buffer;
    return i < b->next - b->oldest ? &message_buffer_at(b, b->next - 1 - i)->line : NULL;
}

int scrollback_pinned(const struct scrollback *s)
{
    return s->scrolled_up && pinned_height(s) > 0 ? SCROLLBACK_PINNED_ROWS : 0;
}

/* Puts the newest rows at the end of `rows`. There are enough of them: a pane pins rows only if
 * more lines are below it than fit. */
static void pin_newest_rows(const struct scrollback *s, struct row *rows, int want)
{
    struct position at = line_rows_last(&s->lines);
    for (int i = 1; i < SCROLLBACK_PINNED_ROWS && line_rows_up(&s->lines, &at); i++) continue;
    line_rows_fill(&s->lines, at, rows + want - SCROLLBACK_PINNED_ROWS, SCROLLBACK_PINNED_ROWS);
    rows[want - SCROLLBACK_PINNED_ROWS - 1] = (struct row){0};
}

int scrollback_rows(struct scrollback *s, struct row *rows, int max)
{
    int want = s->rows < max ? s->rows : max;
    if (want <= 0) return 0;
    int count = is_empty(s) ? 0 : line_rows_fill(&s->lines, current_top(s), rows, want);
    memmove(rows + (want - count), rows, (size_t)count * sizeof *rows);
    memset(rows, 0, (size_t)(want - count) * sizeof *rows);
    if (scrollback_pinned(s) > 0 && want == s->rows) pin_newest_rows(s, rows, want);
    return want;
}
