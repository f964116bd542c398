#include "tui/view.h"

#include "common/text.h"
#include "tui/colour.h"
#include "tui/match.h"
#include "tui/status.h"
#include "tui/wrap.h"

#include <curses.h>
#include <panel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <wchar.h>

enum { ROWS_MAX = 1000 };

/* Colour pairs; the nicknames' follow. */
enum { PAIR_NONE, PAIR_DIM, PAIR_URGENT, PAIR_ACCENT, PAIR_NICK };

struct style {
    attr_t attributes;
    short pair;
};

static const struct style plain = {A_NORMAL, PAIR_NONE}, bold = {A_BOLD, PAIR_NONE};
static struct style dim = {A_DIM, PAIR_NONE}, urgent = {A_BOLD, PAIR_NONE};
static struct style accent = {A_BOLD, PAIR_NONE};
static bool coloured;
static int nick_colours;
static PANEL *dialog;

/* Without a colour of its own, what is dim stays dim by attribute. */
static void set_colours(const struct theme *t)
{
    const struct style grey = {A_NORMAL, PAIR_DIM}, faint = {A_DIM, PAIR_NONE};
    init_extended_pair(PAIR_URGENT, t->urgent, -1);
    init_extended_pair(PAIR_ACCENT, t->accent, -1);
    if (t->dim >= 0) init_extended_pair(PAIR_DIM, t->dim, -1);
    for (int i = 0; i < t->count; i++) init_extended_pair(PAIR_NICK + i, t->nicks[i], -1);
    dim = t->dim >= 0 ? grey : faint;
    urgent.pair = PAIR_URGENT;
    accent.pair = PAIR_ACCENT;
    nick_colours = t->count;
}

void view_ground(enum theme_ground ground)
{
    struct theme t = theme_of(coloured ? COLORS : 0, ground);
    if (t.count > 0) set_colours(&t);
}

bool view_open(bool colour)
{
    WINDOW *w = newwin(1, 1, 0, 0);
    if (w == NULL) return false;
    dialog = new_panel(w);
    coloured = colour && has_colors() && start_color() != ERR && use_default_colors() != ERR;
    view_ground(THEME_UNKNOWN);
    return dialog != NULL;
}

static bool is_faint(const struct line *line)
{
    return line->kind == LINE_NOTICE || line->kind == LINE_PENDING || line->kind == LINE_DOUBTFUL;
}

static struct style nick_style(const struct line *line)
{
    if (is_faint(line)) return dim;
    attr_t attributes = line->kind == LINE_OWN ? A_BOLD : line->stressed ? A_REVERSE : A_NORMAL;
    if (nick_colours == 0) return (struct style){A_BOLD | attributes, PAIR_NONE};
    return (struct style){attributes, (short)(PAIR_NICK + colour_of(line->nick, nick_colours))};
}

static void use(WINDOW *w, struct style style)
{
    wattr_set(w, style.attributes, style.pair, NULL);
}

/* Where the C library and we do not agree on a character's width, the frame would break. */
static void put_character(WINDOW *w, const char *s, size_t n, int width)
{
    wchar_t c;
    mbstate_t state = {0};
    if (mbrtowc(&c, s, n, &state) == n && wcwidth(c) == width) {
        waddnwstr(w, &c, 1);
        return;
    }
    for (int i = 0; i < width; i++) waddnwstr(w, i == 0 ? L"\xFFFD" : L" ", 1);
}

static size_t character_size(const char *s, size_t n)
{
    size_t size = 1;
    while (size < n && ((unsigned char)s[size] & 0xc0) == 0x80) size++;
    return size;
}

/* Puts sanitised text, as much of it as fits into these cells. Returns the column after it. */
static int put(WINDOW *w, int row, int column, int cells, struct span text, struct style style)
{
    int end = column + cells;
    use(w, style);
    wmove(w, row, column);
    while (text.n > 0) {
        size_t size = character_size(text.p, text.n);
        int width = (int)text_width(text.p, size);
        if (column + width > end) break;
        put_character(w, text.p, size, width);
        column += width;
        text.p += size;
        text.n -= size;
    }
    return column;
}

