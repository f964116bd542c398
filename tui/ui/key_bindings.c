#include "tui/ui/key_bindings.h"

#include "tui/base/messages.h"
#include "tui/core/commands.h"
#include "tui/core/session_key.h"
#include "tui/editor/line_editor.h"
#include "tui/ui/composer.h"

#include <string.h>

enum {
    LINES_MAX = 1000, /* in the input line: more rows than any screen has */
    WHEEL_ROWS = 3,
};

static void type_text(struct screen *c, const struct action *in)
{
    composer_insert(c, in->text, in->n);
}

static void insert_newline(struct screen *c, const struct action *in)
{
    (void)in;
    composer_insert(c, "\n", 1);
}

static void edit_text(struct screen *c, const struct action *in)
{
    composer_edit(c, in->edit);
}

static void enter(struct screen *c, const struct action *in)
{
    (void)in;
    composer_enter(c);
}

static void complete(struct screen *c, const struct action *in)
{
    composer_complete(c, in->kind == ACTION_COMPLETE ? 1 : -1);
}

static void scroll_page(struct screen *c, const struct action *in)
{
    scrollback_page(c->scrollback, in->kind == ACTION_PAGE_UP ? -1 : 1);
}

static void scroll_line(struct screen *c, const struct action *in)
{
    scrollback_scroll(c->scrollback, in->kind == ACTION_LINE_UP ? -1 : 1);
}

