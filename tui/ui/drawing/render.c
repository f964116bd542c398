#include "tui/ui/drawing/render.h"

#include "common/text.h"
#include "tui/base/messages.h"
#include "tui/editor/line_editor.h"
#include "tui/ui/composer.h"
#include "tui/ui/drawing/draw.h"
#include "tui/ui/drawing/members_view.h"
#include "tui/ui/drawing/message_view.h"
#include "tui/ui/drawing/status_bar.h"
#include "tui/ui/key_bindings.h"
#include "tui/ui/messages/line_wrap.h"

#include <panel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static PANEL *dialog;

bool render_open(bool colour)
{
    WINDOW *w = newwin(1, 1, 0, 0);
    if (w == NULL) return false;
    dialog = new_panel(w);
    draw_open(colour);
    return dialog != NULL;
}

int render_set_background(enum theme_background background)
{
    draw_set_background(background);
    return draw_hues();
}

/* Draws a bar with texts at both ends. If they do not fit, cuts the left one. */
static void put_bar(const struct layout_box *box, const char *left, struct style left_style,
                    const char *right, struct style right_style)
{
    int end = box->columns - 1, width = draw_width(right) + 2;
    if (box->rows == 0) return;
    if (width > end - 1) width = end - 1;
    draw_hline(box->row, 0, box->columns, style_muted);
    if (width > 2) draw_label(box->row, end -= width, width, right, right_style);
    if (end > 5) draw_label(box->row, 1, end - 2, left, left_style);
}

static void paint_title(const struct screen *c)
{
    const char *nick = c->session->nick.own;
    int room = c->layout.title.columns - LAYOUT_BAR - draw_width(nick) - 2;
    char left[STATUS_TITLE_SIZE];
    status_title(c->session, left, room);
    put_bar(&c->layout.title, left, style_plain, nick,
            draw_hue_style(members_hue(&c->session->members, nick), A_BOLD));
}

static void paint_status(const struct screen *c)
{
    struct status s = status_make(c, c->layout.columns);
    put_bar(&c->layout.status, s.left, style_plain, s.right, s.urgent ? style_urgent : style_bold);
}

/* Draws a line of text being edited, with a mark at an edge beyond which it continues. Frees the
 * view. */
static void put_field(WINDOW *w, int row, int column, int cells, struct editor_view *view,
                      struct style style)
{
    if (view->text != NULL) draw_str(w, row, column, cells, view->text, style);
    if (view->more_left) draw_str(w, row, column, 1, "‹", style_muted);
    if (view->more_right) draw_str(w, row, column + cells - 1, 1, "›", style_muted);
    free(view->text);
}

static void paint_entry(int row, int column, int cells, struct help_entry entry)
{
    bool heading = entry.help[0] == '\0', below = cells < HELP_COLUMN - 1;
    int end = column + cells;
    if (entry.command) column = draw_str(stdscr, row, column, end - column, "/", style_bold);
    int at = draw_str(stdscr, row, column, end - column, entry.name,
                      heading ? style_highlight : style_bold);
    draw_str(stdscr, row, at, end - at, entry.argument, style_muted);
    at = end - cells + (below ? 1 : HELP_KEYS);
    draw_str(stdscr, row + below, at, end - at, entry.help, style_plain);
}

static void paint_help(const struct screen *c)
{
    const struct layout_box *box = &c->layout.pane;
    const struct help_layout l = key_bindings_help_layout(box);
    for (int group = 0; group < HELP_GROUPS; group++)
        for (int i = 0; i < l.sizes[group]; i++) {
            struct help_place at = help_place(&l, &c->help, group, i);
            if (at.row < 0) continue;
            paint_entry(box->row + at.row * l.tall, at.column * l.width + 1, l.width - 1,
                        key_bindings_help((enum help_group)group, i));
        }
}

static void paint_search(const struct screen *c)
{
    const struct layout_box *box = &c->layout.input;
    const char *label = c->search.step < 0 ? SEARCH_UP : SEARCH_DOWN;
    if (c->search.text[0] != '\0' && c->search.index == 0) label = SEARCH_FAILED;
    int column = draw_str(stdscr, box->row, 0, box->columns, label, style_bold);
    column = draw_untrusted(stdscr, box->row, column, box->columns - column, c->search.text,
                            style_plain);
    wmove(stdscr, box->row, column < box->columns ? column : box->columns - 1);
}

/* Draws the number of lines, if there are several, and a mark: rows are hidden above, or the text
 * looks like a command and is none. Draws another mark if rows are hidden below. */
