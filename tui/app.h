/* app: PURE what the client knows: a state to paint. Time and the fate of the connection come in
 * here, what the server says in talk, what the person types in keyboard. */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "common/nick.h"
#include "common/packet.h"
#include "tui/dialog.h"
#include "tui/layout.h"

#include <stdint.h>

enum app_stage {
    APP_CONNECTING, /* no connection yet */
    APP_GREETING,   /* connected; no HELLO yet */
    APP_CHOOSING,   /* greeted; no nickname yet */
    APP_HERE,       /* in the room as app->nick */
    APP_LEAVING,    /* said goodbye; it is on its way */
    APP_LOST,       /* the connection is over; the last words are on the screen */
    APP_DONE,       /* leave with app->status */
};

struct app_setup {
    const char *where;    /* what people call the server's address */
    const char *nick;     /* to ask for at once; NULL: ask the person */
    const char *proposal; /* what to propose to the person; may be "" */
    /* Takes a frame to be sent; false when there is no room for it now. */
    bool (*send)(void *wire, const char *frame, size_t n);
    void *wire;
};

struct app {
    struct app_setup setup;
    enum app_stage stage;
    time_t wall, day;           /* local time; the day of the newest line */
    int64_t now;                /* milliseconds on a clock that never jumps */
    char nick[NICK_BYTES + 1];  /* ours, "" before we have one */
    char asked[NICK_BYTES + 1]; /* the one wanted, "" when none is */
    bool asking;                /* its verify is out and unanswered */
    bool dirty;                 /* something is to be painted */
    struct layout layout;
    struct dialog dialog;
    struct editor *line;
    struct scrollback *lines;
    struct framer framer;
    char frame[PACKET_ROOM];
    int64_t ends, leaves; /* when the server will end, when to leave at the latest; 0: not known */
    char hint[256];       /* for the status bar, until the next key */
    char reason[256];     /* why the server is about to close, in its own words */
    char words[512];      /* the last words, for after the screen; "" when none are needed */
    int status;
};

/* False without memory. setup's strings stay the caller's. */
bool app_init(struct app *a, const struct app_setup *setup);
void app_free(struct app *a);

/* The time now, of the day on local clocks and by one that never jumps: first in every turn. */
void app_tick(struct app *a, time_t wall, int64_t now);
/* When app_tick is due next; -1 when nothing is waiting for it. */
int64_t app_due(const struct app *a);
void app_resize(struct app *a, int rows, int columns);

/* The connection stands; it is over, for this reason, or NULL when the other side closed it. */
void app_up(struct app *a);
void app_down(struct app *a, const char *why);
/* Somebody is here: when all is over, the view stays a little longer. */
void app_stay(struct app *a);
/* How many seconds the server's countdown shows. */
int64_t app_seconds(const struct app *a);

/* Adds a line to the view; says something there; says it in the status bar until the next key. */
void app_line(struct app *a, enum line_kind kind, const char *nick, const char *text);
void app_say(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_hint(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The conversation is over: an exit status, and a sentence to read. */
void app_lose(struct app *a, int status, const char *f, ...) __attribute__((format(printf, 3, 4)));

#endif