static int put_words(WINDOW *w, int row, int column, int cells, const char *s, struct style style)
{
    return put(w, row, column, cells, (struct span){s, strlen(s)}, style);
}

/* Puts text that is anybody's. */
static int put_raw(WINDOW *w, int row, int column, int cells, const char *s, struct style style)
{
    char *clean = text_clean(s, strlen(s), TEXT_ONE_LINE, NULL);
    if (clean == NULL) return column;
    column = put_words(w, row, column, cells, clean, style);
    free(clean);
    return column;
}

static int raw_width(const char *s)
{
    size_t n;
    char *clean = text_clean(s, strlen(s), TEXT_ONE_LINE, &n);
    int width = clean == NULL ? 0 : (int)text_width(clean, n);
    free(clean);
    return width;
}

static void rule(int row, int column, int cells)
{
    use(stdscr, dim);
    mvwhline_set(stdscr, row, column, WACS_HLINE, cells);
}

/* Lets words into a rule, with a space around them. */
static void let_in(int row, int column, int cells, const char *s, struct style style)
{
    bool clipped = raw_width(s) > cells - 2;
    put_words(stdscr, row, column, 1, " ", plain);
    int end = put_raw(stdscr, row, column + 1, cells - 2 - clipped, s, style);
    put_words(stdscr, row, end, 2, clipped ? "… " : " ", plain);
}

/* Where there is not room for both, the right side stays and the left gives way. */
static void put_bar(const struct layout_box *box, const char *left, struct style left_style,
                    const char *right, struct style right_style)
{
    int end = box->columns - 1, width = raw_width(right) + 2;
    if (box->rows == 0) return;
    if (width > end - 1) width = end - 1;
    rule(box->row, 0, box->columns);
    if (width > 2) let_in(box->row, end -= width, width, right, right_style);
    if (end > 5) let_in(box->row, 1, end - 2, left, left_style);
}

static void paint_title(const struct app *a)
{
    char left[300];
    snprintf(left, sizeof left, "klatch · %s", a->setup.where);
    put_bar(&a->layout.title, left, plain, a->nick, bold);
}

static void paint_status(const struct app *a)
{
    struct status s = status_make(a, a->layout.columns);
    put_bar(&a->layout.status, s.left, plain, s.right, s.urgent ? urgent : bold);
}

static void paint_day(int row, int columns, const struct line *line)
{
    char day[80];
    struct tm date;
    gmtime_r(&line->at, &date);
    rule(row, 0, columns);
    if (strftime(day, sizeof day, columns < 40 ? "%A" : "%A, %d %B %Y", &date) > 0)
        let_in(row, 1, columns - 2, day, dim);
}

static void paint_unread(int row, int columns, const struct line *line)
{
    use(stdscr, accent);
    mvwhline_set(stdscr, row, 0, WACS_HLINE, columns);
    let_in(row, 1, columns - 2, line->text, accent);
}

static void put_time(int row, time_t at)
{
    char text[8];
    struct tm time;
    gmtime_r(&at, &time);
    snprintf(text, sizeof text, "%02d:%02d", time.tm_hour % 24, time.tm_min % 60);
    put_words(stdscr, row, 0, 5, text, dim);
}

static void put_nick(int row, const struct layout_side *side, const struct line *line)
{
    int cells = side->nick_cells - side->clipped;
    int end = put_words(stdscr, row, side->nick, cells, line->nick, nick_style(line));
    if (side->clipped) end = put_words(stdscr, row, end, 1, "…", dim);
    if (side->inlined) put_words(stdscr, row, end, 1, ":", dim);
}

