#include "tui/ui/drawing/status_bar.h"

#include "common/text.h"
#include "tui/ui/key_bindings.h"

#include <stdio.h>
#include <string.h>

enum { LEFT_CELLS = 8 }; /* cells reserved for the left side */

static const char *state_text(const struct session *s)
{
    if (session_needs_nick(s)) return STATUS_UNNAMED;
    switch (s->state) {
    case SESSION_UNNAMED: return STATUS_REQUESTING;
    case SESSION_JOINED: return STATUS_JOINED;
    case SESSION_CLOSING: return STATUS_CLOSING;
    case SESSION_UNTRUSTED: return STATUS_UNTRUSTED;
    case SESSION_CONNECTING:
    case SESSION_HANDSHAKE:
    case SESSION_DISCONNECTED:
    case SESSION_FAILED:
    case SESSION_FINISHED: break;
    }
    return STATUS_LOST;
}

/* Writes the session's state; if the server does not answer, what klatch waits for. */
static void session_text(const struct session *s, char *text, size_t size, bool brief)
{
    const char *host = s->config.host;
    long long silent = waiting_seconds(&s->waiting, s->now);
    if (s->state == SESSION_CONNECTING)
        snprintf(text, size, s->resolved ? STATUS_CONNECTING : STATUS_RESOLVING, host);
    else if (s->state == SESSION_HANDSHAKE)
        snprintf(text, size, STATUS_HANDSHAKE, host);
    else if (s->state == SESSION_JOINED && silent > 0)
        snprintf(text, size, STATUS_NO_ANSWER, silent);
    else if (s->state == SESSION_JOINED && s->members.is_complete)
        snprintf(text, size, brief ? STATUS_HERE_BRIEF : STATUS_HERE, members_here(&s->members));
    else
        snprintf(text, size, "%s", state_text(s));
}

static void help_text(const struct screen *c, char *text, size_t size, bool brief)
{
    const struct help_layout layout = key_bindings_help_layout(&c->layout.pane);
    snprintf(text, size, "%s", help_foot(&layout, brief));
}

static void left_text(const struct screen *c, char *text, size_t size, bool brief)
{
    if (c->help.open)
        help_text(c, text, size, brief);
    else if (c->search.open)
        search_status(&c->search, text, size, brief);
    else
        session_text(c->session, text, size, brief);
}

static void duration_text(char *text, size_t size, int64_t seconds)
{
    int64_t minutes = seconds / 60;
    if (minutes < 60)
        snprintf(text, size, "%d:%02d", (int)minutes, (int)(seconds % 60));
    else
        snprintf(text, size, "%d:%02d:%02d", (int)(minutes / 60), (int)(minutes % 60),
                 (int)(seconds % 60));
}

void status_below(const struct screen *c, char *text, size_t size, bool brief)
{
    size_t unread = scrollback_unread(c->scrollback);
    text[0] = '\0';
    if (scrollback_at_bottom(c->scrollback)) return;
    if (unread == 0)
        snprintf(text, size, brief ? STATUS_MORE_BRIEF : STATUS_MORE);
    else
        snprintf(text, size, brief ? STATUS_NEW_BRIEF : STATUS_NEW, unread);
}

/* Writes the number of unread lines, unless the rule above pinned rows shows it. */
static void unread_text(const struct screen *c, char *text, size_t size, bool brief)
{
    text[0] = '\0';
    if (scrollback_pinned(c->scrollback) == 0) status_below(c, text, size, brief);
}

static void retry_text(const struct session *s, char *text, size_t size, bool brief)
{
    long long seconds = session_countdown(s);
    if (s->reconnect.reconnect_at < 0)
        snprintf(text, size, brief ? STATUS_ENTER_TRIES_BRIEF : STATUS_ENTER_TRIES);
    else
        snprintf(text, size, brief ? STATUS_RECONNECTING_BRIEF : STATUS_RECONNECTING, seconds);
}

static void waiting_text(const struct session *s, char *text, size_t size, bool brief)
{
    long long seconds = waiting_seconds(&s->waiting, s->now);
    if (s->state == SESSION_JOINED)
        snprintf(text, size, brief ? STATUS_RECONNECT_BRIEF : STATUS_RECONNECT);
    else
        snprintf(text, size, brief ? STATUS_WAITING_BRIEF : STATUS_WAITING, seconds);
}

