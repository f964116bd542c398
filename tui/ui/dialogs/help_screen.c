#include "tui/ui/dialogs/help_screen.h"

#include "tui/ui/dialogs/list_scroll.h"

static int total(const struct help_layout *l)
{
    int n = 0;
    for (int g = 0; g < HELP_GROUPS; g++) n += l->sizes[g];
    return n;
}

static int count_hidden(const struct help_layout *l)
{
    int hidden = l->whole ? 0 : total(l) - l->rows * l->columns;
    return hidden > 0 ? hidden : 0;
}

static int min(int a, int b)
{
    return a < b ? a : b;
}

/* Puts each group into the first column of this height that has room for it, with `gap` rows
 * between two groups. Returns false if they do not fit. */
static bool place_groups(struct help_layout *l, int height, int gap)
{
    int used[HELP_GROUPS] = {0};
    for (int g = 0; g < HELP_GROUPS; g++) {
        int column = 0, most = min(l->columns, HELP_GROUPS);
        while (column < most && used[column] + (used[column] > 0 ? gap : 0) + l->sizes[g] > height)
            column++;
        if (column == most) return false;
        if (used[column] > 0) used[column] += gap;
        l->groups[g] = (struct help_place){column, used[column]};
        used[column] += l->sizes[g];
    }
    return true;
}

static int count_columns(const struct help_layout *l)
{
    int last = 0;
    for (int g = 0; g < HELP_GROUPS; g++)
        if (l->groups[g].column > last) last = l->groups[g].column;
    return last + 1;
}

/* Uses the lowest columns into which the groups fit, so that all have about the same height. */
struct help_layout help_make(const int sizes[HELP_GROUPS], int rows, int columns)
{
    struct help_layout l = {.tall = columns < HELP_COLUMN ? 2 : 1};
    for (int g = 0; g < HELP_GROUPS; g++) l.sizes[g] = sizes[g];
    l.rows = rows / l.tall;
    l.columns = columns >= 2 * HELP_COLUMN ? columns / HELP_COLUMN : 1;
    for (int gap = 1; gap >= 0 && !l.whole; gap--)
        for (int height = 1; height <= l.rows && !l.whole; height++)
            l.whole = place_groups(&l, height, gap);
    if (l.whole) l.columns = count_columns(&l);
    l.width = l.columns == 1 ? columns : min(columns / l.columns, HELP_COLUMN_MAX);
    return l;
}

struct help_place help_place(const struct help_layout *l, const struct help *h, int group, int i)
{
    struct help_place at = l->groups[group];
    if (l->whole) return (struct help_place){at.column, at.row + i};
    for (int g = 0; g < group; g++) i += l->sizes[g];
    i -= h->top;
    if (i < 0 || i >= l->rows * l->columns) return (struct help_place){0, -1};
    return (struct help_place){i / l->rows, i % l->rows};
}

/* A key that would only edit the input line closes the help and does nothing else. */
static bool only_closes(enum action_kind kind)
{
    return kind == ACTION_TEXT || kind == ACTION_EDIT || kind == ACTION_ENTER ||
           kind == ACTION_NEWLINE || kind == ACTION_COMPLETE || kind == ACTION_COMPLETE_PREV ||
           kind == ACTION_ESCAPE || kind == ACTION_HELP;
}

bool help_input(struct help *h, const struct action *in, const struct help_layout *l)
{
    if (list_scroll(&h->top, in->kind, l->rows, count_hidden(l))) return true;
    *h = (struct help){0};
    return only_closes(in->kind);
}

const char *help_foot(const struct help_layout *l, bool brief)
{
    if (count_hidden(l) == 0) return brief ? HELP_FOOT_BRIEF : HELP_FOOT;
    return brief ? HELP_FOOT_MORE_BRIEF : HELP_FOOT_MORE;
}
