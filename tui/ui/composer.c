#include "tui/ui/composer.h"

#include "common/text.h"
#include "tui/base/messages.h"
#include "tui/core/commands.h"
#include "tui/core/session_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool insert(struct screen *c, const char *text, size_t n,
                   bool (*how)(struct editor *, const char *, size_t))
{
    struct editor *e = c->composer.editor;
    size_t size = editor_size(e) + packet_text_size(text, n);
    bool ok = size <= session_text_max(c->session) && how(e, text, n);
    if (!ok) screen_message(c, MESSAGE_DRAFT_TOO_LONG);
    return ok;
}

void composer_insert(struct screen *c, const char *text, size_t n)
{
    insert(c, text, n, editor_insert);
}

/* -- the slash at the start -- */

static enum line_start line_start(const struct screen *c)
{
    return editor_start_is_typed(c->composer.editor) ? LINE_START_TYPED : LINE_START_OTHER;
}

bool composer_is_command(const struct screen *c)
{
    return command_is(editor_text(c->composer.editor, NULL), line_start(c));
}

bool composer_only_looks_like_command(const struct screen *c)
{
    return command_is(editor_text(c->composer.editor, NULL), LINE_START_TYPED) &&
           !composer_is_command(c);
}

static void double_slash(struct screen *c)
{
    size_t cursor = editor_cursor(c->composer.editor);
    editor_replace(c->composer.editor, 0, 0, "/");
    while (editor_cursor(c->composer.editor) < cursor + 1)
        editor_do(c->composer.editor, EDIT_RIGHT);
}

/* Moves the newest line that waits to be sent back into the empty line. */
static bool take_back(struct screen *c)
{
    struct outbox *o = &c->session->outbox;
    const char *text = editor_is_empty(c->composer.editor) ? outbox_newest_waiting(o) : NULL;
    if (text == NULL || !insert(c, text, strlen(text), editor_insert)) return false;
    if (text[0] == '/') double_slash(c);
    outbox_take_back(o, false);
    screen_message(c, MESSAGE_TAKEN_BACK);
    return true;
}

/* Doubles a slash that is yanked to the start of the line, like a pasted one. */
void composer_edit(struct screen *c, enum edit edit)
{
    if (edit == EDIT_HISTORY_PREV && !c->composer.cleared && take_back(c)) return;
    bool was_text = composer_only_looks_like_command(c);
    editor_do(c->composer.editor, edit);
    if (was_text || !composer_only_looks_like_command(c)) return;
    screen_message(c, MESSAGE_SLASH_IS_TEXT);
    if (edit == EDIT_YANK) double_slash(c);
}

/* Inserts pasted text. Doubles a slash at the start of the line, so that it does not begin a
 * command.
 */
static bool insert_pasted(struct screen *c, const char *text, size_t n)
{
    bool slash = editor_cursor(c->composer.editor) == 0 && n > 0 && text[0] == '/';
    char *slashed = malloc(n + 1);
    if (slashed == NULL) {
        screen_message(c, MESSAGE_NO_MEMORY);
        return false;
    }
    slashed[0] = '/';
    memcpy(slashed + 1, text, n);
    if (slash) screen_message(c, MESSAGE_PASTED_SLASH);
    bool ok = insert(c, slash ? slashed : slashed + 1, n + slash, editor_paste);
    free(slashed);
    return ok;
}

/* Queues an entry for the history file, which the loop writes after it has sent and drawn. */
static void save_line(struct screen *c, const char *line)
{
    byte_queue_append(&c->composer.saved, line, strlen(line) + 1);
}

/* -- a paste of several lines -- */

/* Opens the paste dialog. Disables a choice if the text is too long for a packet, or has too many
 * lines for the outbox. */
static void ask_about_paste(struct screen *c, struct span text, bool cut)
{
    struct paste_dialog *p = &c->paste_dialog;
    if (!paste_dialog_add(p, text, cut)) {
        screen_message(c, MESSAGE_NO_MEMORY);
        return;
    }
    if (p->lines > OUTBOX_LINES - c->session->outbox.count) paste_dialog_disable(p, PASTE_LINES);
    if (!session_fits(c->session, p->text)) paste_dialog_disable(p, PASTE_ONE);
}

void composer_paste(struct screen *c, const struct action *in)
{
    struct span text = {in->text, in->n}, trimmed = paste_dialog_trim(text);
    if (paste_dialog_is_needed(trimmed) || in->cut)
        ask_about_paste(c, text, in->cut);
    else
        insert_pasted(c, trimmed.p, trimmed.n);
}

/* Adds sent text to the history of Up; doubles a slash at its start. */
static void remember_pasted(struct screen *c, struct span sent)
{
    char *text = NULL;
    if (asprintf(&text, "%s%.*s", sent.p[0] == '/' ? "/" : "", (int)sent.n, sent.p) < 0) return;
    editor_add_history(c->composer.editor, text);
    save_line(c, text);
    free(text);
}

static bool submit(struct screen *c, const char *text)
{
    const char *error = session_submit(c->session, text);
    if (error != NULL) screen_message(c, "%s", error);
    return error == NULL;
}

/* Ends the wait for the next connection, as Enter does. */
static bool submit_pasted(struct screen *c, const char *text)
{
    session_retry_now(c->session);
    return submit(c, text);
}

static bool send_as_one(struct screen *c)
{
    const struct paste_dialog *p = &c->paste_dialog;
    bool sent = submit_pasted(c, p->text);
    if (sent) remember_pasted(c, (struct span){p->text, p->n});
    return sent;
}

