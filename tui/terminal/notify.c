#include "tui/terminal/notify.h"

#include "common/text.h"
#include "tui/terminal/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct notify_options enabled;
static char title[300]; /* the title set last */

static const char save_title[] = "\x1b[22;2t", restore_title[] = "\x1b[23;2t";

void notify_start(const struct notify_options *options)
{
    enabled = *options;
    if (!tty_has_title()) enabled.notify = enabled.title = false;
    notify_resume();
}

void notify_stop(void)
{
    notify_suspend();
    enabled = (struct notify_options){0};
}

void notify_suspend(void)
{
    if (enabled.title) tty_write(restore_title);
    tty_restore_title_with("");
}

void notify_resume(void)
{
    notify_forget_title();
    if (!enabled.title) return;
    tty_write(save_title);
    tty_restore_title_with(restore_title);
}

void notify_forget_title(void)
{
    title[0] = '\0';
}

void notify_set_title(const char *text)
{
    char code[4 * sizeof title + 8];
    if (!enabled.title || strcmp(text, title) == 0) return;
    snprintf(title, sizeof title, "%s", text);
    char *clean = text_clean(text, strlen(text), TEXT_ONE_LINE, NULL);
    if (clean == NULL) return;
    snprintf(code, sizeof code, "\x1b]2;%s\a", clean);
    tty_write(code);
    free(clean);
}

/* Whether the terminal understands OSC 777, like rxvt and VTE; most others understand OSC 9. */
static bool takes_osc_777(void)
{
    const char *name = getenv("TERM");
    return getenv("VTE_VERSION") != NULL || (name != NULL && strncmp(name, "rxvt", 4) == 0);
}

static void show_on_desktop(const char *text)
{
    char code[200];
    const char *prefix = takes_osc_777() ? "777;notify;klatch;" : "9;";
    snprintf(code, sizeof code, "\x1b]%s%s\a", prefix, text);
    tty_write(code);
}

void notify_send(const char *text)
{
    if (enabled.notify) show_on_desktop(text);
    if (enabled.bell) tty_write("\a");
}
