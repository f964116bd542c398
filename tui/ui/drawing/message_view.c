#include "tui/ui/drawing/message_view.h"

#include "common/text.h"
#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/base/text_search.h"
#include "tui/base/url.h"
#include "tui/core/notice_names.h"
#include "tui/ui/drawing/draw.h"
#include "tui/ui/drawing/raw_cells.h"
#include "tui/ui/drawing/status_bar.h"

#include <stdio.h>
#include <string.h>

enum {
    ROWS_MAX = 1000,
    INVITATION_ROWS = 3,             /* empty rows that the invitation needs */
    EMOJI_FIRST = 0x1F000,           /* the lowest code point of most emoji */
    MATCH_MAX = 8 * TEXT_SEARCH_MAX, /* bytes of a match: each code point may be encoded longer */
};

static bool is_faint(const struct line *line)
{
    return line->kind == LINE_SERVER || line->kind == LINE_PENDING ||
           line->kind == LINE_UNCONFIRMED || line->kind == LINE_REJECTED;
}

static struct style text_style(const struct line *line)
{
    if (line->kind == LINE_ANNOUNCEMENT) return style_urgent;
    return is_faint(line) ? style_muted : style_plain;
}

static struct style separator_style(const struct line *line)
{
    if (line->kind == LINE_ANNOUNCEMENT) return style_urgent;
    return line->highlighted ? style_highlight : style_muted;
}

static struct style nick_style(const struct screen *c, const struct line *line)
{
    if (is_faint(line)) return style_muted;
    attr_t attributes = line->kind == LINE_OWN ? A_BOLD : line->highlighted ? A_REVERSE : A_NORMAL;
    return draw_hue_style(members_hue(&c->session->members, line->nick), attributes);
}

static void paint_day(int row, int columns, const struct line *line)
{
    char date[CLOCK_DATE_SIZE];
    clock_date(date, line->at);
    if (columns < 40) date[strcspn(date, ",")] = '\0'; /* the weekday */
    draw_hline(row, 0, columns, style_muted);
    if (date[0] != '\0') draw_label(row, 1, columns - 2, date, style_muted);
}

static void paint_unread(int row, int columns, const struct line *line)
{
    draw_hline(row, 0, columns, style_highlight);
    draw_label(row, 1, columns - 2, line->text, style_highlight);
}

static void put_time(int row, int64_t at)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(text, at, false);
    draw_str(stdscr, row, 0, 5, text, style_muted);
}

static void put_nick(const struct screen *c, int row, const struct line_columns *side,
                     const struct line *line)
{
    int cells = side->nick_cells - side->clipped;
    int end = draw_str(stdscr, row, side->nick, cells, layout_label(line), nick_style(c, line));
    if (side->clipped) end = draw_str(stdscr, row, end, 1, "…", style_muted);
    if (side->inlined) draw_str(stdscr, row, end, 1, ":", style_muted);
}

/* An action has no bar, so that a member whose nickname is a star cannot imitate it. */
static const char *action_separator(const struct row *row, const struct line_columns *side)
{
    return row->first && side->nick_cells == 0 ? LAYOUT_ACTION : " ";
}

static const char *separator(const struct row *row, const struct line_columns *side)
{
    switch (row->line->kind) {
    case LINE_MESSAGE:
    case LINE_OWN: return row->line->action ? action_separator(row, side) : "│";
    case LINE_SERVER: return row->first ? "·" : " ";
    case LINE_ANNOUNCEMENT: return row->first ? LAYOUT_ANNOUNCEMENT : " ";
    case LINE_STATUS: return row->first ? "—" : " ";
    case LINE_PENDING: return row->first ? "…" : " ";
    case LINE_UNCONFIRMED: return row->first ? "?" : " ";
    case LINE_REJECTED: return row->first ? "!" : " ";
    case LINE_DAY:
    case LINE_UNREAD:
    case LINE_GAP: break;
    }
    return " ";
}

/* Returns the part of the text's bytes from..to that is in this row, and its first cell. */
static struct span part_in_row(const struct row *row, size_t from, size_t to, int *cell)
{
    const char *text = row->line->text;
    if (from < row->from) from = row->from;
    if (to > row->to) to = row->to;
    if (from >= to) return (struct span){text, 0};
    *cell += (int)text_width(text + row->from, from - row->from);
    return (struct span){text + from, to - from};
}

/* The match that the search has found stands out among the others. */
static struct style match_style(const struct screen *c, const struct line *line)
{
    const struct style found = {A_REVERSE, 0};
    struct style other = style_highlight;
    other.attributes = A_UNDERLINE;
    return line == scrollback_found(c->scrollback) ? found : other;
}

/* Returns where a match that reaches byte `at` begins at the earliest. */
static size_t match_start(const char *text, size_t n, size_t at)
{
    size_t from = at > MATCH_MAX ? at - MATCH_MAX : 0;
    while (from < at && (text[from] & 0xC0) == 0x80) from++;
    return text_boundary(text, n, from);
}