static bool send_line(struct screen *c, struct span line)
{
    char *text = strndup(line.p, line.n);
    bool sent = text != NULL && submit_pasted(c, text);
    if (sent) outbox_mark_pasted(&c->session->outbox);
    if (sent) remember_pasted(c, line);
    free(text);
    return sent;
}

/* Submits all lines; puts those that the outbox refuses into the input line. */
static bool send_as_lines(struct screen *c)
{
    const struct paste_dialog *p = &c->paste_dialog;
    struct span rest = {p->text, p->n}, line;
    outbox_begin_paste(&c->session->outbox);
    while (paste_dialog_next_line(&rest, &line))
        if (!send_line(c, line)) return insert_pasted(c, line.p, (size_t)(p->text + p->n - line.p));
    return true;
}

static bool carry_out(struct screen *c, enum paste_choice choice)
{
    switch (choice) {
    case PASTE_ONE: return send_as_one(c);
    case PASTE_LINES: return send_as_lines(c);
    case PASTE_EDIT: return insert_pasted(c, c->paste_dialog.text, c->paste_dialog.n);
    case PASTE_CANCEL: return true;
    case PASTE_CHOICES: break;
    }
    return false;
}

void composer_answer_paste(struct screen *c, const struct action *in)
{
    if (in->kind == ACTION_PASTE)
        ask_about_paste(c, (struct span){in->text, in->n}, in->cut);
    else if (carry_out(c, paste_dialog_input(&c->paste_dialog, in)))
        paste_dialog_close(&c->paste_dialog);
}

bool composer_cancel_paste(struct screen *c)
{
    struct outbox *o = &c->session->outbox;
    size_t n = outbox_paste_left(o);
    char *rest = n > 0 ? outbox_paste_text(o) : NULL;
    if (rest != NULL && insert_pasted(c, rest, strlen(rest))) {
        outbox_cancel_paste(o);
        screen_message(c, MESSAGE_PASTE_STOPPED, n, n == 1 ? "" : "s");
    }
    free(rest);
    return n > 0;
}

/* -- completing and sending -- */

static struct completion_source find_source(struct screen *c, const char *line, size_t cursor)
{
    struct session *s = c->session;
    bool in_command = composer_is_command(c);
    size_t from = 0;
    switch (in_command ? command_part_at(line, cursor, &from) : COMMAND_PART_OTHER) {
    case COMMAND_PART_NAME:
        return (struct completion_source){.word = command_word, .fixed = true, .from = from};
    case COMMAND_PART_IGNORED:
        return (struct completion_source){
            .word = ignore_list_word, .arg = &s->ignored, .fixed = true, .from = from};
    case COMMAND_PART_OTHER: break;
    }
    return (struct completion_source){.word = members_word,
                                      .arg = &c->composer.nicks,
                                      .own = s->nick.own,
                                      .from =
                                          in_command ? from : (size_t)(command_text(line) - line),
                                      .in_command = in_command};
}

void composer_complete(struct screen *c, int step)
{
    struct completion_edit edit;
    struct editor *e = c->composer.editor;
    const char *line = editor_text(e, NULL);
    size_t cursor = editor_cursor(e);
    struct completion_source source = find_source(c, line, cursor);
    if (!completion_next(&c->composer.completion, &source, line, cursor, step, &edit)) return;
    editor_replace(e, edit.from, edit.to, edit.text);
    completion_list(&c->composer.completion, c->status_message, sizeof c->status_message);
}

static bool submit_line(struct screen *c, const char *line)
{
    const char *mistake = command_mistake(line, line_start(c));
    scrollback_bottom(c->scrollback);
    if (mistake != NULL) session_status(c->session, "%s", mistake);
    return mistake == NULL && submit(c, command_text(line));
}

/* Doubles a slash that begins a text: in the file, a slash begins a command. */
void composer_save_draft(struct screen *c)
{
    const char *text = editor_text(c->composer.editor, NULL);
    char *line = NULL;
    if (text[0] == '\0') return;
    if (asprintf(&line, "%s%s", composer_only_looks_like_command(c) ? "/" : "", text) < 0) return;
    save_line(c, line);
    free(line);
}

static void commit(struct screen *c)
{
    composer_save_draft(c);
    editor_commit(c->composer.editor);
}

/* Keeps printable characters, line feeds and tabs, as a paste does. */
static bool is_kept(int32_t cp)
{
    return cp == '\n' || cp == '\t' || (cp >= ' ' && cp != 0x7f);
}

/* Copies the characters to keep. Returns their bytes. */
static size_t copy_kept(char *to, struct span text)
{
    size_t n = 0, size;
    int32_t cp;
    for (size_t at = 0; at < text.n; at += size) {
        size = text_decode(text.p, text.n, at, &cp);
        if (!is_kept(cp)) continue;
        memcpy(to + n, text.p + at, size);
        n += size;
    }
    return n;
}

void composer_replace(struct screen *c, struct span text)
{
    char *kept = malloc(text.n + 1);
    if (kept != NULL) kept[copy_kept(kept, text)] = '\0';
    if (kept == NULL || !editor_set(c->composer.editor, kept)) screen_message(c, MESSAGE_NO_MEMORY);
    free(kept);
    screen_fit_input(c);
}

bool composer_clear(struct screen *c)
{
    if (editor_is_empty(c->composer.editor)) return false;
    commit(c);
    c->composer.cleared = true;
    screen_message(c, MESSAGE_CLEARED);
    return true;
}

void composer_enter(struct screen *c)
{
    const char *text = editor_text(c->composer.editor, NULL);
    session_retry_now(c->session);
    if (text[0] == '\0') return;
    if (composer_is_command(c) ? screen_command(c, text) : submit_line(c, text)) commit(c);
}
