#include "tui/ui/keyboard.h"

#include "tui/core/coming.h"
#include "tui/core/commands.h"
#include "tui/core/speech.h"
#include "tui/core/talk.h"
#include "tui/ui/jump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 1000 }; /* of a message being written: more than any screen has */

/* Whether the line would still fit into a packet with n bytes more; escapes make that more than a
 * sum. */
static bool has_room(struct app *a, const char *text, size_t n)
{
    size_t have;
    const char *line = editor_text(a->line, &have);
    char *whole = malloc(have + n + 1);
    if (whole == NULL) return false;
    memcpy(whole, line, have);
    memcpy(whole + have, text, n);
    whole[have + n] = '\0';
    bool fits = talk_fits(a, whole);
    free(whole);
    return fits;
}

static bool insert(struct app *a, const char *text, size_t n)
{
    bool ok = has_room(a, text, n) && editor_insert(a->line, text, n);
    if (!ok) app_hint(a, "Too long: a message holds 64 KB. Nothing was added.");
    return ok;
}

/* A slash that was pasted is never a command, so it gets the second one that says so. */
static bool insert_pasted(struct app *a, const char *text, size_t n)
{
    bool slash = editor_cursor(a->line) == 0 && n > 0 && text[0] == '/';
    char *slashed = malloc(n + 1);
    if (slashed == NULL) {
        app_hint(a, "Out of memory.");
        return false;
    }
    slashed[0] = '/';
    memcpy(slashed + 1, text, n);
    if (slash) app_hint(a, "Pasted, so not a command: // is sent as /.");
    bool ok = insert(a, slash ? slashed : slashed + 1, n + slash);
    free(slashed);
    return ok;
}

/* -- a paste of several lines -- */

/* More lines than the outbox has room for, or a text that no packet holds, cannot be sent so. */
static void ask_about(struct app *a, struct span text, bool cut)
{
    struct paste_dialog *p = &a->paste;
    if (!paste_dialog_add(p, text, cut)) {
        app_hint(a, "Out of memory.");
        return;
    }
    if (p->lines > OUTBOX_LINES - a->outbox.count) paste_dialog_disable(p, PASTE_LINES);
    if (!talk_fits(a, p->text)) paste_dialog_disable(p, PASTE_ONE);
}

static void paste(struct app *a, const struct action *in)
{
    struct span text = paste_dialog_trim((struct span){in->text, in->n});
    if (paste_dialog_is_needed(text) || in->cut)
        ask_about(a, (struct span){in->text, in->n}, in->cut);
    else
        insert_pasted(a, text.p, text.n);
}

/* For Up to bring it back: what begins with a slash is no command then either. */
static void remember(struct app *a, struct span said)
{
    char *text = NULL;
    if (asprintf(&text, "%s%.*s", said.p[0] == '/' ? "/" : "", (int)said.n, said.p) < 0) return;
    editor_add_history(a->line, text);
    if (a->setup.remember != NULL) a->setup.remember(a->setup.diary, text);
    free(text);
}

static bool say_one(struct app *a)
{
    bool said = speech_say(a, a->paste.text);
    if (said) remember(a, (struct span){a->paste.text, a->paste.n});
    return said;
}

/* What could not be said is put into the input line. */
static bool say_lines(struct app *a)
{
    size_t said = speech_say_lines(a, a->paste.text);
    struct span rest = {a->paste.text, said}, line;
    while (paste_dialog_next_line(&rest, &line)) remember(a, line);
    return said == a->paste.n || insert_pasted(a, a->paste.text + said, a->paste.n - said);
}

static bool carry_out(struct app *a, enum paste_choice choice)
{
    switch (choice) {
    case PASTE_ONE: return say_one(a);
    case PASTE_LINES: return say_lines(a);
    case PASTE_EDIT: return insert_pasted(a, a->paste.text, a->paste.n);
    case PASTE_CANCEL: return true;
    case PASTE_CHOICES: break;
    }
    return false;
}

static void answer(struct app *a, const struct action *in)
{
    if (in->kind == ACTION_PASTE)
        ask_about(a, (struct span){in->text, in->n}, in->cut);
    else if (carry_out(a, paste_dialog_input(&a->paste, in)))
        paste_dialog_close(&a->paste);
}

/* The lines of a paste that have not gone come back into the input line. */
static bool stop(struct app *a)
{
    size_t n = speech_pasted(a);
    char *rest = n > 0 ? speech_unsent(a) : NULL;
    if (rest == NULL) return n > 0;
    if (insert_pasted(a, rest, strlen(rest))) {
        speech_stop(a);
        app_hint(a, "Stopped; %zu line%s not sent, back in your input line.", n, n == 1 ? "" : "s");
    }
    free(rest);
    return true;
}

static void escape(struct app *a)
{
    if (!stop(a)) scrollback_bottom(a->lines);
}

static void complete(struct app *a, int step)
{
    struct completion done;
    struct complete_words words;
    const char *line = editor_text(a->line, NULL);
    size_t cursor = editor_cursor(a->line);
    bool begins = !a->complete.cycling;
    if (begins && command_words(a, line, cursor, &words)) complete_among(&a->complete, &words);
    if (!complete_next(&a->complete, line, cursor, step, a->nick, &done)) return;
    editor_replace(a->line, done.from, done.to, done.text);
    complete_list(&a->complete, a->nick, a->hint, sizeof a->hint);
}