static const char *separator(const struct row *row)
{
    switch (row->line->kind) {
    case LINE_MESSAGE:
    case LINE_OWN: return "│";
    case LINE_NOTICE: return row->first ? "·" : " ";
    case LINE_STATUS: return row->first ? "—" : " ";
    case LINE_PENDING: return row->first ? "…" : " ";
    case LINE_DOUBTFUL: return row->first ? "?" : " ";
    case LINE_DAY:
    case LINE_UNREAD:
    case LINE_BREAK: break;
    }
    return " ";
}

/* What of the text's bytes from..to is in this row, at this place, stands out. */
static void mark(int at, int column, const struct row *row, size_t from, size_t to)
{
    const char *text = row->line->text;
    if (from < row->from) from = row->from;
    if (to > row->to) to = row->to;
    if (from >= to) return;
    column += (int)text_width(text + row->from, from - row->from);
    mvchgat(at, column, (int)text_width(text + from, to - from), A_REVERSE, PAIR_NONE, NULL);
}

static void mark_matches(int at, int column, const struct row *row, const char *word)
{
    const char *text = row->line->text;
    size_t n = strlen(text), end = 0, from = match_find(text, n, 0, word, &end);
    for (; from < row->to && from < n; from = match_find(text, n, end, word, &end))
        mark(at, column, row, from, end);
}

static void paint_row(const struct app *a, int at, const struct row *row)
{
    const struct line *line = row->line;
    int columns = a->layout.columns;
    struct layout_side side = layout_side(&a->layout, line, row->first);
    struct span text = {line->text + row->from, row->to - row->from};
    if (side.time) put_time(at, line->at);
    if (side.nick_cells > 0) put_nick(at, &side, line);
    put_words(stdscr, at, side.separator, 1, separator(row), line->stressed ? accent : dim);
    put(stdscr, at, side.text, columns - side.text, text, is_faint(line) ? dim : plain);
}

static void paint_break(const struct app *a, int at, const struct row *row)
{
    int columns = a->layout.columns, column = layout_gutter(&a->layout, row->line, row->first);
    struct span text = {row->line->text + row->from, row->to - row->from};
    rule(at, 0, columns);
    put_words(stdscr, at, column - 1, 1, " ", plain);
    column = put(stdscr, at, column, columns - column, text, dim);
    put_words(stdscr, at, column, columns - column, " ", plain);
}

/* Above the pinned rows: how much is below the reading place. */
static void paint_pin(const struct app *a, int row)
{
    char below[64];
    status_below(a, below, sizeof below, a->layout.columns < 40);
    rule(row, 0, a->layout.columns);
    let_in(row, 1, a->layout.columns - 2, below, bold);
}

static void paint_pane(const struct app *a)
{
    static struct row rows[ROWS_MAX];
    const struct layout_box *box = &a->layout.pane;
    int count = scrollback_rows(a->lines, rows, ROWS_MAX);
    int pinned = scrollback_pinned(a->lines);
    if (pinned > 0) paint_pin(a, box->row + count - pinned - 1);
    for (int i = 0; i < count; i++) {
        int at = box->row + i;
        if (rows[i].line == NULL) continue;
        if (rows[i].line->kind == LINE_UNREAD)
            paint_unread(at, box->columns, rows[i].line);
        else if (rows[i].line->kind == LINE_DAY)
            paint_day(at, box->columns, rows[i].line);
        else if (rows[i].line->kind == LINE_BREAK)
            paint_break(a, at, &rows[i]);
        else
            paint_row(a, at, &rows[i]);
        int column = layout_gutter(&a->layout, rows[i].line, rows[i].first);
        if (a->search.open) mark_matches(at, column, &rows[i], a->search.text);
    }
}

/* A line being written, with marks where it goes on beyond an edge. Frees the view. */
static void put_field(WINDOW *w, int row, int column, int cells, struct editor_view *view,
                      struct style style)
{
    if (view->text != NULL) put_words(w, row, column, cells, view->text, style);
    if (view->more_left) put_words(w, row, column, 1, "‹", dim);
    if (view->more_right) put_words(w, row, column + cells - 1, 1, "›", dim);
    free(view->text);
}

