#include "tui/ui/layout.h"

#include "common/text.h"

#include <string.h>

enum {
    TITLE_ROWS = 8,      /* with fewer rows, no title */
    INPUT_SHARE = 3,     /* the input has at most one third of the rows */
    NARROW = 50,         /* with fewer columns, no time and no nickname column */
    WIDE = 72,           /* with at least so many columns, a wide nickname column */
    TIME_CELLS = 6,      /* HH:MM and a space */
    TEXT_CELLS = 8,      /* an inlined nickname leaves at least so many cells for the text, */
    TEXT_SHARE = 4,      /* and at least a fourth of the columns, */
    NARROW_SHARE = 2,    /* or half of the columns on a narrow screen */
    RULE_CELLS = 2,      /* cells of the rule left of a gap's text */
    DIALOG_COLUMNS = 56, /* with its frame */
    DIALOG_ROWS = 8,
    DIALOG_ROWS_MIN = 6,
    KEY_CELLS = 50,       /* of a fingerprint */
    KEY_OPTIONS = 2,      /* choices, a row each */
    KEY_MESSAGE_ROWS = 3, /* of the text above the key, if there is room */
    PASTE_ROWS_MIN = 6,   /* the options and the frame */
    PREVIEW_ROWS = 3,
    BESIDE_SHARE = 5,    /* the list of members has a fifth of the columns, */
    BESIDE_COLUMNS = 32, /* but not more than this; over the messages, */
    OVER_COLUMNS = 30,   /* not more than this */
};

static int min(int a, int b)
{
    return a < b ? a : b;
}

/* Centres the dialog above the status bar. */
static void place_nick_dialog(struct layout *l)
{
    bool padded = l->rows >= DIALOG_ROWS + 2;
    int rows = padded ? DIALOG_ROWS : DIALOG_ROWS_MIN, columns = min(DIALOG_COLUMNS, l->columns);
    int top = l->rows - 2 > rows ? (l->rows - 2 - rows) / 2 : 0, left = (l->columns - columns) / 2;
    int margin = columns < 30 ? 1 : 3, field = 1 + padded, note = field + 1 + padded;
    l->nick_dialog = (struct layout_box){top, left, rows, columns};
    l->nick_field = (struct layout_box){field, margin, 1, columns - 2 * margin};
    l->nick_message =
        (struct layout_box){note, margin, rows - 1 - padded - note, columns - 2 * margin};
}

/* Centres the dialog. On a small screen, the text above the key shrinks first; then one row has to
 * do for both choices, because the whole key must be visible. */
static void place_key_dialog(struct layout *l)
{
    int columns = min(DIALOG_COLUMNS, l->columns), margin = columns < 30 ? 1 : 3;
    int cells = columns - 2 * margin, key = (KEY_CELLS + cells - 1) / cells;
    int choices = l->rows >= 2 + key + KEY_OPTIONS ? KEY_OPTIONS : 1;
    int dense = 2 + KEY_MESSAGE_ROWS + key + choices;
    int pad = l->rows - 2 >= dense + 3, rows = min(dense + 3 * pad, l->rows);
    int top = l->rows - 2 > rows ? (l->rows - 2 - rows) / 2 : 0;
    int options = rows - 1 - choices, room = options - 1 - 3 * pad;
    int message = room > key ? min(KEY_MESSAGE_ROWS, room - key) : 0;
    l->key_dialog = (struct layout_box){top, (l->columns - columns) / 2, rows, columns};
    l->key_message = (struct layout_box){1 + pad, margin, message, cells};
    l->key_text =
        (struct layout_box){1 + 2 * pad + message, margin, min(key, room - message), cells};
    l->key_options = (struct layout_box){options, margin, choices, cells};
}

/* Centres the dialog. On a small screen, the preview shrinks first. */
static void place_paste_dialog(struct layout *l)
{
    int most = PASTE_ROWS_MIN + PREVIEW_ROWS + 1,
        room = l->rows > PASTE_ROWS_MIN + 3 ? l->rows - 2 : 0;
    int rows = min(most, room), columns = min(DIALOG_COLUMNS, l->columns);
    if (rows < PASTE_ROWS_MIN + 2) rows = PASTE_ROWS_MIN;
    int preview = rows - PASTE_ROWS_MIN, margin = columns < 30 ? 1 : 3;
    int top = l->rows - 2 > rows ? (l->rows - 2 - rows) / 2 : 0;
    l->paste_dialog = (struct layout_box){top, (l->columns - columns) / 2, rows, columns};
    l->preview =
        (struct layout_box){1, margin, preview > 0 ? preview - 1 : 0, columns - 2 * margin};
    l->options = (struct layout_box){1 + preview, margin, PASTE_ROWS_MIN - 2, columns - 2 * margin};
}

