#include "tui/editor/line_editor.h"

#include "common/text.h"
#include "tui/editor/input_history.h"
#include "tui/editor/motions.h"
#include "tui/editor/undo.h"
#include "tui/editor/visible_text.h"

#include <stdlib.h>
#include <string.h>

struct editor {
    char *text; /* limit + 1 bytes */
    size_t length, limit;
    size_t (*measure)(const char *, size_t); /* see editor_measure; NULL: none */
    size_t size;
    size_t cursor;
    bool start_typed; /* see editor_start_is_typed */
    size_t scroll;    /* the first visible byte, see viewport.h */
    size_t cells;     /* of a row */
    char *killed;     /* the kill buffer */
    size_t killed_n;
    enum { OTHER, TYPED, KILLED } last; /* the last command; repeated ones make one undo step */
    struct undo undo;
    struct history history;
    size_t line; /* the number of the history's line that is being edited */
};

struct editor *editor_new(size_t limit)
{
    struct editor *e = calloc(1, sizeof *e);
    if (!e) return NULL;
    e->limit = limit;
    e->line = HISTORY_DRAFT;
    e->cells = SIZE_MAX;
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
    free(e->killed);
    free(e->text);
    free(e);
}

void editor_measure(struct editor *e, size_t (*measure)(const char *text, size_t n))
{
    e->measure = measure;
    e->size = measure(e->text, e->length);
}

size_t editor_size(const struct editor *e)
{
    return e->size;
}

const char *editor_text(const struct editor *e, size_t *ret_n)
{
    if (ret_n) *ret_n = e->length;
    return e->text;
}

size_t editor_cursor(const struct editor *e)
{
    return e->cursor;
}

/* Replaces the bytes from..to. All changes of the text go through here. */
static void splice(struct editor *e, size_t from, size_t to, const char *s, size_t n)
{
    if (e->measure) e->size += e->measure(s, n) - e->measure(e->text + from, to - from);
    memmove(e->text + from + n, e->text + to, e->length - to + 1);
    memcpy(e->text + from, s, n);
    e->length += n - (to - from);
    e->cursor =
        text_boundary(e->text, e->length, from + n); /* the new text may join the next cluster */
    if (e->scroll > from) e->scroll = from;
    if (from == 0) e->start_typed = false;
}

bool editor_start_is_typed(const struct editor *e)
{
    return e->start_typed;
}

static bool fits(const struct editor *e, size_t from, size_t to, size_t n)
{
    return n <= e->limit - (e->length - (to - from));
}

static bool replace_undoable(struct editor *e, size_t from, size_t to, const char *s, size_t n)
{
    if (!fits(e, from, to, n)) return false;
    if (from == to && n == 0) return true;
    undo_push(&e->undo, (struct undo_step){.at = from,
                                           .added = n,
                                           .removed = e->text + from,
                                           .removed_n = to - from,
                                           .cursor = e->cursor,
                                           .line = e->line,
                                           .start_typed = e->start_typed});
    splice(e, from, to, s, n);
    return true;
}

static void move_cursor(struct editor *e, size_t to)
{
    e->cursor = to;
}

static void delete_to(struct editor *e, size_t to)
{
    size_t from = e->cursor < to ? e->cursor : to;
    replace_undoable(e, from, e->cursor + to - from, "", 0);
}

static void kill_to(struct editor *e, size_t to)
{
    if (to == e->cursor) return;
    bool before = to < e->cursor;
    size_t from = before ? to : e->cursor, n = before ? e->cursor - to : to - e->cursor;
    size_t kept = e->last == KILLED ? e->killed_n : 0;
    char *killed = realloc(e->killed, kept + n + 1);
    if (!killed) return;
    if (before) memmove(killed + n, killed, kept);
    memcpy(killed + (before ? 0 : kept), e->text + from, n);
    e->killed = killed;
    e->killed_n = kept + n;
    delete_to(e, to);
}

static void yank_at(struct editor *e, size_t at)
{
    if (e->killed_n > 0) replace_undoable(e, at, at, e->killed, e->killed_n);
}