/* Looks at this row and little else, because others choose how long the text is. */
static void mark_text(const struct screen *c, int at, int column, const struct row *row)
{
    const char *text = row->line->text, *wanted = c->search.text;
    size_t n = strnlen(text, row->to + MATCH_MAX), start_at = match_start(text, n, row->from);
    size_t end = 0, from = text_search_find(text, n, start_at, wanted, &end);
    for (; from < row->to && from < n; from = text_search_find(text, n, end, wanted, &end)) {
        int start = column;
        struct span part = part_in_row(row, from, end, &start);
        int cells = (int)text_width(part.p, part.n);
        if (cells > 0) draw_restyle(at, start, cells, match_style(c, row->line));
    }
}

static void mark_nick(const struct screen *c, int at, const struct row *row)
{
    const struct line_columns side = layout_line(&c->layout, row->line, row->author);
    const char *nick = layout_label(row->line);
    size_t n = strlen(nick), end = 0, from = text_search_find(nick, n, 0, c->search.text, &end);
    if (from == n || side.clipped || side.nick_cells == 0) return;
    draw_restyle(at, side.nick + (int)text_width(nick, from),
                 (int)text_width(nick + from, end - from), match_style(c, row->line));
}

/* Draws a nickname in the text again, in this style. */
static void paint_name(int at, int column, const struct row *row, struct nick_span nick,
                       struct style style)
{
    struct span part = part_in_row(row, nick.from, nick.to, &column);
    draw_text(stdscr, at, column, (int)text_width(part.p, part.n), part, style);
}

static attr_t name_attributes(const struct line *line)
{
    if (line->kind == LINE_ANNOUNCEMENT) return A_BOLD;
    return line->kind == LINE_SERVER ? A_DIM : A_NORMAL;
}

/* Draws the nicknames in a notice again, in their colours. */
static void paint_names(const struct screen *c, int at, int column, const struct row *row)
{
    const char *text = row->line->text;
    struct nick_span span;
    for (size_t from = row->from; nick_mark_next(text, from, &span) && span.from < row->to;
         from = span.to) {
        char nick[NICK_MARKED_SIZE] = "";
        size_t n = span.to - span.from;
        memcpy(nick, text + span.from, n < sizeof nick ? n : sizeof nick - 1);
        int hue = members_hue(&c->session->members, nick);
        paint_name(at, column, row, span, draw_hue_style(hue, name_attributes(row->line)));
    }
}

static bool has_marked_names(const struct line *line)
{
    return line->kind == LINE_SERVER || line->kind == LINE_ANNOUNCEMENT ||
           line->kind == LINE_STATUS;
}

/* Draws how many rows of a long message are not shown. */
static void paint_fold(int at, int column, int columns, const struct row *row)
{
    char text[64];
    snprintf(text, sizeof text, MESSAGE_FOLDED, row->folded,
             row->can_unfold ? MESSAGE_FOLD_KEY : "");
    draw_str(stdscr, at, column, columns - column, text, style_muted);
}

/* Whether parts of the text may be drawn once more: in the default style, and over what covers the
 * messages. */
static bool has_raw_cells(const struct screen *c, const struct line *line)
{
    bool is_covered = c->nick_dialog.open || c->paste_dialog.open || c->members_overlay.open;
    bool is_message = line->kind == LINE_MESSAGE || line->kind == LINE_OWN;
    return is_message && !is_covered && !c->search.open;
}

static void add_emoji(int at, int column, const struct row *row)
{
    const char *text = row->line->text, *style;
    size_t n = strlen(TEXT_EMOJI_STYLE);
    for (size_t from = row->from; from < row->to; from = (size_t)(style - text) + n) {
        int32_t cp;
        style = memmem(text + from, row->to - from, TEXT_EMOJI_STYLE, n);
        if (style == NULL) return;
        size_t end = (size_t)(style - text);
        if (end == row->from) continue; /* the emoji is in the row above */
        size_t start = end - text_decode_prev(text, end, &cp);
        int cell = column + (int)text_width(text + row->from, start - row->from);
        raw_cells_add_emoji(at, cell, (struct span){text + start, end + n - start});
    }
}

/* Looks at this row and little else, because others choose how long the text is. */
static void add_hyperlinks(int at, int column, const struct row *row)
{
    const char *text = row->line->text;
    size_t n = strnlen(text, row->to + URL_SIZE), from = url_first_byte(text, row->from);
    struct span url;
    while (url_next(text, n, from, row->to, &url)) {
        size_t start = (size_t)(url.p - text);
        int cell = column;
        struct span part = part_in_row(row, start, from = start + url.n, &cell);
        if (part.n > 0) raw_cells_add_link(at, cell, part, url);
    }
}

/* The widths of emoji differ between terminals: each version of Unicode adds some. */
static bool has_emoji(struct span text)
{
    int32_t cp = 0;
    for (size_t at = 0; at < text.n && cp < EMOJI_FIRST;)
        at += text_decode(text.p, text.n, at, &cp);
    return cp >= EMOJI_FIRST;
}