static void scroll_wheel(struct screen *c, const struct action *in)
{
    scrollback_scroll(c->scrollback, in->kind == ACTION_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
}

static void scroll_end(struct screen *c, const struct action *in)
{
    if (in->kind == ACTION_TOP)
        scrollback_top(c->scrollback);
    else
        scrollback_bottom(c->scrollback);
}

static void search(struct screen *c, const struct action *in)
{
    search_go(&c->search, c->scrollback, in->kind == ACTION_SEARCH_BACKWARD ? -1 : 1);
}

static void first_unread(struct screen *c, const struct action *in)
{
    (void)in;
    screen_first_unread(c);
}

static void next_mention(struct screen *c, const struct action *in)
{
    screen_mention(c, in->kind == ACTION_MENTION_PREV ? -1 : 1);
}

static void toggle_timestamps(struct screen *c, const struct action *in)
{
    (void)in;
    screen_toggle_timestamps(c);
}

static void toggle_joins(struct screen *c, const struct action *in)
{
    (void)in;
    screen_toggle_joins(c);
}

static void toggle_members(struct screen *c, const struct action *in)
{
    (void)in;
    screen_toggle_members(c);
}

static void escape(struct screen *c, const struct action *in)
{
    (void)in;
    if (!composer_cancel_paste(c)) scrollback_bottom(c->scrollback);
}

static void open_help(struct screen *c, const struct action *in)
{
    (void)in;
    c->help.open = true;
}

static void quit(struct screen *c, const struct action *in)
{
    (void)in;
    if (session_is_over(c->session) || !composer_clear(c)) session_quit(c->session);
}

/* A row has one action or two; a command that does the same stands behind the keys. A row with only
 * a help text is the heading of a group; the rows above the first group are not in the help. The
 * loop executes actions that need the terminal; they have no function here. */
static const struct key_binding {
    enum action_kind kinds[2]; /* ACTION_TEXT in second place: none */
    void (*run)(struct screen *, const struct action *);
    const char *keys, *help;
} bindings[] = {
    {{ACTION_TEXT}, type_text, NULL, NULL},
    {{ACTION_PASTE}, composer_paste, NULL, NULL},

    {.help = "WRITE"},
    {{ACTION_ENTER}, enter, "Enter", "send the message"},
    {{ACTION_NEWLINE}, insert_newline, "Alt+Enter Ctrl+J", "insert a line break"},
    {{ACTION_EDIT}, edit_text, "↑ ↓", "recall a sent line"},
    {{ACTION_COMPLETE, ACTION_COMPLETE_PREV}, complete, "Tab", "complete the word"},
    {{ACTION_EDIT}, edit_text, "Ctrl+← Ctrl+→", "move by a word"},
    {{ACTION_EDIT}, edit_text, "Home End", "line start, line end"},
    {{ACTION_EDIT}, edit_text, "Ctrl+W U K", "cut word, left, right"},
    {{ACTION_EDIT}, edit_text, "Ctrl+Y Ctrl+_", "insert the cut, undo"},
    {{ACTION_EDIT}, edit_text, "Ctrl+T", "swap two characters"},

    {.help = "READ"},
    {{ACTION_PAGE_UP, ACTION_PAGE_DOWN}, scroll_page, "PgUp PgDn", "scroll by a page"},
    {{ACTION_LINE_UP, ACTION_LINE_DOWN}, scroll_line, "Shift+↑ Shift+↓", "scroll by a row"},
    {{ACTION_WHEEL_UP, ACTION_WHEEL_DOWN}, scroll_wheel, "Wheel", "scroll"},
    {{ACTION_TOP, ACTION_BOTTOM}, scroll_end, "Ctrl+Home End", "oldest, newest line"},
    {{ACTION_ESCAPE}, escape, "Esc Ctrl+G", "close; newest line"},
    {{ACTION_TOGGLE_TIMESTAMPS}, toggle_timestamps, "Alt+T /times", "show, hide times"},
    {{ACTION_TOGGLE_JOINS}, toggle_joins, "Alt+= /joins", "show, hide joins"},

    {.help = "FIND"},
    {{ACTION_SEARCH_BACKWARD, ACTION_SEARCH_FORWARD}, search, "Ctrl+R Ctrl+S", "search up, down"},
    {{ACTION_FIRST_UNREAD}, first_unread, "Alt+U /unread", "first unread line"},
    {{ACTION_MENTION_PREV, ACTION_MENTION_NEXT},
     next_mention,
     "Alt+P N /mentions",
     "mentions of you"},

    {.help = "ROOM"},
    {{ACTION_TOGGLE_MEMBERS}, toggle_members, "Alt+L /members", "show, hide members"},
    {{ACTION_HELP}, open_help, "F1 /help", "show this"},
    {{ACTION_REDRAW, ACTION_SUSPEND}, NULL, "Ctrl+L Ctrl+Z", "redraw, suspend"},
    {{ACTION_QUIT}, quit, "Ctrl+C", "clear line, or leave"},
};

enum { BINDINGS = sizeof bindings / sizeof *bindings };

static const struct key_binding *find_binding(enum action_kind kind)
{
    for (int i = 0; i < BINDINGS; i++)
        if (bindings[i].kinds[0] == kind || bindings[i].kinds[1] == kind) return &bindings[i];
    return NULL;
}

bool key_bindings_has(enum action_kind kind)
{
    return find_binding(kind) != NULL;
}

/* -- dialogs, help and search -- */

static bool is_for_input_line(enum action_kind kind)
{
    return kind == ACTION_TEXT || kind == ACTION_PASTE || kind == ACTION_EDIT ||
           kind == ACTION_ENTER || kind == ACTION_NEWLINE || kind == ACTION_COMPLETE ||
           kind == ACTION_COMPLETE_PREV;
}

static void choose_nick(struct screen *c, const struct action *in)
{
    const char *nick = nick_dialog_input(&c->nick_dialog, in), *error = NULL;
    if (nick == NULL) return;
    error = session_request_nick(c->session, nick);
    if (error != NULL)
        screen_message(c, "%s", error);
    else
        session_retry_now(c->session);
}

static void decide_key(struct screen *c, const struct action *in)
{
    switch (key_dialog_input(&c->key_dialog, in)) {
    case KEY_DIALOG_TRUST: session_trust_key(c->session); break;
    case KEY_DIALOG_LEAVE: session_quit(c->session); break;
    case KEY_DIALOG_OPEN: break;
    }
}

/* Returns false if the key is not for the search; then closes the search. */
static bool type_search(struct screen *c, const struct action *in)
{
    bool typed = in->kind == ACTION_TEXT || in->kind == ACTION_PASTE;
    if (in->kind == ACTION_SEARCH_BACKWARD || in->kind == ACTION_SEARCH_FORWARD) return false;
    if (typed)
        search_type(&c->search, c->scrollback, (struct span){in->text, in->n});
    else if (in->kind == ACTION_EDIT && in->edit == EDIT_BACKSPACE)
        search_backspace(&c->search, c->scrollback);
    else if (in->kind == ACTION_ESCAPE)
        search_cancel(&c->search, c->scrollback);
    else
        search_close(&c->search);
    return c->search.open || in->kind == ACTION_ENTER || in->kind == ACTION_ESCAPE;
}

/* Gives the key to the open dialog, help, list or search. Returns false if it is not for them. */
static bool overlay_input(struct screen *c, const struct action *in)
{
    bool edits = is_for_input_line(in->kind);
    if (c->key_dialog.open && (edits || in->kind == ACTION_ESCAPE)) {
        decide_key(c, in);
        return true;
    }
    if (c->nick_dialog.open && edits) {
        choose_nick(c, in);
        return true;
    }
    if (c->paste_dialog.open && (edits || in->kind == ACTION_ESCAPE)) {
        composer_answer_paste(c, in);
        return true;
    }
    if (c->help.open) {
        const struct help_layout layout = key_bindings_help_layout(&c->layout.pane);
        return help_input(&c->help, in, &layout);
    }
    if (c->members_overlay.open)
        return members_overlay_input(&c->members_overlay, in, (int)c->session->members.count,
                                     c->layout.members.rows - 2);
    return c->search.open && type_search(c, in);
}

static void press(struct screen *c, const struct action *in)
{
    const struct key_binding *binding = find_binding(in->kind);
    c->status_message[0] = '\0';
    if (in->kind != ACTION_COMPLETE && in->kind != ACTION_COMPLETE_PREV)
        completion_end(&c->composer.completion);
    if (!overlay_input(c, in) && binding != NULL && binding->run != NULL) binding->run(c, in);
    screen_fit_input(c);
    session_extend_exit(c->session);
}

void key_bindings_input(struct screen *c, const struct action *in)
{
    c->needs_redraw = true;
    if (in->kind == ACTION_FOCUS_IN || in->kind == ACTION_FOCUS_OUT) {
        activity_focus(&c->activity, in->kind == ACTION_FOCUS_IN);
    } else {
        activity_key(&c->activity, c->session->now);
        press(c, in);
    }
    screen_update_seen(c);
}

/* -- the help -- */

static enum help_group command_group(enum command_id id)
{
    switch (id) {
    case COMMAND_DROP:
    case COMMAND_ME:
    case COMMAND_RESEND: return HELP_WRITE;
    case COMMAND_CLEAR:
    case COMMAND_IGNORE:
    case COMMAND_JOINS:
    case COMMAND_LOG:
    case COMMAND_TIMES:
    case COMMAND_UNIGNORE: return HELP_READ;
    case COMMAND_MENTIONS:
    case COMMAND_SEARCH:
    case COMMAND_UNREAD: return HELP_FIND;
    case COMMAND_HELP:
    case COMMAND_MEMBERS:
    case COMMAND_NICK:
    case COMMAND_QUIT:
    case COMMAND_RECONNECT:
    case COMMAND_WHO: break;
    }
    return HELP_ROOM;
}

static bool is_heading(const struct key_binding *b)
{
    return b->keys == NULL && b->help != NULL;
}

static int heading_of(enum help_group group)
{
    int row = -1;
    for (int headings = -1; headings < (int)group;) headings += is_heading(&bindings[++row]);
    return row;
}

/* Returns how many rows of the table a group has, with its heading. */
static int count_rows(enum help_group group)
{
    int from = heading_of(group), n = 1;
    while (from + n < BINDINGS && !is_heading(&bindings[from + n])) n++;
    return n;
}

/* Whether the help shows the command beside its keys. */
static bool has_keys(const struct command_help *command)
{
    for (int i = 0; i < BINDINGS; i++) {
        const char *slash = bindings[i].keys != NULL ? strchr(bindings[i].keys, '/') : NULL;
        if (slash != NULL && strcmp(slash + 1, command->name) == 0) return true;
    }
    return false;
}

static const struct command_help *shown_command(enum help_group group, int i)
{
    const struct command_help *command;
    for (size_t id = 0; (command = command_help(id)) != NULL; id++)
        if (command_group((enum command_id)id) == group && !has_keys(command) && i-- == 0)
            return command;
    return NULL;
}

static struct help_entry key_entry(const struct key_binding *b)
{
    if (is_heading(b)) return (struct help_entry){b->help, "", "", false};
    return (struct help_entry){b->keys, "", b->help, false};
}

struct help_entry key_bindings_help(enum help_group group, int i)
{
    int rows = count_rows(group);
    if (i < rows) return key_entry(&bindings[heading_of(group) + i]);
    const struct command_help *command = shown_command(group, i - rows);
    if (command == NULL) return (struct help_entry){0};
    return (struct help_entry){command->name, command->argument, command->help, true};
}

struct help_layout key_bindings_help_layout(const struct layout_box *box)
{
    int sizes[HELP_GROUPS] = {0};
    for (int group = 0; group < HELP_GROUPS; group++)
        while (key_bindings_help((enum help_group)group, sizes[group]).name != NULL) sizes[group]++;
    return help_make(sizes, box->rows, box->columns);
}
