#include "tui/editor.h"

#include "common/text.h"
#include "tui/field.h"
#include "tui/history.h"
#include "tui/undo.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

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
    undo_drop(&e->undo);
    history_drop(&e->history);
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
    undo_push(&e->undo, (struct step){.at = from,
                                      .added = n,
                                      .removed = e->text + from,
                                      .removed_n = to - from,
                                      .cursor = e->cursor,
                                      .back = e->back});
    splice(e, from, to, s, n);
    return true;
}

/* The places a command may reach from the cursor. */

static size_t here(const struct editor *e)
{
    return e->cursor;
}

static size_t left(const struct editor *e)
{
    return text_prev(e->text, e->cursor);
}

static size_t right(const struct editor *e)
{
    return text_next(e->text, e->len, e->cursor);
}

static size_t line_start(const struct editor *e, size_t at)
{
    while (at > 0 && e->text[at - 1] != '\n') at--;
    return at;
}

/* A carriage return and the line feed behind it are one cluster. */
static size_t line_end(const struct editor *e, size_t at)
{
    size_t end = at + strcspn(e->text + at, "\n");
    return end > at && end < e->len && e->text[end - 1] == '\r' ? end - 1 : end;
}

static size_t next_line(const struct editor *e, size_t at)
{
    return text_next(e->text, e->len, line_end(e, at));
}

static size_t home(const struct editor *e)
{
    return line_start(e, e->cursor);
}

static size_t end(const struct editor *e)
{
    return line_end(e, e->cursor);
}

/* At the end of a line, what is to be cut is what ends it. */
static size_t past_home(const struct editor *e)
{
    return home(e) < e->cursor ? home(e) : left(e);
}

static size_t past_end(const struct editor *e)
{
    return end(e) > e->cursor ? end(e) : right(e);
}

/* Letters, marks and digits: utf8proc numbers them from LU to NO. */
static bool in_word(const char *s, size_t n)
{
    int32_t cp;
    if (utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &cp) <= 0) return false;
    utf8proc_category_t category = utf8proc_category(cp);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

static size_t word_left(const struct editor *e)
{
    size_t start = 0;
    bool before = false;
    for (size_t at = 0; at < e->cursor; at = text_next(e->text, e->len, at)) {
        bool inside = in_word(e->text + at, e->len - at);
        if (inside && !before) start = at;
        before = inside;
    }
    return start;
}

static size_t word_right(const struct editor *e)
{
    size_t at = e->cursor;
    while (at < e->len && !in_word(e->text + at, e->len - at)) at = text_next(e->text, e->len, at);
    while (at < e->len && in_word(e->text + at, e->len - at)) at = text_next(e->text, e->len, at);
    return at;
}

/* Between the two clusters to swap: the last two where the cursor is at the end. */
static size_t pair(const struct editor *e)
{
    return e->cursor < e->len ? e->cursor : left(e);
}

static size_t older(const struct editor *e)
{
    return e->back + 1;
}

static size_t newer(const struct editor *e)
{
    return e->back > 0 ? e->back - 1 : 0;
}

/* What a command does with the place. */

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
    const struct step *step = undo_top(&e->undo);
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
    const char *line = back > 0 ? history_line(&e->history, back) : e->draft;
    if (!line || !fits(e, 0, e->len, strlen(line))) return;
    if (e->back == 0 && !keep_draft(e)) return;
    replace(e, 0, e->len, line, strlen(line));
    e->back = back;
}

/* As many clusters into the line that starts there as the cursor is into its own. */
static size_t below(const struct editor *e, size_t start)
{
    size_t n = line_end(e, start);
    for (size_t from = home(e); from < e->cursor && start < n; start = text_next(e->text, n, start))
        from = text_next(e->text, e->cursor, from);
    return start;
}

/* Up and down go through the lines there are before they go through the history. */
static bool move_by_line(struct editor *e, enum edit what)
{
    size_t start = home(e);
    if (what == EDIT_OLDER && start > 0)
        e->cursor = below(e, line_start(e, start - 1));
    else if (what == EDIT_NEWER && end(e) < e->len)
        e->cursor = below(e, next_line(e, e->cursor));
    else
        return false;
    e->last = OTHER;
    return true;
}

void editor_do(struct editor *e, enum edit what)
{
    static const struct {
        size_t (*where)(const struct editor *);
        void (*act)(struct editor *, size_t);
    } commands[] = {
        [EDIT_LEFT] = {left, move},
        [EDIT_RIGHT] = {right, move},
        [EDIT_WORD_LEFT] = {word_left, move},
        [EDIT_WORD_RIGHT] = {word_right, move},
        [EDIT_HOME] = {home, move},
        [EDIT_END] = {end, move},
        [EDIT_BACKSPACE] = {left, erase},
        [EDIT_DELETE] = {right, erase},
        [EDIT_CUT_TO_END] = {past_end, cut},
        [EDIT_CUT_TO_START] = {past_home, cut},
        [EDIT_CUT_WORD_LEFT] = {word_left, cut},
        [EDIT_CUT_WORD_RIGHT] = {word_right, cut},
        [EDIT_YANK] = {here, yank},
        [EDIT_TRANSPOSE] = {pair, transpose},
        [EDIT_UNDO] = {here, undo},
        [EDIT_OLDER] = {older, recall},
        [EDIT_NEWER] = {newer, recall},
    };
    if (move_by_line(e, what)) return;
    size_t where = commands[what].where(e);
    commands[what].act(e, where);
    e->last = commands[what].act == cut ? CUT : OTHER;
}

/* Typing goes on while single characters follow each other, up to the next word. */
static struct step *typing(struct editor *e, const char *s, size_t n)
{
    struct step *step = undo_top(&e->undo);
    if (e->last != TYPED || !step || step->at + step->added != e->cursor) return NULL;
    size_t before = left(e);
    bool new_word = in_word(s, n) && !in_word(e->text + before, e->len - before);
    return new_word ? NULL : step;
}

bool editor_insert(struct editor *e, const char *text, size_t n)
{
    bool single = text_next(text, n, 0) == n;
    struct step *step = single ? typing(e, text, n) : NULL;
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
    undo_drop(&e->undo);
    splice(e, 0, e->len, "", 0);
    e->back = 0;
    e->last = OTHER;
}

void editor_recall(struct editor *e, const char *text)
{
    history_add(&e->history, text);
}

void editor_show(struct editor *e, int columns, struct editor_view *ret)
{
    struct field field = {e->text, e->len, e->cursor, e->scroll};
    field_show(&field, columns, ret);
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
    while (line-- > 0) from = next_line(e, from);
    size_t n = line_end(e, from) - from;
    bool current = e->cursor >= from && e->cursor <= from + n;
    bool scrolled = current && e->scroll >= from && e->scroll <= from + n;
    struct field field = {e->text + from, n, current ? e->cursor - from : 0,
                          scrolled ? e->scroll - from : 0};
    field_show(&field, columns, ret);
    if (current) e->scroll = from + field.scroll;
}