static void transpose_at(struct editor *e, size_t mid)
{
    size_t from = text_prev(e->text, mid), to = text_next(e->text, e->length, mid);
    if (from == mid || mid == to) return;
    char *swapped = malloc(to - from);
    if (!swapped) return;
    memcpy(swapped, e->text + mid, to - mid);
    memcpy(swapped + (to - mid), e->text + from, mid - from);
    replace_undoable(e, from, to, swapped, to - from);
    free(swapped);
}

/* Keeps the text, so that it is there when its line of the history is shown again. */
static bool keep_line(struct editor *e)
{
    return history_edit(&e->history, e->line, e->text, e->start_typed);
}

static void undo_step(struct editor *e, size_t at)
{
    (void)at;
    const struct undo_step *step = undo_top(&e->undo);
    if (!step || (step->line != e->line && !keep_line(e))) return;
    splice(e, step->at, step->at + step->added, step->removed, step->removed_n);
    e->cursor = step->cursor;
    e->line = step->line;
    e->start_typed = step->start_typed;
    undo_pop(&e->undo);
}

static void show_line(struct editor *e, size_t number)
{
    struct history_line line = history_get(&e->history, number);
    if (number == e->line || !line.text || !fits(e, 0, e->length, strlen(line.text))) return;
    if (!keep_line(e)) return;
    replace_undoable(e, 0, e->length, line.text, strlen(line.text));
    e->start_typed = line.start_typed;
    e->line = number;
}

static void history_prev(struct editor *e, size_t at)
{
    (void)at;
    show_line(e, history_older(&e->history, e->line));
}

static void history_next(struct editor *e, size_t at)
{
    (void)at;
    show_line(e, history_newer(&e->history, e->line));
}

/* Moves to another row of the text. Returns false at the first or last row: then the caller uses
 * the history. */
static bool move_by_row(struct editor *e, enum edit command)
{
    size_t to = e->cursor;
    if (command == EDIT_HISTORY_PREV) to = rows_above(e->text, e->length, e->cells, e->cursor);
    if (command == EDIT_HISTORY_NEXT) to = rows_below(e->text, e->length, e->cells, e->cursor);
    if (to == e->cursor) return false;
    e->cursor = to;
    e->last = OTHER;
    return true;
}

static const struct {
    motion *motion;
    void (*action)(struct editor *, size_t to);
} commands[] = {
    [EDIT_LEFT] = {motion_left, move_cursor},
    [EDIT_RIGHT] = {motion_right, move_cursor},
    [EDIT_WORD_LEFT] = {motion_word_left, move_cursor},
    [EDIT_WORD_RIGHT] = {motion_word_right, move_cursor},
    [EDIT_HOME] = {motion_home, move_cursor},
    [EDIT_END] = {motion_end, move_cursor},
    [EDIT_BACKSPACE] = {motion_left, delete_to},
    [EDIT_DELETE] = {motion_right, delete_to},
    [EDIT_KILL_TO_END] = {motion_past_end, kill_to},
    [EDIT_KILL_TO_START] = {motion_home_or_start, kill_to},
    [EDIT_KILL_WORD_LEFT] = {motion_word_left, kill_to},
    [EDIT_KILL_WORD_RIGHT] = {motion_word_right, kill_to},
    [EDIT_YANK] = {motion_here, yank_at},
    [EDIT_TRANSPOSE] = {motion_transpose, transpose_at},
    [EDIT_UNDO] = {motion_here, undo_step},
    [EDIT_HISTORY_PREV] = {motion_here, history_prev},
    [EDIT_HISTORY_NEXT] = {motion_here, history_next},
};

void editor_do(struct editor *e, enum edit command)
{
    if (move_by_row(e, command)) return;
    size_t to = commands[command].motion(e->text, e->length, e->cursor);
    commands[command].action(e, to);
    e->last = commands[command].action == kill_to ? KILLED : OTHER;
}

bool editor_deletes(enum edit command)
{
    return commands[command].action == delete_to || commands[command].action == kill_to;
}

/* Returns the undo step that a typed character extends; NULL if it starts a new one, as at the
 * start of a word. */