static void shutdown_text(const struct session *s, char *text, size_t size, bool brief)
{
    char ends[32];
    duration_text(ends, sizeof ends, session_countdown(s));
    snprintf(text, size, brief ? STATUS_SHUTDOWN_BRIEF : STATUS_SHUTDOWN, ends);
}

static void undelivered_text(const struct session *s, char *text, size_t size, bool brief)
{
    size_t n = outbox_count(&s->outbox, OUTBOX_UNCONFIRMED);
    if (n > 0)
        snprintf(text, size, brief ? STATUS_UNCONFIRMED_BRIEF : STATUS_UNCONFIRMED, n);
    else if ((n = outbox_count(&s->outbox, OUTBOX_REJECTED)) > 0)
        snprintf(text, size, brief ? STATUS_REJECTED_BRIEF : STATUS_REJECTED, n);
}

static void paste_text(const struct session *s, char *text, size_t size, bool brief)
{
    size_t all = s->outbox.pasted, gone = all - outbox_paste_left(&s->outbox);
    snprintf(text, size, brief ? STATUS_PASTING_BRIEF : STATUS_PASTING, gone, all);
}

/* Writes the most urgent notice, apart from unread lines. */
static void urgent_text(const struct session *s, char *text, size_t size, bool brief)
{
    text[0] = '\0';
    if (s->state == SESSION_DISCONNECTED && !session_needs_nick(s))
        retry_text(s, text, size, brief);
    else if (outbox_paste_left(&s->outbox) > 0)
        paste_text(s, text, size, brief);
    else if (s->shutdown.at > 0)
        shutdown_text(s, text, size, brief);
    else if (waiting_seconds(&s->waiting, s->now) > 0)
        waiting_text(s, text, size, brief);
    else if (s->state == SESSION_JOINED)
        undelivered_text(s, text, size, brief);
}

static void right_text(struct status *s, const struct screen *c, bool brief)
{
    char urgent[80], unread[64];
    urgent_text(c->session, urgent, sizeof urgent, brief);
    unread_text(c, unread, sizeof unread, brief || urgent[0] != '\0');
    const char *between = unread[0] != '\0' && urgent[0] != '\0' ? " · " : "";
    snprintf(s->right, sizeof s->right, "%s%s%s", unread, between, urgent);
    s->urgent = urgent[0] != '\0';
}

static bool has_room(const struct status *s, int columns)
{
    size_t left = text_width(s->left, strlen(s->left)),
           right = text_width(s->right, strlen(s->right));
    return left + right + 2 + LAYOUT_BAR <= (size_t)columns;
}

/* Gives the place of both sides to a status message if necessary. */
struct status status_make(const struct screen *c, int columns)
{
    struct status s = {0};
    if (c->status_message[0] != '\0')
        snprintf(s.left, sizeof s.left, "%s", c->status_message);
    else
        left_text(c, s.left, sizeof s.left, false);
    right_text(&s, c, false);
    size_t width = text_width(s.right, strlen(s.right));
    if (width + LEFT_CELLS > (size_t)columns || c->status_message[0] != '\0')
        right_text(&s, c, true);
    if (c->status_message[0] == '\0' && !has_room(&s, columns))
        left_text(c, s.left, sizeof s.left, true);
    if (c->status_message[0] != '\0' && !has_room(&s, columns)) s.right[0] = '\0';
    return s;
}

void status_title(const struct session *s, char text[STATUS_TITLE_SIZE], int cells)
{
    static const struct {
        const char *words, *sign;
    } texts[] = {[SECURITY_LOCAL] = {"", ""},
                 [SECURITY_NONE] = {" · " STATUS_NOT_ENCRYPTED, STATUS_INSECURE " "},
                 [SECURITY_KNOWN] = {" · " STATUS_ENCRYPTED, STATUS_SECURE " "},
                 [SECURITY_CERTIFIED] = {" · " STATUS_CERTIFIED, STATUS_SECURE " "}};
    const char *where = s->config.where;
    snprintf(text, STATUS_TITLE_SIZE, STATUS_PRODUCT "%s%s", where, texts[s->security].words);
    if (text_width(text, strlen(text)) > (size_t)(cells > 0 ? cells : 0))
        snprintf(text, STATUS_TITLE_SIZE, "%s" STATUS_PRODUCT "%s", texts[s->security].sign, where);
}
