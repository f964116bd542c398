#include "tui/editor/line_editor.h"

#include "common/text.h"
#include "tui/editor/input_history.h"
#include "tui/editor/motions.h"
#include "tui/editor/undo.h"
#include "tui/editor/viewport.h"

#include <stdlib.h>
#include <string.h>

struct editor {
    char *text; /* room for limit bytes and a NUL */
    size_t len, limit;
    size_t cursor;
    size_t scroll; /* where what is shown starts */
    char *kill;
    size_t kill_len;
    enum { OTHER, TYPED, CUT } last; /* the last action: typing and cutting in a row are one */
    struct undo undo;
    struct history history;
    size_t back; /* how far up the history; 0 is the draft */
    char *draft; /* what stood there when we went up */
};

struct editor *editor_new(size_t limit)
{
    struct editor *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    e->limit = limit;
    e->text = malloc(limit + 1);
    if (!e->text) {
        free(e);
        return NULL;
    }
    e->text[0] = '\0';
    return e;
}

void editor_free(struct editor *e)
{
    if (!e) return;
    undo_clear(&e->undo);
    history_clear(&e->history);
    free(e->draft);
    free(e->kill);
    free(e->text);
    free(e);
}

const char *editor_text(const struct editor *e, size_t *ret_n)
{
    if (ret_n) *ret_n = e->len;
    return e->text;
}

size_t editor_cursor(const struct editor *e)
{
    return e->cursor;
}

/* Every change of the text is this one: the bytes from..to give way to others. */
static void splice(struct editor *e, size_t from, size_t to, const char *s, size_t n)
{
    memmove(e->text + from + n, e->text + to, e->len - to + 1);
    memcpy(e->text + from, s, n);
    e->len += n - (to - from);
    e->cursor = text_boundary(e->text, e->len, from + n); /* the new text may join what follows */
    if (e->scroll > from) e->scroll = from;
}

static bool fits(const struct editor *e, size_t from, size_t to, size_t n)
{
    return n <= e->limit - (e->len - (to - from));
}

static bool replace(struct editor *e, size_t from, size_t to, const char *s, size_t n)
{
    if (!fits(e, from, to, n)) return false;
    if (from == to && n == 0) return true;
    undo_push(&e->undo, (struct undo_step){.at = from,
                                           .added = n,
                                           .removed = e->text + from,
                                           .removed_n = to - from,
                                           .cursor = e->cursor,
                                           .back = e->back});
    splice(e, from, to, s, n);
    return true;
}

static void move(struct editor *e, size_t to)
{
    e->cursor = to;
}

static void erase(struct editor *e, size_t to)
{
    size_t from = e->cursor < to ? e->cursor : to;
    replace(e, from, e->cursor + to - from, "", 0);
}

static void cut(struct editor *e, size_t to)
{
    if (to == e->cursor) return;
    bool before = to < e->cursor;
    size_t from = before ? to : e->cursor, n = before ? e->cursor - to : to - e->cursor;
    size_t kept = e->last == CUT ? e->kill_len : 0;
    char *kill = realloc(e->kill, kept + n + 1);
    if (!kill) return;
    if (before) memmove(kill + n, kill, kept);
    memcpy(kill + (before ? 0 : kept), e->text + from, n);
    e->kill = kill;
    e->kill_len = kept + n;
    erase(e, to);
}

static void yank(struct editor *e, size_t at)
{
    if (e->kill_len > 0) replace(e, at, at, e->kill, e->kill_len);
}

static void transpose(struct editor *e, size_t mid)
{
    size_t from = text_prev(e->text, mid), to = text_next(e->text, e->len, mid);
    if (from == mid || mid == to) return;
    char *swapped = malloc(to - from);
    if (!swapped) return;
    memcpy(swapped, e->text + mid, to - mid);
    memcpy(swapped + (to - mid), e->text + from, mid - from);
    replace(e, from, to, swapped, to - from);
    free(swapped);
}

static void undo(struct editor *e, size_t at)
{
    (void)at;
    const struct undo_step *step = undo_top(&e->undo);
    if (!step) return;
    splice(e, step->at, step->at + step->added, step->removed, step->removed_n);
    e->cursor = step->cursor;
    e->back = step->back;
    undo_pop(&e->undo);
}

static bool keep_draft(struct editor *e)
{
    char *draft = strdup(e->text);
    if (!draft) return false;
    free(e->draft);
    e->draft = draft;
    return true;
}

static void recall(struct editor *e, size_t back)
{
    if (back == e->back) return;
    const char *line = back > 0 ? history_get(&e->history, back) : e->draft;
    if (!line || !fits(e, 0, e->len, strlen(line))) return;
    if (e->back == 0 && !keep_draft(e)) return;
    replace(e, 0, e->len, line, strlen(line));
    e->back = back;
}

static void older(struct editor *e, size_t at)
{
    (void)at;
    recall(e, e->back + 1);
}