static void put_prompt(const struct screen *c, bool above, bool below)
{
    const struct layout_box *box = &c->layout.input;
    const char *mark = above ? "^" : composer_only_looks_like_command(c) ? "\"" : ">";
    size_t lines = editor_lines(c->composer.editor);
    struct style style = c->session->state == SESSION_JOINED ? style_bold : style_muted;
    char text[32] = "";
    if (lines > 1) snprintf(text, sizeof text, "%zu", lines);
    strcat(text, mark);
    draw_str(stdscr, box->row, 0, box->columns, text, style);
    if (below) draw_str(stdscr, box->row + box->rows - 1, 0, box->columns, "v", style);
}

/* Scrolls the rows so that the cursor is visible. */
static void paint_input(const struct screen *c)
{
    const struct layout_box *box = &c->layout.input;
    const struct editor *e = c->composer.editor;
    struct editor_view view = {0};
    size_t current, rows = (size_t)box->rows, count = editor_rows(e, &current);
    size_t top = current >= rows ? current - rows + 1 : 0;
    int column = layout_prompt(editor_lines(e)), cursor = 0;
    put_prompt(c, top > 0, top + rows < count);
    if (editor_text(e, NULL)[0] == '\0' && c->session->state == SESSION_JOINED)
        draw_str(stdscr, box->row, column, box->columns - column, MESSAGE_PLACEHOLDER, style_muted);
    for (size_t i = 0; i < rows && top + i < count; i++) {
        editor_show_row(e, top + i, &view);
        put_field(stdscr, box->row + (int)i, column, box->columns - column, &view, style_plain);
        if (top + i == current) cursor = column + view.cursor;
    }
    wmove(stdscr, box->row + (int)(current - top), cursor);
}

static void put_note(WINDOW *w, const struct layout_box *box, const char *note)
{
    size_t n, next, at = 0;
    char *clean = text_clean(note, strlen(note), TEXT_ONE_LINE, &n);
    for (int row = 0; clean != NULL && row < box->rows && at < n; row++, at = next) {
        size_t end = line_wrap_next(clean, n, at, box->columns, &next);
        draw_text(w, box->row + row, box->column, box->columns, (struct span){clean + at, end - at},
                  style_plain);
    }
    free(clean);
}

/* Moves and resizes the panel to the box. Returns its window, erased. */
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

static void paint_nick_dialog(const struct screen *c)
{
    static const char keys[] = " " NICK_DIALOG_KEYS " ";
    const struct layout_box *box = &c->layout.nick_dialog, *field = &c->layout.nick_field;
    WINDOW *w = place_dialog(box);
    struct editor_view view;
    int width = (int)text_width(keys, sizeof keys - 1);
    draw_set_style(w, style_muted);
    box_set(w, NULL, NULL);
    draw_str(w, 0, 1 + (box->columns > 24), box->columns - 2, " " NICK_DIALOG_TITLE " ",
             style_bold);
    if (width + 4 <= box->columns)
        draw_str(w, box->rows - 1, box->columns - 2 - width, width, keys, style_muted);
    put_note(w, &c->layout.nick_message, c->nick_dialog.message);
    draw_set_style(w, (struct style){A_UNDERLINE, 0});
    mvwhline(w, field->row, field->column, ' ' | A_UNDERLINE, field->columns);
    editor_show(c->nick_dialog.editor, field->columns, &view);
    put_field(w, field->row, field->column, field->columns, &view,
              (struct style){c->nick_dialog.replace_on_type ? A_REVERSE : A_UNDERLINE, 0});
    wmove(w, field->row, field->column + view.cursor);
}

static void put_clipped(WINDOW *w, int row, int column, int cells, const char *s,
                        struct style style)
{
    bool clipped = text_width(s, strlen(s)) > (size_t)cells;
    int end = draw_str(w, row, column, cells - clipped, s, style);
    if (clipped) draw_str(w, row, end, 1, "…", style);
}

/* Draws one of the choices of a dialog. */
static void put_choice(WINDOW *w, const struct layout_box *box, int row, const char *words,
                       bool chosen, struct style style)
{
    int padded = box->column > 1;
    if (chosen) style.attributes |= A_REVERSE;
    draw_set_style(w, style);
    if (chosen)
        mvwhline(w, box->row + row, box->column - padded, ' ' | A_REVERSE,
                 box->columns + 2 * padded);
    put_clipped(w, box->row + row, box->column, box->columns, words, style);
}

/* Breaks the fingerprint wherever a row ends. */
static void put_key(WINDOW *w, const struct layout_box *box, const char *key)
{
    size_t n = strlen(key), cells = (size_t)box->columns;
    for (int row = 0; row < box->rows && n > 0; row++) {
        size_t part = n < cells ? n : cells;
        draw_text(w, box->row + row, box->column, box->columns, (struct span){key, part},
                  style_bold);
        key += part;
        n -= part;
    }
}

