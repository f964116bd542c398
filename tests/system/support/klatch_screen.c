#include "tests/system/support/klatch_screen.h"

#include "tests/keys.h"
#include "tui/base/messages.h"
#include "tui/ui/dialogs/help_screen.h"
#include "tui/ui/dialogs/nick_dialog.h"
#include "tui/ui/dialogs/paste_dialog.h"
#include "tui/ui/dialogs/search.h"
#include "tui/ui/drawing/status_bar.h"
#include "tui/ui/layout.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HELP "Alt+Enter" /* a key that the help lists first */

/* -- sentences -- */

/* Appends a text's words, each with a blank before it; bars count as blanks. */
static size_t append_words(char *to, const char *text)
{
    const char *word = text;
    size_t n = 0;
    while (*(word += strspn(word, " ")) != '\0') {
        size_t bar = strlen(BAR), size = strcspn(word, " ");
        if (strncmp(word, BAR, bar) == 0) {
            word += bar;
            continue;
        }
        const char *end = memmem(word, size, BAR, bar);
        if (end != NULL) size = (size_t)(end - word);
        to[n++] = ' ';
        memcpy(to + n, word, size);
        n += size;
        word += size;
    }
    to[n] = '\0';
    return n;
}

static const char *screen_words(struct terminal *t)
{
    static char words[1 << 18];
    size_t n = 0;
    for (int row = 0; row < terminal_rows(t); row++)
        n += append_words(words + n, terminal_row(t, row));
    return words;
}

static bool has_words(struct terminal *t, const void *text)
{
    char words[512];
    append_words(words, text);
    return strstr(screen_words(t), words) != NULL;
}

/* Returns whether the screen shows a sentence of this printf(3) format, whatever its values. */
static bool has_sentence(struct terminal *t, const void *format)
{
    const char *words = screen_words(t), *piece = format;
    while (*piece != '\0') {
        size_t n = strcspn(piece, "%"), from = strspn(piece, " ");
        while (n > from && piece[n - 1] == ' ') n--;
        if (n > from) words = memmem(words, strlen(words), piece + from, n - from);
        if (n > from && words == NULL) return false;
        piece += strcspn(piece, "%");
        piece += strspn(piece, "%-.*0123456789lz");
        if (*piece != '\0') piece++;
    }
    return true;
}

/* The same of a sentence's first three words: a small screen may have no room for more. */
static bool has_start(struct terminal *t, const char *sentence)
{
    char start[64];
    const char *end = sentence;
    for (int i = 0; i < 3; i++) end += strspn(end, " "), end += strcspn(end, " ");
    snprintf(start, sizeof start, "%.*s", (int)(end - sentence), sentence);
    return has_sentence(t, start);
}

static void wait_sentence(struct terminal *t, const char *format)
{
    terminal_wait(t, has_sentence, format, format);
}

static bool lacks_sentence(struct terminal *t, const void *format)
{
    return !has_sentence(t, format);
}