static void paint_entry(int row, int column, int cells, struct help_entry entry)
{
    bool heading = entry.says[0] == '\0';
    int end = column + cells;
    if (entry.command) column = put_words(stdscr, row, column, end - column, "/", bold);
    int at = put_words(stdscr, row, column, end - column, entry.name, heading ? dim : bold);
    put_words(stdscr, row, at, end - at, entry.argument, dim);
    bool below = cells < HELP_COLUMN - 1;
    at = end - cells + (below ? 1 : HELP_KEYS);
    put_words(stdscr, row + below, at, end - at, entry.says, plain);
}

static void paint_help(const struct app *a)
{
    const struct layout_box *box = &a->layout.pane;
    int columns = help_columns(box->columns), count = help_count() - a->help.top;
    int tall = help_rows(box->columns), rows = box->rows / tall;
    for (int i = 0; i < count && i < rows * columns; i++) {
        int column = i / rows * HELP_COLUMN;
        int cells = columns == 1 ? box->columns - 1 : HELP_COLUMN - 1;
        paint_entry(box->row + i % rows * tall, column + 1, cells, help_entry(a->help.top + i));
    }
}

static void paint_search(const struct app *a)
{
    const struct layout_box *box = &a->layout.input;
    const char *label = a->search.step < 0 ? "search: " : "search on: ";
    if (a->search.failed) label = "not found: ";
    int column = put_words(stdscr, box->row, 0, box->columns, label, bold);
    column = put_raw(stdscr, box->row, column, box->columns - column, a->search.text, plain);
    wmove(stdscr, box->row, column < box->columns ? column : box->columns - 1);
}

/* The lines are scrolled to have the cursor in sight. */
static void paint_input(const struct app *a)
{
    const struct layout_box *box = &a->layout.input;
    struct editor_view view = {0};
    size_t current, rows = (size_t)box->rows, count = editor_lines(a->line, &current);
    size_t top = current >= rows ? current - rows + 1 : 0;
    int cells = box->columns - LAYOUT_PROMPT, cursor = 0;
    put_words(stdscr, box->row, 0, 1, top > 0 ? "^" : ">", a->stage == APP_HERE ? bold : dim);
    for (size_t i = 0; i < rows && top + i < count; i++) {
        editor_show_line(a->line, top + i, cells, &view);
        put_field(stdscr, box->row + (int)i, LAYOUT_PROMPT, cells, &view, plain);
        if (top + i == current) cursor = LAYOUT_PROMPT + view.cursor;
    }
    wmove(stdscr, box->row + (int)(current - top), cursor);
}

static void put_note(WINDOW *w, const struct layout_box *box, const char *note)
{
    size_t n, next, at = 0;
    char *clean = text_clean(note, strlen(note), TEXT_ONE_LINE, &n);
    for (int row = 0; clean != NULL && row < box->rows && at < n; row++, at = next) {
        size_t end = wrap_row(clean, n, at, box->columns, &next);
        put(w, box->row + row, box->column, box->columns, (struct span){clean + at, end - at},
            plain);
    }
    free(clean);
}

/* The panel's window follows the layout. */
static WINDOW *place_dialog(const struct layout_box *box)
{
    WINDOW *w = panel_window(dialog);
    if (getmaxy(w) != box->rows || getmaxx(w) != box->columns) wresize(w, box->rows, box->columns);
    if (getbegy(w) != box->row || getbegx(w) != box->column)
        move_panel(dialog, box->row, box->column);
    show_panel(dialog);
    werase(w);
    return w;
}