static bool shows_emoji(struct span text, const char *nick, const struct line_columns *side)
{
    return has_emoji(text) ||
           (side->nick_cells > 0 && has_emoji((struct span){nick, strlen(nick)}));
}

static void paint_row(const struct screen *c, int at, const struct row *row)
{
    const struct line *line = row->line;
    int columns = layout_line_end(&c->layout);
    struct line_columns side = layout_line(&c->layout, line, row->author);
    struct span text = {line->text + row->from, row->to - row->from};
    if (side.time) put_time(at, line->at);
    if (side.nick_cells > 0) put_nick(c, at, &side, line);
    if (!c->layout.bare)
        draw_str(stdscr, at, side.separator, 1, separator(row, &side), separator_style(line));
    draw_text(stdscr, at, side.text, columns - side.text, text, text_style(line));
    if (has_marked_names(line)) paint_names(c, at, side.text, row);
    if (line->action)
        paint_name(at, side.text, row, (struct nick_span){0, strlen(line->nick)},
                   nick_style(c, line));
    if (row->folded > 0) paint_fold(at, side.text, columns, row);
    if (shows_emoji(text, layout_label(line), &side)) raw_cells_add_row(at);
    if (!has_raw_cells(c, line)) return;
    add_emoji(at, side.text, row);
    if (!line->action) add_hyperlinks(at, side.text, row);
}

static void paint_break(const struct screen *c, int at, const struct row *row)
{
    int columns = c->layout.pane.columns,
        column = layout_gutter(&c->layout, row->line, row->author);
    struct span text = {row->line->text + row->from, row->to - row->from};
    if (c->layout.bare) {
        draw_text(stdscr, at, 0, columns, text, style_muted);
        return;
    }
    draw_hline(at, 0, columns, style_muted);
    draw_str(stdscr, at, column - 1, 1, " ", style_plain);
    column = draw_text(stdscr, at, column, columns - column, text, style_muted);
    draw_str(stdscr, at, column, columns - column, " ", style_plain);
}

/* Draws the rule above the pinned rows, with the number of new lines below the reading position. */
static void paint_pin(const struct screen *c, int row)
{
    char below[64];
    status_below(c, below, sizeof below, c->layout.pane.columns < 40);
    draw_hline(row, 0, c->layout.pane.columns, style_muted);
    draw_label(row, 1, c->layout.pane.columns - 2, below, style_bold);
}

/* Whether no other member is here, as far as we know. */
static bool is_alone(const struct session *s)
{
    return s->state == SESSION_JOINED &&
           members_here(&s->members) == (size_t)members_has(&s->members, s->nick.own);
}

static void put_centred(int row, int columns, const char *text, struct style style)
{
    int width = draw_width(text), margin = width < columns ? (columns - width) / 2 : 0;
    draw_untrusted(stdscr, row, margin, columns - margin, text, style);
}

/* Tells a member who is alone how others join, in the middle of the empty rows. */
static void paint_invitation(const struct screen *c, int empty)
{
    char line[512];
    const struct layout_box *box = &c->layout.pane;
    const char *command = c->session->config.join_command;
    int row = box->row + empty / 2;
    if (command == NULL || empty < INVITATION_ROWS || !is_alone(c->session)) return;
    snprintf(line, sizeof line, MESSAGE_INVITATION " %s", command);
    if (draw_width(line) <= box->columns) {
        put_centred(row, box->columns, line, style_muted);
    } else {
        put_centred(row - 1, box->columns, MESSAGE_INVITATION, style_muted);
        put_centred(row, box->columns, command, style_muted);
    }
}

void message_view_draw(const struct screen *c)
{
    static struct row rows[ROWS_MAX];
    const struct layout_box *box = &c->layout.pane;
    int count = scrollback_rows(c->scrollback, rows, ROWS_MAX);
    int pinned = scrollback_pinned(c->scrollback);
    if (pinned > 0) paint_pin(c, box->row + count - pinned - 1);
    int empty = 0;
    while (empty < count && rows[empty].line == NULL) empty++;
    paint_invitation(c, empty);
    for (int i = 0; i < count; i++) {
        int at = box->row + i;
        if (rows[i].line == NULL) continue;
        if (rows[i].line->kind == LINE_UNREAD)
            paint_unread(at, box->columns, rows[i].line);
        else if (rows[i].line->kind == LINE_DAY)
            paint_day(at, box->columns, rows[i].line);
        else if (rows[i].line->kind == LINE_GAP)
            paint_break(c, at, &rows[i]);
        else
            paint_row(c, at, &rows[i]);
        int column = layout_gutter(&c->layout, rows[i].line, rows[i].author);
        if (c->search.open) mark_text(c, at, column, &rows[i]);
        if (c->search.open) mark_nick(c, at, &rows[i]);
    }
}
