#include "tui/ui/help_screen.h"

#include "tui/core/commands.h"

static const struct help_entry keys[] = {
    {"KEYS", "", "", false},
    {"Enter", "", "send", false},
    {"Alt+Enter Ctrl+J", "", "a line break", false},
    {"↑ ↓", "", "what was sent before", false},
    {"Tab", "", "complete what is begun", false},
    {"Ctrl+← Ctrl+→", "", "by word", false},
    {"Home End", "", "the ends of the line", false},
    {"Ctrl+W U K", "", "cut: word, left, right", false},
    {"Ctrl+Y", "", "put back what was cut", false},
    {"Ctrl+T", "", "swap two characters", false},
    {"Ctrl+_", "", "undo", false},
    {"PgUp PgDn", "", "read further up, down", false},
    {"Shift+↑ Shift+↓", "", "by a row", false},
    {"Ctrl+Home End", "", "the oldest, the newest", false},
    {"Ctrl+R Ctrl+S", "", "search up, down", false},
    {"Alt+U", "", "the first unread", false},
    {"Alt+P Alt+N", "", "mentions of you", false},
    {"Alt+T", "", "times on, off", false},
    {"Alt+=", "", "joins on, off", false},
    {"Ctrl+L Ctrl+Z", "", "redraw, suspend", false},
    {"Esc", "", "stop a paste", false},
    {"Esc", "", "back to the newest", false},
    {"Ctrl+C", "", "say goodbye and leave", false},
    {"COMMANDS", "", "", false},
};

enum { KEYS = sizeof keys / sizeof *keys };

int help_count(void)
{
    struct help_entry command;
    int count = 0;
    while (command_entry(count, &command)) count++;
    return KEYS + count;
}

struct help_entry help_entry(int i)
{
    struct help_entry entry = {"", "", "", false};
    if (i < KEYS) return keys[i];
    command_entry(i - KEYS, &entry);
    return entry;
}

int help_columns(int columns)
{
    return columns >= 2 * HELP_COLUMN ? columns / HELP_COLUMN : 1;
}

int help_rows(int columns)
{
    return columns < HELP_COLUMN ? 2 : 1;
}

static int scroll(const struct help *h, int by, int room)
{
    int top = h->top + by, most = help_count() - room;
    if (top > most) top = most;
    return top > 0 ? top : 0;
}

bool help_input(struct help *h, const struct action *in, int rows, int columns)
{
    int page = rows / help_rows(columns), room = page * help_columns(columns);
    int by = in->kind == ACTION_PAGE_UP     ? -page
             : in->kind == ACTION_PAGE_DOWN ? page
             : in->kind == ACTION_LINE_UP   ? -1
             : in->kind == ACTION_LINE_DOWN ? 1
                                            : 0;
    h->top = scroll(h, by, room);
    if (by != 0) return true;
    *h = (struct help){0};
    return in->kind == ACTION_ESCAPE || in->kind == ACTION_HELP || in->kind == ACTION_ENTER;
}
