/* status_bar: PURE the texts of the status bar and of the title, shortened to fit. */
#ifndef TUI_UI_DRAWING_STATUS_BAR_H
#define TUI_UI_DRAWING_STATUS_BAR_H

#include "tui/ui/screen.h"

/* The texts of the bar: printf(3) formats. Some also have a brief form, for a narrow terminal. */
#define STATUS_RESOLVING          "looking up %s"
#define STATUS_CONNECTING         "connecting to %s"
#define STATUS_HANDSHAKE          "waiting for %s to answer"
#define STATUS_UNTRUSTED          "the server's key is not known"
#define STATUS_UNNAMED            "choosing a nickname"
#define STATUS_REQUESTING         "asking for the nickname"
#define STATUS_JOINED             "connected"
#define STATUS_HERE               STATUS_JOINED " · %zu here"
#define STATUS_HERE_BRIEF         "%zu here"
#define STATUS_NO_ANSWER          "no answer for %lld s"
#define STATUS_CLOSING            "leaving"
#define STATUS_LOST               "connection lost"
#define STATUS_MORE               "more below · Ctrl+End"
#define STATUS_MORE_BRIEF         "more below"
#define STATUS_NEW                "%zu new below · Ctrl+End"
#define STATUS_NEW_BRIEF          "%zu new"
#define STATUS_ENTER_TRIES        "Enter to reconnect"
#define STATUS_ENTER_TRIES_BRIEF  "Enter retries"
#define STATUS_RECONNECTING       "reconnecting in %lld s · Enter retries now"
#define STATUS_RECONNECTING_BRIEF "again in %lld s"
#define STATUS_RECONNECT          "/reconnect to try again"
#define STATUS_RECONNECT_BRIEF    "/reconnect"
#define STATUS_WAITING            "for %lld s · Ctrl+C to quit"
#define STATUS_WAITING_BRIEF      "%lld s"
#define STATUS_SHUTDOWN           "server shuts down in %s"
#define STATUS_SHUTDOWN_BRIEF     "ends %s"
#define STATUS_UNCONFIRMED        "%zu may not have arrived · /resend or /drop"
#define STATUS_UNCONFIRMED_BRIEF  "%zu ?"
#define STATUS_REJECTED           "%zu too long to send · /drop"
#define STATUS_REJECTED_BRIEF     "%zu !"
#define STATUS_PASTING            "pasting %zu of %zu · Esc stops"
#define STATUS_PASTING_BRIEF      "%zu/%zu Esc"

/* The title: who can read the connection, if it leaves this machine. */
#define STATUS_PRODUCT       "klatch · "
#define STATUS_SECURE        "✓"
#define STATUS_INSECURE      "✗"
#define STATUS_NOT_ENCRYPTED STATUS_INSECURE " not encrypted"
#define STATUS_ENCRYPTED     STATUS_SECURE " encrypted, known"
#define STATUS_CERTIFIED     STATUS_SECURE " encrypted, certified"

enum { STATUS_TITLE_SIZE = 400 };

struct status {
    char left[256];  /* the session's state, or the status message; not sanitised */
    char right[160]; /* countdown and unread lines; may be "" */
    bool urgent;     /* the right side needs attention */
};

/* Returns the text for a bar of this many columns. */
struct status status_make(const struct screen *c, int columns);

/* Writes the title. Where it does not fit into the cells, only the sign tells who can read. */
void status_title(const struct session *s, char text[STATUS_TITLE_SIZE], int cells);

/* Writes how many new lines are below the reading position; "" at the bottom. */
void status_below(const struct screen *c, char *text, size_t size, bool brief);

#endif