static void paint_dialog(const struct app *a)
{
    static const char title[] = " Choose a nickname ", keys[] = " Enter asks · Ctrl+C leaves ";
    const struct layout_box *box = &a->layout.dialog, *field = &a->layout.field;
    WINDOW *w = place_dialog(box);
    struct editor_view view;
    int width = (int)text_width(keys, sizeof keys - 1);
    use(w, dim);
    box_set(w, NULL, NULL);
    put_words(w, 0, 1 + (box->columns > 24), box->columns - 2, title, bold);
    if (width + 4 <= box->columns)
        put_words(w, box->rows - 1, box->columns - 2 - width, width, keys, dim);
    put_note(w, &a->layout.note, a->dialog.note);
    use(w, (struct style){A_UNDERLINE, PAIR_NONE});
    mvwhline(w, field->row, field->column, ' ' | A_UNDERLINE, field->columns);
    editor_show(a->dialog.field, field->columns, &view);
    put_field(w, field->row, field->column, field->columns, &view,
              (struct style){a->dialog.fresh ? A_REVERSE : A_UNDERLINE, PAIR_NONE});
    wmove(w, field->row, field->column + view.cursor);
}

static void put_clipped(WINDOW *w, int row, int column, int cells, const char *s,
                        struct style style)
{
    bool clipped = text_width(s, strlen(s)) > (size_t)cells;
    int end = put_words(w, row, column, cells - clipped, s, style);
    if (clipped) put_words(w, row, end, 1, "…", style);
}

static void put_quote(WINDOW *w, const struct layout_box *box, const struct paste *p)
{
    struct span text = {p->text, p->n}, line;
    for (int row = 0; row < box->rows && paste_line(&text, &line); row++) {
        size_t n;
        char *clean = text_clean(line.p, line.n, TEXT_ONE_LINE, &n);
        if (clean == NULL) return;
        put_clipped(w, box->row + row, box->column, box->columns, clean, dim);
        free(clean);
    }
}

static void put_answers(WINDOW *w, const struct layout_box *box, const struct paste *p)
{
    char words[64];
    int airy = box->column > 1;
    for (int i = 0; i < box->rows; i++) {
        bool chosen = i == (int)p->chosen;
        struct style style = {chosen ? A_REVERSE : A_NORMAL, PAIR_NONE};
        paste_words(p, (enum paste_choice)i, words, sizeof words);
        use(w, style);
        if (chosen)
            mvwhline(w, box->row + i, box->column - airy, ' ' | A_REVERSE, box->columns + 2 * airy);
        style = p->barred[i] ? dim : style;
        put_clipped(w, box->row + i, box->column, box->columns, words, style);
    }
    wmove(w, box->row + (int)p->chosen, box->column);
}

static void paint_card(const struct app *a)
{
    static const char keys[] = " Up, Down · Enter · Esc ";
    const struct layout_box *box = &a->layout.card;
    WINDOW *w = place_dialog(box);
    char title[64], words[66];
    int width = (int)text_width(keys, sizeof keys - 1);
    use(w, dim);
    box_set(w, NULL, NULL);
    paste_title(&a->paste, title, sizeof title);
    snprintf(words, sizeof words, " %s ", title);
    put_clipped(w, 0, 1 + (box->columns > 24), box->columns - 2, words, bold);
    if (width + 4 <= box->columns)
        put_words(w, box->rows - 1, box->columns - 2 - width, width, keys, dim);
    put_quote(w, &a->layout.quote, &a->paste);
    put_answers(w, &a->layout.answers, &a->paste);
}

static void paint_too_small(const struct layout *l)
{
    static const char words[] = "too small";
    int width = sizeof words - 1 < (size_t)l->columns ? (int)sizeof words - 1 : l->columns;
    put_words(stdscr, l->rows / 2, (l->columns - width) / 2, width, words, plain);
}

static void paint_room(const struct app *a)
{
    paint_title(a);
    if (a->help.open)
        paint_help(a);
    else
        paint_pane(a);
    paint_status(a);
    if (a->search.open)
        paint_search(a);
    else
        paint_input(a);
    if (a->dialog.open)
        paint_dialog(a);
    else if (a->paste.open)
        paint_card(a);
}

void view_paint(const struct app *a)
{
    werase(stdscr);
    if (a->layout.too_small || !(a->dialog.open || a->paste.open)) hide_panel(dialog);
    if (a->layout.too_small)
        paint_too_small(&a->layout);
    else
        paint_room(a);
    update_panels();
    doupdate();
}
