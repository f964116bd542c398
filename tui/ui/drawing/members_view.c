#include "tui/ui/drawing/members_view.h"

#include "common/text.h"
#include "tui/ui/drawing/draw.h"
#include "tui/ui/drawing/status_bar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void write_heading(const struct members *m, char *text, size_t size)
{
    if (m->is_complete)
        snprintf(text, size, STATUS_HERE_BRIEF, members_here(m));
    else
        snprintf(text, size, "%s", m->count > 0 ? MEMBERS_VIEW_SEEN : "");
}

static void put_nick(const struct screen *c, int row, int column, int cells, const char *nick)
{
    bool own = strcmp(nick, c->session->nick.own) == 0, clipped = draw_width(nick) > cells;
    struct style style =
        draw_hue_style(members_hue(&c->session->members, nick), own ? A_BOLD : A_NORMAL);
    int end = draw_untrusted(stdscr, row, column, cells - clipped, nick, style);
    if (clipped) draw_str(stdscr, row, end, 1, "…", style_muted);
}

static void put_nicks(const struct screen *c, const struct layout_box *box, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        put_nick(c, box->row + (int)(i - from), box->column, box->columns,
                 c->session->members.list[i].nick);
}

/* Draws as many nicknames as fit; if some do not, their number. */
static void draw_beside(const struct screen *c)
{
    const struct members *m = &c->session->members;
    const struct layout_box *box = &c->layout.members;
    struct layout_box list = {box->row + 1, box->column + 2, box->rows - 1, box->columns - 3};
    size_t rows = (size_t)list.rows, here = members_here(m);
    size_t shown = here > rows && rows <= m->count ? rows - 1 : m->count;
    char text[64];
    for (int row = box->row; row < box->row + box->rows; row++)
        draw_str(stdscr, row, box->column, 1, "│", style_muted);
    write_heading(m, text, sizeof text);
    draw_str(stdscr, box->row, list.column, list.columns, text, style_muted);
    put_nicks(c, &list, 0, shown);
    snprintf(text, sizeof text, MEMBERS_VIEW_MORE, here - shown);
    if (shown < here)
        draw_str(stdscr, list.row + (int)shown, list.column, list.columns, text, style_muted);
}

static void draw_frame(const struct layout_box *box, const char *heading)
{
    int bottom = box->row + box->rows - 1, right = box->column + box->columns - 1;
    for (int row = box->row; row <= bottom; row++) {
        draw_set_style(stdscr, style_plain);
        mvhline(row, box->column, ' ', box->columns);
        draw_str(stdscr, row, box->column, 1, "│", style_muted);
        draw_str(stdscr, row, right, 1, "│", style_muted);
    }
    draw_hline(box->row, box->column, box->columns, style_muted);
    draw_hline(bottom, box->column, box->columns, style_muted);
    draw_str(stdscr, box->row, box->column, 1, "┌", style_muted);
    draw_str(stdscr, box->row, right, 1, "┐", style_muted);
    draw_str(stdscr, bottom, box->column, 1, "└", style_muted);
    draw_str(stdscr, bottom, right, 1, "┘", style_muted);
    if (heading[0] != '\0')
        draw_label(box->row, box->column + 1, draw_width(heading) + 2, heading, style_bold);
}

static void draw_over(const struct screen *c)
{
    const struct members *m = &c->session->members;
    struct layout_box box = c->layout.members;
    int count = (int)m->count;
    char heading[64];
    if (box.rows > count + 2) box.rows = count > 0 ? count + 2 : 3;
    struct layout_box list = {box.row + 1, box.column + 2, box.rows - 2, box.columns - 4};
    write_heading(m, heading, sizeof heading);
    draw_frame(&box, heading);
    int top = members_overlay_top(&c->members_overlay, count, list.rows);
    int end = top + list.rows < count ? top + list.rows : count;
    put_nicks(c, &list, (size_t)top, (size_t)end);
    if (end < count) draw_label(box.row + box.rows - 1, box.column + 1, 6, "PgDn", style_muted);
}

void members_view_draw(const struct screen *c)
{
    if (c->layout.members.rows == 0) return;
    if (layout_has_room_beside(&c->layout))
        draw_beside(c);
    else if (c->members_overlay.open)
        draw_over(c);
}
