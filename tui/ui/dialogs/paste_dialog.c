#include "tui/ui/dialogs/paste_dialog.h"

#include "tui/core/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct span paste_dialog_trim(struct span text)
{
    while (text.n > 0 && text.p[text.n - 1] == '\n') text.n--;
    return text;
}

bool paste_dialog_is_needed(struct span text)
{
    return memchr(text.p, '\n', text.n) != NULL;
}

bool paste_dialog_next_line(struct span *text, struct span *ret)
{
    while (text->n > 0 && *text->p == '\n') *text = (struct span){text->p + 1, text->n - 1};
    const char *end = text->n > 0 ? memchr(text->p, '\n', text->n) : NULL;
    size_t n = end != NULL ? (size_t)(end - text->p) : text->n;
    *ret = (struct span){text->p, n};
    *text = (struct span){text->p + n, text->n - n};
    return n > 0;
}

static size_t count(struct span text)
{
    size_t lines = 0;
    for (struct span line; paste_dialog_next_line(&text, &line);) lines++;
    return lines;
}

bool paste_dialog_add(struct paste_dialog *p, struct span text, bool cut)
{
    struct span part = paste_dialog_trim(text);
    char *whole = realloc(p->text, p->n + 1 + part.n + 1);
    if (whole == NULL) return false;
    if (p->ends_with_newline) whole[p->n++] = '\n';
    memcpy(whole + p->n, part.p, part.n);
    p->text = whole;
    p->n += part.n;
    p->text[p->n] = '\0';
    p->lines = count((struct span){whole, p->n});
    p->open = true;
    p->ends_with_newline = part.n < text.n;
    p->cut |= cut;
    return true;
}

void paste_dialog_close(struct paste_dialog *p)
{
    free(p->text);
    *p = (struct paste_dialog){0};
}

/* Moves to the next enabled choice in this direction. PASTE_CANCEL is always enabled. */
static void move(struct paste_dialog *p, int by)
{
    do p->chosen = (enum paste_choice)(((int)p->chosen + PASTE_CHOICES + by) % PASTE_CHOICES);
    while (p->disabled[p->chosen]);
}

void paste_dialog_disable(struct paste_dialog *p, enum paste_choice choice)
{
    p->disabled[choice] = true;
    if (p->chosen == choice) move(p, 1);
}

static const char letters[] = "olec";

/* Accepts a single letter only, because several letters may be a paste without its markers. */
static enum paste_choice spell(const struct paste_dialog *p, const struct action *in)
{
    const char *letter = in->n == 1 ? strchr(letters, in->text[0] | ' ') : NULL;
    if (letter == NULL || *letter == '\0') return PASTE_CHOICES;
    enum paste_choice choice = (enum paste_choice)(letter - letters);
    return p->disabled[choice] ? PASTE_CHOICES : choice;
}

enum paste_choice paste_dialog_input(struct paste_dialog *p, const struct action *in)
{
    bool edit = in->kind == ACTION_EDIT;
    if (in->kind == ACTION_ENTER) return p->chosen;
    if (in->kind == ACTION_ESCAPE) return PASTE_CANCEL;
    if (in->kind == ACTION_TEXT) return spell(p, in);
    if (edit && (in->edit == EDIT_HISTORY_PREV || in->edit == EDIT_LEFT)) move(p, -1);
    if (edit && (in->edit == EDIT_HISTORY_NEXT || in->edit == EDIT_RIGHT)) move(p, 1);
    return PASTE_CHOICES;
}

void paste_dialog_title(const struct paste_dialog *p, char *ret, size_t size)
{
    snprintf(ret, size, PASTE_TITLE, p->lines, p->lines == 1 ? "" : "s", p->n,
             p->cut ? PASTE_TITLE_CUT : "");
}

/* Returns how many seconds it takes to send all lines at the outbox's rate. */
static size_t seconds(const struct paste_dialog *p)
{
    size_t paced = p->lines > OUTBOX_BURST ? p->lines - OUTBOX_BURST : 0;
    return (paced * OUTBOX_PACE + 999) / 1000;
}

static void lines_words(const struct paste_dialog *p, char *ret, size_t size)
{
    if (p->disabled[PASTE_LINES])
        snprintf(ret, size, PASTE_TOO_MANY);
    else if (seconds(p) > 0)
        snprintf(ret, size, PASTE_SLOWLY, p->lines, seconds(p));
    else
        snprintf(ret, size, PASTE_AS_LINES, p->lines, p->lines == 1 ? "" : "s");
}

void paste_dialog_option(const struct paste_dialog *p, enum paste_choice choice, char *ret,
                         size_t size)
{
    static const char *const words[] = {
        [PASTE_ONE] = PASTE_AS_ONE, [PASTE_EDIT] = "e  edit first", [PASTE_CANCEL] = "c  cancel"};
    if (choice == PASTE_LINES)
        lines_words(p, ret, size);
    else if (choice == PASTE_ONE && p->disabled[choice])
        snprintf(ret, size, PASTE_TOO_LONG);
    else
        snprintf(ret, size, "%s", words[choice]);
}