bool layout_has_room_beside(const struct layout *l)
{
    return l->columns >= LAYOUT_BESIDE_MIN;
}

/* Places the list of members at the right: beside the pane, which shrinks, or over it. */
static void place_members(struct layout *l)
{
    struct layout_box *pane = &l->pane;
    bool beside = layout_has_room_beside(l);
    int columns = beside ? min(pane->columns / BESIDE_SHARE, BESIDE_COLUMNS)
                         : min(pane->columns - 2, OVER_COLUMNS);
    if (beside && !l->show_members) return;
    l->members =
        (struct layout_box){pane->row, pane->column + pane->columns - columns, pane->rows, columns};
    if (beside) pane->columns -= columns;
}

int layout_prompt(size_t lines)
{
    int cells = 2;
    if (lines < 2) return cells;
    for (; lines > 0; lines /= 10) cells++;
    return cells;
}

void layout_make(struct layout *l, int rows, int columns)
{
    int title = rows >= TITLE_ROWS;
    int lines = l->input_rows < 1 ? 1 : min(l->input_rows, rows / INPUT_SHARE);
    *l = (struct layout){.rows = rows,
                         .columns = columns,
                         .input_rows = l->input_rows,
                         .hide_timestamps = l->hide_timestamps,
                         .show_members = l->show_members};
    l->too_small = rows < LAYOUT_ROWS_MIN || columns < LAYOUT_COLUMNS_MIN;
    if (l->too_small) return;
    l->title = (struct layout_box){0, 0, title, columns};
    l->pane = (struct layout_box){title, 0, rows - title - 1 - lines, columns};
    l->status = (struct layout_box){rows - 1 - lines, 0, 1, columns};
    l->input = (struct layout_box){rows - lines, 0, lines, columns};
    place_members(l);
    place_key_dialog(l);
    place_nick_dialog(l);
    place_paste_dialog(l);
}

static bool is_message(const struct line *line)
{
    switch (line->kind) {
    case LINE_MESSAGE:
    case LINE_OWN:
    case LINE_PENDING:
    case LINE_UNCONFIRMED:
    case LINE_REJECTED: return true;
    case LINE_SERVER:
    case LINE_ANNOUNCEMENT:
    case LINE_STATUS:
    case LINE_DAY:
    case LINE_UNREAD:
    case LINE_GAP: break;
    }
    return false;
}

static int nick_column(int columns)
{
    if (columns < NARROW) return 0;
    return columns < WIDE ? 8 : 12;
}

static int text_cells(int columns)
{
    int share = columns / (columns < NARROW ? NARROW_SHARE : TEXT_SHARE);
    return share > TEXT_CELLS ? share : TEXT_CELLS;
}

const char *layout_label(const struct line *line)
{
    return line->action ? LAYOUT_ACTION : line->nick;
}

/* Indents the further rows of a message on a narrow screen, so that no text can look like another
 * message. */
struct line_columns layout_line(const struct layout *l, const struct line *line, bool first)
{
    int columns = l->pane.columns, time = columns < NARROW || l->hide_timestamps ? 0 : TIME_CELLS;
    int column = nick_column(columns);
    int separator = column > 0 ? time + column + 1 : 0, body = separator + 2;
    struct line_columns side = {
        .time = time > 0 && first && line->at != 0, .separator = separator, .text = body};
    if (line->kind == LINE_GAP) side.text = RULE_CELLS;
    if (!is_message(line)) return side;
    if (!first) side.text += columns < NARROW ? 2 : 0;
    const char *label = layout_label(line);
    if (!first || label[0] == '\0' || (line->action && column == 0)) return side;
    size_t width = text_width(label, strlen(label));
    side.inlined = width > (size_t)column;
    side.nick_cells = width < (size_t)columns ? (int)width : columns;
    side.nick = time + column - side.nick_cells;
    if (!side.inlined) return side;
    side.nick = body;
    int room = columns - body - text_cells(columns) - 2;
    side.clipped = side.nick_cells > room;
    side.nick_cells = min(side.nick_cells, room);
    side.text = body + side.nick_cells + 2;
    return side;
}

int layout_gutter(const void *layout, const struct line *line, bool first)
{
    return layout_line(layout, line, first).text;
}