static void newer(struct editor *e, size_t at)
{
    (void)at;
    if (e->back > 0) recall(e, e->back - 1);
}

/* Up and down go through the lines there are before they go through the history. */
static bool move_by_line(struct editor *e, enum edit what)
{
    size_t to = e->cursor;
    if (what == EDIT_HISTORY_PREV) to = motion_up(e->text, e->len, e->cursor);
    if (what == EDIT_HISTORY_NEXT) to = motion_down(e->text, e->len, e->cursor);
    if (to == e->cursor) return false;
    e->cursor = to;
    e->last = OTHER;
    return true;
}

void editor_do(struct editor *e, enum edit what)
{
    static const struct {
        size_t (*where)(const char *text, size_t n, size_t at);
        void (*act)(struct editor *, size_t);
    } commands[] = {
        [EDIT_LEFT] = {motion_left, move},
        [EDIT_RIGHT] = {motion_right, move},
        [EDIT_WORD_LEFT] = {motion_word_left, move},
        [EDIT_WORD_RIGHT] = {motion_word_right, move},
        [EDIT_HOME] = {motion_home, move},
        [EDIT_END] = {motion_end, move},
        [EDIT_BACKSPACE] = {motion_left, erase},
        [EDIT_DELETE] = {motion_right, erase},
        [EDIT_KILL_TO_END] = {motion_past_end, cut},
        [EDIT_KILL_TO_START] = {motion_past_home, cut},
        [EDIT_KILL_WORD_LEFT] = {motion_word_left, cut},
        [EDIT_KILL_WORD_RIGHT] = {motion_word_right, cut},
        [EDIT_YANK] = {motion_here, yank},
        [EDIT_TRANSPOSE] = {motion_pair, transpose},
        [EDIT_UNDO] = {motion_here, undo},
        [EDIT_HISTORY_PREV] = {motion_here, older},
        [EDIT_HISTORY_NEXT] = {motion_here, newer},
    };
    if (move_by_line(e, what)) return;
    size_t where = commands[what].where(e->text, e->len, e->cursor);
    commands[what].act(e, where);
    e->last = commands[what].act == cut ? CUT : OTHER;
}

/* Typing goes on while single characters follow each other, up to the next word. */
static struct undo_step *typing(struct editor *e, const char *s, size_t n)
{
    struct undo_step *step = undo_top(&e->undo);
    if (e->last != TYPED || !step || step->at + step->added != e->cursor) return NULL;
    size_t before = text_prev(e->text, e->cursor);
    bool new_word = motion_in_word(s, n) && !motion_in_word(e->text + before, e->len - before);
    return new_word ? NULL : step;
}

bool editor_insert(struct editor *e, const char *text, size_t n)
{
    bool single = text_next(text, n, 0) == n;
    struct undo_step *step = single ? typing(e, text, n) : NULL;
    if (!fits(e, e->cursor, e->cursor, n)) return false;
    if (step) {
        splice(e, e->cursor, e->cursor, text, n);
        step->added += n;
    } else {
        replace(e, e->cursor, e->cursor, text, n);
    }
    e->last = single ? TYPED : OTHER;
    return true;
}

bool editor_set(struct editor *e, const char *text)
{
    if (!replace(e, 0, e->len, text, strlen(text))) return false;
    e->back = 0;
    e->last = OTHER;
    return true;
}

bool editor_replace(struct editor *e, size_t from, size_t to, const char *text)
{
    e->last = OTHER;
    return replace(e, from, to, text, strlen(text));
}

void editor_commit(struct editor *e)
{
    history_add(&e->history, e->text);
    undo_clear(&e->undo);
    splice(e, 0, e->len, "", 0);
    e->back = 0;
    e->last = OTHER;
}

void editor_add_history(struct editor *e, const char *text)
{
    history_add(&e->history, text);
}

void editor_show(struct editor *e, int columns, struct editor_view *ret)
{
    struct viewport field = {e->text, e->len, e->cursor, e->scroll};
    viewport_show(&field, columns, ret);
    e->scroll = field.scroll;
}

size_t editor_lines(const struct editor *e, size_t *ret_current)
{
    size_t count = 1;
    *ret_current = 0;
    for (size_t at = 0; at < e->len; at++) {
        if (e->text[at] != '\n') continue;
        if (at < e->cursor) *ret_current = count;
        count++;
    }
    return count;
}

/* Only the cursor's line is scrolled. */
void editor_show_line(struct editor *e, size_t line, int columns, struct editor_view *ret)
{
    size_t from = 0;
    while (line-- > 0) from = motion_next_line(e->text, e->len, from);
    size_t n = motion_end(e->text, e->len, from) - from;
    bool current = e->cursor >= from && e->cursor <= from + n;
    bool scrolled = current && e->scroll >= from && e->scroll <= from + n;
    struct viewport field = {e->text + from, n, current ? e->cursor - from : 0,
                             scrolled ? e->scroll - from : 0};
    viewport_show(&field, columns, ret);
    if (current) e->scroll = from + field.scroll;
}
