#include "tests/system/support/klatch_screen.h"

#include "tests/keys.h"
#include "tui/base/messages.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NICK_DIALOG "Choose a nick"
#define REFUSED     "refused"
#define HELP        "Alt+Enter"
#define SCROLLED_UP "more below"
#define NEW_BELOW   " new below"

/* -- the connection and the nickname -- */

void klatch_wait_joined(struct terminal *t)
{
    terminal_wait_for(t, "here");
}

void klatch_wait_rejoined(struct terminal *t, const char *nick)
{
    klatch_wait_notice(t, MESSAGE_BACK, nick);
}

void klatch_wait_resolving(struct terminal *t, const char *host)
{
    char text[128];
    snprintf(text, sizeof text, "looking up %s", host);
    terminal_wait_for(t, text);
}

void klatch_wait_connecting(struct terminal *t)
{
    terminal_wait_for(t, "connecting");
}

void klatch_wait_disconnected(struct terminal *t)
{
    terminal_wait_for(t, "onnection");
}

void klatch_wait_enter_to_reconnect(struct terminal *t)
{
    terminal_wait_for(t, "Enter tries again");
}

void klatch_wait_nick_dialog(struct terminal *t)
{
    terminal_wait_for(t, NICK_DIALOG);
}

void klatch_wait_nick_dialog_closed(struct terminal *t)
{
    terminal_wait_gone(t, NICK_DIALOG);
}

void klatch_wait_choosing_nick(struct terminal *t)
{
    terminal_wait_for(t, "choosing");
}

bool klatch_has_nick_dialog(struct terminal *t)
{
    return terminal_find(t, NICK_DIALOG) >= 0;
}

bool klatch_has_shown_nick_dialog(struct terminal *t)
{
    size_t n;
    return strstr(terminal_output(t, &n), NICK_DIALOG) != NULL;
}

void klatch_wait_refused(struct terminal *t)
{
    terminal_wait_for(t, REFUSED);
}

void klatch_wait_refusal_gone(struct terminal *t)
{
    terminal_wait_gone(t, REFUSED);
}

void klatch_wait_renamed(struct terminal *t, const char *nick)
{
    klatch_wait_notice(t, MESSAGE_RENAMED, nick);
}

/* -- messages -- */

static int wait_row(struct terminal *t, const char *nick, const char *mark, const char *text)
{
    char row[512];
    snprintf(row, sizeof row, "%s %s %s", nick, mark, text);
    return terminal_wait_for(t, row);
}

int klatch_wait_message(struct terminal *t, const char *nick, const char *text)
{
    return wait_row(t, nick, BAR, text);
}

void klatch_wait_pending(struct terminal *t, const char *nick, const char *text)
{
    wait_row(t, nick, "…", text);
}

void klatch_wait_unconfirmed(struct terminal *t, const char *nick, const char *text)
{
    wait_row(t, nick, "?", text);
}

/* Appends a row's words, each with a blank before it. */
static size_t append_words(char *to, const char *row)
{
    size_t n = 0;
    for (const char *p = row; *p; p++) {
        if (*p == ' ') continue;
        if (p == row || p[-1] == ' ') to[n++] = ' ';
        to[n++] = *p;
    }
    to[n] = '\0';
    return n;
}

static bool has_words(struct terminal *t, const void *text)
{
    static char words[1 << 18];
    size_t n = 0;
    for (int row = 0; row < terminal_rows(t); row++)
        n += append_words(words + n, terminal_row(t, row));
    return strstr(words, text) != NULL;
}

void klatch_wait_notice(struct terminal *t, const char *format, ...)
{
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    terminal_wait(t, has_words, text, text);
}

/* -- the view -- */

void klatch_wait_scrolled_up(struct terminal *t)
{
    terminal_wait_for(t, SCROLLED_UP);
}

static bool is_at_bottom(struct terminal *t, const void *unused)
{
    (void)unused;
    return terminal_find(t, SCROLLED_UP) < 0 && terminal_find(t, NEW_BELOW) < 0;
}

void klatch_wait_at_bottom(struct terminal *t)
{
    terminal_wait(t, is_at_bottom, NULL, "the newest line");
}

void klatch_wait_new_below(struct terminal *t, int lines)
{
    char text[32];
    snprintf(text, sizeof text, "%d new", lines);
    terminal_wait_for(t, text);
}

/* -- help, dialogs, search -- */

void klatch_wait_help(struct terminal *t)
{
    terminal_wait_for(t, HELP);
}

void klatch_wait_help_closed(struct terminal *t)
{
    terminal_wait_gone(t, HELP);
}

void klatch_wait_paste_dialog(struct terminal *t, int lines)
{
    char text[32];
    snprintf(text, sizeof text, "Paste: %d lines", lines);
    terminal_wait_for(t, text);
}

void klatch_wait_paste_dialog_closed(struct terminal *t)
{
    terminal_wait_gone(t, "Paste:");
}

void klatch_wait_search(struct terminal *t, const char *text)
{
    char shown[128];
    snprintf(shown, sizeof shown, "search: %s", text);
    terminal_wait_for(t, shown);
}

void klatch_wait_too_small(struct terminal *t)
{
    terminal_wait_for(t, "too small");
}