static void enter(struct app *a)
{
    const char *text = editor_text(a->line, NULL);
    if (text[0] == '\0') app_hurry(a);
    if (text[0] == '\0') return;
    bool slash = text[0] == '/', command = slash && text[1] != '/';
    scrollback_bottom(a->lines);
    if (!(command ? command_run(a, text) : speech_say(a, text + slash))) return;
    if (a->setup.remember != NULL) a->setup.remember(a->setup.diary, text);
    editor_commit(a->line);
}

static void choose(struct app *a, const struct action *in)
{
    const char *nick = nick_dialog_input(&a->dialog, in);
    if (nick != NULL && talk_ask(a, nick)) app_hurry(a);
}

/* While something is looked for; false when the key is not for that, and it is over. */
static bool search(struct app *a, const struct action *in)
{
    bool typed = in->kind == ACTION_TEXT || in->kind == ACTION_PASTE;
    if (in->kind == ACTION_SEARCH_BACKWARD || in->kind == ACTION_SEARCH_FORWARD) return false;
    if (typed)
        search_type(&a->search, a->lines, (struct span){in->text, in->n});
    else if (in->kind == ACTION_EDIT && in->edit == EDIT_BACKSPACE)
        search_backspace(&a->search, a->lines);
    else
        search_close(&a->search);
    return a->search.open || in->kind == ACTION_ENTER || in->kind == ACTION_ESCAPE;
}

static void act(struct app *a, const struct action *in)
{
    switch (in->kind) {
    case ACTION_TEXT: insert(a, in->text, in->n); break;
    case ACTION_PASTE: paste(a, in); break;
    case ACTION_EDIT: editor_do(a->line, in->edit); break;
    case ACTION_ENTER: enter(a); break;
    case ACTION_NEWLINE: insert(a, "\n", 1); break;
    case ACTION_COMPLETE: complete(a, 1); break;
    case ACTION_COMPLETE_PREV: complete(a, -1); break;
    case ACTION_PAGE_UP: scrollback_page(a->lines, -1); break;
    case ACTION_PAGE_DOWN: scrollback_page(a->lines, 1); break;
    case ACTION_LINE_UP: scrollback_scroll(a->lines, -1); break;
    case ACTION_LINE_DOWN: scrollback_scroll(a->lines, 1); break;
    case ACTION_TOP: scrollback_top(a->lines); break;
    case ACTION_ESCAPE: escape(a); break;
    case ACTION_BOTTOM: scrollback_bottom(a->lines); break;
    case ACTION_SEARCH_BACKWARD: search_go(&a->search, a->lines, -1); break;
    case ACTION_SEARCH_FORWARD: search_go(&a->search, a->lines, 1); break;
    case ACTION_FIRST_UNREAD: search_unread(a); break;
    case ACTION_MENTION_PREV: search_mention(a, -1); break;
    case ACTION_MENTION_NEXT: search_mention(a, 1); break;
    case ACTION_TOGGLE_TIMESTAMPS: app_toggle_times(a); break;
    case ACTION_TOGGLE_JOINS: coming_toggle(a); break;
    case ACTION_HELP: command_help(a); break;
    case ACTION_QUIT: talk_leave(a); break;
    case ACTION_FOCUS_IN:
    case ACTION_FOCUS_OUT:
    case ACTION_BACKGROUND_REPLY:
    case ACTION_REDRAW:
    case ACTION_SUSPEND: break; /* the terminal's own affair */
    }
}

/* Whoever looks at the newest line has seen all. */
static void see(struct app *a)
{
    bool looks = attention_looks(&a->attention, a->now);
    if (looks && scrollback_at_bottom(a->lines)) attention_seen(&a->attention);
}

/* The message being written has the rows that it takes. */
static void make_room(struct app *a)
{
    size_t current, lines = editor_lines(a->line, &current);
    if (lines > LINES_MOST) lines = LINES_MOST;
    if ((int)lines == a->layout.lines) return;
    a->layout.lines = (int)lines;
    app_resize(a, a->layout.rows, a->layout.columns);
}

/* Whether the key was for what is open above the conversation. */
static bool is_overlaid(struct app *a, const struct action *in)
{
    const struct layout_box *pane = &a->layout.pane;
    if (a->help.open) return help_input(&a->help, in, pane->rows, pane->columns);
    return a->search.open && search(a, in);
}

static void press(struct app *a, const struct action *in)
{
    a->hint[0] = '\0';
    if (in->kind != ACTION_COMPLETE && in->kind != ACTION_COMPLETE_PREV)
        complete_settle(&a->complete);
    if (a->dialog.open && in->kind <= ACTION_COMPLETE_PREV)
        choose(a, in);
    else if (a->paste.open && in->kind <= ACTION_ESCAPE)
        answer(a, in);
    else if (!is_overlaid(a, in))
        act(a, in);
    make_room(a);
    app_stay(a);
}

void keyboard_input(struct app *a, const struct action *in)
{
    bool gaze = in->kind == ACTION_FOCUS_IN || in->kind == ACTION_FOCUS_OUT;
    a->dirty = true;
    if (gaze)
        attention_focus(&a->attention, in->kind == ACTION_FOCUS_IN);
    else
        attention_key(&a->attention, a->now);
    if (!gaze) press(a, in);
    see(a);
}