static void put_key_choices(WINDOW *w, const struct layout_box *box, bool trusts)
{
    static const char *const words[] = {KEY_DIALOG_LEAVE_TEXT, KEY_DIALOG_TRUST_TEXT};
    int first = box->rows == 1 && trusts;
    for (int row = 0; row < box->rows; row++)
        put_choice(w, box, row, words[first + row], first + row == trusts, style_plain);
    wmove(w, box->row + trusts - first, box->column);
}

static void paint_key_dialog(const struct screen *c)
{
    static const char keys[] = " " KEY_DIALOG_KEYS " ";
    const struct layout *l = &c->layout;
    const struct layout_box *box = &l->key_dialog;
    WINDOW *w = place_dialog(box);
    char text[512];
    int width = (int)text_width(keys, sizeof keys - 1);
    draw_set_style(w, style_muted);
    box_set(w, NULL, NULL);
    draw_str(w, 0, 1 + (box->columns > 24), box->columns - 2, " " KEY_DIALOG_TITLE " ", style_bold);
    if (width + 4 <= box->columns)
        draw_str(w, box->rows - 1, box->columns - 2 - width, width, keys, style_muted);
    snprintf(text, sizeof text, MESSAGE_KEY_NEW, c->session->config.where);
    put_note(w, &l->key_message, text);
    put_key(w, &l->key_text, c->session->unknown_key);
    put_key_choices(w, &l->key_options, c->key_dialog.trusts);
}

static void put_preview(WINDOW *w, const struct layout_box *box, const struct paste_dialog *p)
{
    struct span text = {p->text, p->n}, line;
    for (int row = 0; row < box->rows && paste_dialog_next_line(&text, &line); row++) {
        size_t n;
        char *clean = text_clean(line.p, line.n, TEXT_ONE_LINE, &n);
        if (clean == NULL) return;
        put_clipped(w, box->row + row, box->column, box->columns, clean, style_muted);
        free(clean);
    }
}

static void put_options(WINDOW *w, const struct layout_box *box, const struct paste_dialog *p)
{
    char words[64];
    for (int i = 0; i < box->rows; i++) {
        paste_dialog_option(p, (enum paste_choice)i, words, sizeof words);
        put_choice(w, box, i, words, i == (int)p->chosen,
                   p->disabled[i] ? style_muted : style_plain);
    }
    wmove(w, box->row + (int)p->chosen, box->column);
}

static void paint_paste_dialog(const struct screen *c)
{
    static const char keys[] = " " PASTE_KEYS " ";
    const struct layout_box *box = &c->layout.paste_dialog;
    WINDOW *w = place_dialog(box);
    char title[64], words[66];
    int width = (int)text_width(keys, sizeof keys - 1);
    draw_set_style(w, style_muted);
    box_set(w, NULL, NULL);
    paste_dialog_title(&c->paste_dialog, title, sizeof title);
    snprintf(words, sizeof words, " %s ", title);
    put_clipped(w, 0, 1 + (box->columns > 24), box->columns - 2, words, style_bold);
    if (width + 4 <= box->columns)
        draw_str(w, box->rows - 1, box->columns - 2 - width, width, keys, style_muted);
    put_preview(w, &c->layout.preview, &c->paste_dialog);
    put_options(w, &c->layout.options, &c->paste_dialog);
}

static void paint_too_small(const struct layout *l)
{
    int needed = sizeof LAYOUT_TOO_SMALL - 1, width = needed < l->columns ? needed : l->columns;
    draw_str(stdscr, l->rows / 2, (l->columns - width) / 2, width, LAYOUT_TOO_SMALL, style_plain);
}

static void paint_messages(const struct screen *c)
{
    message_view_draw(c);
    members_view_draw(c);
}

static void paint_room(const struct screen *c)
{
    paint_title(c);
    if (c->help.open)
        paint_help(c);
    else
        paint_messages(c);
    paint_status(c);
    if (c->search.open)
        paint_search(c);
    else
        paint_input(c);
    if (c->key_dialog.open)
        paint_key_dialog(c);
    else if (c->nick_dialog.open)
        paint_nick_dialog(c);
    else if (c->paste_dialog.open)
        paint_paste_dialog(c);
}

void render_frame(const struct screen *c)
{
    werase(stdscr);
    bool open = c->key_dialog.open || c->nick_dialog.open || c->paste_dialog.open;
    if (c->layout.too_small || !open) hide_panel(dialog);
    if (c->layout.too_small)
        paint_too_small(&c->layout);
    else
        paint_room(c);
    update_panels();
    doupdate();
}
