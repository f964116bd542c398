#include "tui/terminal/notify.h"

#include "common/text.h"
#include "tui/terminal/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct notify_options wanted;
static char title[300]; /* the one shown now */

static const char keep_title[] = "\x1b[22;2t", old_title[] = "\x1b[23;2t";

void notify_start(const struct notify_options *setup)
{
    wanted = *setup;
    if (!tty_has_title()) wanted.notify = wanted.title = false;
    title[0] = '\0';
    if (wanted.title) tty_write(keep_title);
}

void notify_stop(void)
{
    if (wanted.title) tty_write(old_title);
    wanted = (struct notify_options){0};
}

static void show_title(const struct app *a)
{
    char text[sizeof title], code[4 * sizeof title + 8];
    attention_title(&a->attention, a->setup.where, text, sizeof text);
    if (strcmp(text, title) == 0) return;
    snprintf(title, sizeof title, "%s", text);
    char *clean = text_clean(text, strlen(text), TEXT_ONE_LINE, NULL);
    if (clean == NULL) return;
    snprintf(code, sizeof code, "\x1b]2;%s\a", clean);
    tty_write(code);
    free(clean);
}

/* OSC 777 is rxvt's, and that of terminals built on VTE; OSC 9 that of nearly all others. */
static bool speaks_777(void)
{
    const char *name = getenv("TERM");
    return getenv("VTE_VERSION") != NULL || (name != NULL && strncmp(name, "rxvt", 4) == 0);
}

static void notify(const struct attention *t)
{
    char words[160], code[200];
    attention_words(t, words, sizeof words);
    snprintf(code, sizeof code, "\x1b]%s%s\a", speaks_777() ? "777;notify;klatch;" : "9;", words);
    tty_write(code);
}

void notify_update(struct app *a)
{
    if (wanted.title) show_title(a);
    if (!a->attention.calling) return;
    a->attention.calling = false;
    if (wanted.notify) notify(&a->attention);
    if (wanted.bell) tty_write("\a");
}