static void wait_sentence_gone(struct terminal *t, const char *format)
{
    terminal_wait(t, lacks_sentence, format, format);
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

/* Defines a function that waits for this text. */
#define WAIT(name, wait, text)                                                                     \
    void name(struct terminal *t)                                                                  \
    {                                                                                              \
        wait(t, text);                                                                             \
    }

/* -- the connection and the nickname -- */

static bool is_joined(struct terminal *t, const void *unused)
{
    (void)unused;
    return terminal_find(t, "─ " STATUS_JOINED " ") >= 0 || has_sentence(t, MESSAGE_JOINED);
}

void klatch_wait_joined(struct terminal *t)
{
    terminal_wait(t, is_joined, NULL, STATUS_JOINED);
}

void klatch_wait_here(struct terminal *t, size_t members)
{
    klatch_wait_notice(t, STATUS_HERE, members);
}

void klatch_wait_rejoined(struct terminal *t, const char *nick)
{
    klatch_wait_notice(t, MESSAGE_BACK, nick);
}

void klatch_wait_resolving(struct terminal *t, const char *host)
{
    klatch_wait_notice(t, STATUS_RESOLVING, host);
}

WAIT(klatch_wait_connecting, wait_sentence, STATUS_CONNECTING)

static bool is_disconnected(struct terminal *t, const void *unused)
{
    (void)unused;
    return has_sentence(t, STATUS_LOST) || has_sentence(t, STATUS_CLOSED) ||
           has_sentence(t, MESSAGE_LOST) || has_sentence(t, MESSAGE_CLOSED) ||
           has_sentence(t, MESSAGE_ANNOUNCED);
}

void klatch_wait_disconnected(struct terminal *t)
{
    terminal_wait(t, is_disconnected, NULL, STATUS_LOST);
}

WAIT(klatch_wait_enter_to_reconnect, terminal_wait_for, STATUS_ENTER_TRIES)
WAIT(klatch_wait_nick_dialog, terminal_wait_for, NICK_DIALOG_TITLE)
WAIT(klatch_wait_nick_dialog_closed, terminal_wait_gone, NICK_DIALOG_TITLE)
WAIT(klatch_wait_choosing_nick, terminal_wait_for, STATUS_UNNAMED)

bool klatch_has_nick_dialog(struct terminal *t)
{
    return terminal_find(t, NICK_DIALOG_TITLE) >= 0;
}

bool klatch_has_shown_nick_dialog(struct terminal *t)
{
    size_t n;
    return strstr(terminal_output(t, &n), NICK_DIALOG_TITLE) != NULL;
}

static bool is_refused(struct terminal *t, const void *unused)
{
    (void)unused;
    return has_start(t, MESSAGE_NICK_REFUSED) || has_sentence(t, MESSAGE_NICK_LOOKS_LIKE) ||
           has_sentence(t, MESSAGE_NICK_STILL) || has_sentence(t, MESSAGE_NICK_STILL_LIKE);
}

void klatch_wait_refused(struct terminal *t)
{
    terminal_wait(t, is_refused, NULL, MESSAGE_NICK_REFUSED);
}

static bool is_not_refused(struct terminal *t, const void *unused)
{
    return !is_refused(t, unused);
}

void klatch_wait_refusal_gone(struct terminal *t)
{
    terminal_wait(t, is_not_refused, NULL, "no refusal");
}

void klatch_wait_renamed(struct terminal *t, const char *nick)
{
    klatch_wait_notice(t, MESSAGE_RENAMED, nick);
}

/* -- messages -- */

struct message {
    const char *nick, *mark, *text;
};

/* Returns whether the row has "NICK MARK TEXT", or no nickname, and the row above has it. */
static bool row_has_author(struct terminal *t, int row, const struct message *m)
{
    char start[256];
    size_t n = (size_t)snprintf(start, sizeof start, "%s %s ", m->nick, m->mark);
    for (; row > 0; row--) {
        const char *shown = terminal_row(t, row), *mark = strstr(shown, m->mark);
        if (strstr(shown, start) != NULL) return true;
        if (mark == NULL) mark = strstr(shown, BAR);
        if (mark == NULL || strspn(shown, " ") < (size_t)(mark - shown)) return false;
    }
    return n == 0;
}

static int find_message(struct terminal *t, const struct message *m)
{
    char text[512];
    snprintf(text, sizeof text, "%s %s", m->mark, m->text);
    for (int row = 0; row < terminal_rows(t); row++)
        if (strstr(terminal_row(t, row), text) != NULL && row_has_author(t, row, m)) return row;
    return -1;
}

static bool has_message(struct terminal *t, const void *message)
{
    return find_message(t, message) >= 0;
}

static int wait_row(struct terminal *t, const char *nick, const char *mark, const char *text)
{
    struct message m = {nick, mark, text};
    terminal_wait(t, has_message, &m, text);
    return find_message(t, &m);
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

/* -- the view -- */

WAIT(klatch_wait_scrolled_up, terminal_wait_for, STATUS_MORE_BRIEF)

static bool is_at_bottom(struct terminal *t, const void *unused)
{
    (void)unused;
    return terminal_find(t, STATUS_MORE_BRIEF) < 0 && !has_sentence(t, STATUS_NEW);
}

void klatch_wait_at_bottom(struct terminal *t)
{
    terminal_wait(t, is_at_bottom, NULL, "the newest line");
}

static bool has_top_row(struct terminal *t, const void *text)
{
    return strstr(terminal_row(t, 1), text) != NULL;
}

void klatch_wait_top(struct terminal *t, const char *text)
{
    terminal_wait(t, has_top_row, text, text);
}

void klatch_wait_new_below(struct terminal *t, int lines)
{
    char text[32];
    snprintf(text, sizeof text, STATUS_NEW_BRIEF, (size_t)lines);
    terminal_wait_for(t, text);
}

/* -- help, dialogs, search -- */

WAIT(klatch_wait_help, terminal_wait_for, HELP)
WAIT(klatch_wait_help_whole, terminal_wait_for, HELP_FOOT_BRIEF)
WAIT(klatch_wait_help_scrollable, terminal_wait_for, HELP_FOOT_MORE_BRIEF)
WAIT(klatch_wait_help_closed, terminal_wait_gone, HELP)

void klatch_wait_paste_dialog(struct terminal *t, int lines)
{
    klatch_wait_notice(t, PASTE_COUNT, (size_t)lines, "s");
}

WAIT(klatch_wait_paste_dialog_closed, wait_sentence_gone, PASTE_COUNT)

void klatch_wait_search(struct terminal *t, const char *text)
{
    char shown[128];
    snprintf(shown, sizeof shown, SEARCH_UP "%s", text);
    terminal_wait_for(t, shown);
}

void klatch_wait_match(struct terminal *t, int index, int count)
{
    klatch_wait_notice(t, SEARCH_COUNT SEARCH_KEYS, (size_t)index, (size_t)count);
}

void klatch_wait_no_match(struct terminal *t, const char *text)
{
    klatch_wait_notice(t, SEARCH_FAILED "%s", text);
    klatch_wait_notice(t, SEARCH_NONE SEARCH_KEYS);
}

WAIT(klatch_wait_too_small, terminal_wait_for, LAYOUT_TOO_SMALL)
WAIT(klatch_wait_pasting, wait_sentence, STATUS_PASTING)

void klatch_wait_paste_stopped(struct terminal *t)
{
    wait_sentence(t, MESSAGE_PASTE_STOPPED);
    wait_sentence_gone(t, STATUS_PASTING);
}