static struct undo_step *find_typing_step(struct editor *e, const char *s, size_t n)
{
    struct undo_step *step = undo_top(&e->undo);
    if (e->last != TYPED || !step || step->at + step->added != e->cursor) return NULL;
    size_t before = text_prev(e->text, e->cursor);
    bool new_word = motion_in_word(s, n) && !motion_in_word(e->text + before, e->length - before);
    return new_word ? NULL : step;
}

static bool insert_typed(struct editor *e, const char *text, size_t n)
{
    bool single = text_next(text, n, 0) == n;
    struct undo_step *step = single ? find_typing_step(e, text, n) : NULL;
    if (!fits(e, e->cursor, e->cursor, n)) return false;
    if (step) {
        splice(e, e->cursor, e->cursor, text, n);
        step->added += n;
    } else {
        replace_undoable(e, e->cursor, e->cursor, text, n);
    }
    e->last = single ? TYPED : OTHER;
    return true;
}

bool editor_insert(struct editor *e, const char *text, size_t n)
{
    bool at_start = e->cursor == 0 && n > 0;
    if (!insert_typed(e, text, n)) return false;
    e->start_typed |= at_start;
    return true;
}

bool editor_paste(struct editor *e, const char *text, size_t n)
{
    e->last = OTHER;
    return replace_undoable(e, e->cursor, e->cursor, text, n);
}

bool editor_set(struct editor *e, const char *text)
{
    if (!replace_undoable(e, 0, e->length, text, strlen(text))) return false;
    e->start_typed = true;
    e->last = OTHER;
    return true;
}

bool editor_replace(struct editor *e, size_t from, size_t to, const char *text)
{
    e->last = OTHER;
    return replace_undoable(e, from, to, text, strlen(text));
}

/* Adds a draft that waited while an older line was edited, so that Up finds it. */
void editor_commit(struct editor *e)
{
    struct history_line draft = history_get(&e->history, HISTORY_DRAFT);
    if (e->line != HISTORY_DRAFT && draft.text)
        history_add(&e->history, draft.text, draft.start_typed);
    history_add(&e->history, e->text, e->start_typed);
    history_edit(&e->history, e->line, NULL, false);
    history_edit(&e->history, HISTORY_DRAFT, NULL, false);
    undo_clear(&e->undo);
    splice(e, 0, e->length, "", 0);
    e->line = HISTORY_DRAFT;
    e->last = OTHER;
}

bool editor_is_empty(const struct editor *e)
{
    struct history_line draft = history_get(&e->history, HISTORY_DRAFT);
    return e->length == 0 && (!draft.text || *draft.text == '\0');
}

void editor_add_history(struct editor *e, const char *text)
{
    history_add(&e->history, text, true);
}

void editor_show(struct editor *e, int columns, struct editor_view *ret)
{
    struct viewport viewport = {e->text, e->length, e->cursor, e->scroll};
    viewport_show(&viewport, columns, ret);
    e->scroll = viewport.scroll;
}

size_t editor_lines(const struct editor *e)
{
    size_t count = 1;
    for (size_t at = 0; at < e->length; at++) count += e->text[at] == '\n';
    return count;
}

void editor_wrap(struct editor *e, int columns)
{
    e->cells = columns > 1 ? (size_t)columns - 1 : 1;
}

size_t editor_rows(const struct editor *e, size_t *ret_current)
{
    struct text_row row = rows_find(e->text, e->length, e->cells, e->cursor);
    *ret_current = row.index;
    while (rows_next(e->text, e->length, e->cells, &row)) continue;
    return row.index + 1;
}

struct text_row editor_row(const struct editor *e, size_t index)
{
    struct text_row row = rows_first(e->text, e->length, e->cells);
    while (row.index < index && rows_next(e->text, e->length, e->cells, &row)) continue;
    return row;
}

bool editor_next_row(const struct editor *e, struct text_row *row)
{
    return rows_next(e->text, e->length, e->cells, row);
}

void editor_show_row(const struct editor *e, const struct text_row *row, struct editor_view *ret)
{
    bool current = e->cursor >= row->from && e->cursor < row->next;
    size_t cursor = current ? visible_text_cells(e->text, row->from, e->cursor) : 0;
    *ret = (struct editor_view){.text = visible_text_make("", e->text, row->from, row->to),
                                .cursor = (int)(cursor < e->cells ? cursor : e->cells)};
}
