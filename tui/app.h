/* app: PURE what the client knows. Keys, bytes from the server and time come in; a state to paint
 * and frames to send come out. Knows neither the terminal nor what carries its bytes. */
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
    APP_HERE,       /* in the room as a->nick */
    APP_LEAVING,    /* said goodbye; it is on its way */
    APP_LOST,       /* the connection is over; the last words are on the screen */
    APP_DONE,       /* leave with a->status */
};

/* Takes a frame to be sent; false when there is no room for it now. */
typedef bool app_send(void *wire, const char *frame, size_t n);

struct app_setup {
    const char *where;    /* what people call the server's address */
    const char *nick;     /* to ask for at once; NULL: ask the person */
    const char *proposal; /* what to propose to the person; may be "" */
    app_send *send;
    void *wire; /* for send */
};

struct app {
    struct app_setup setup;
    enum app_stage stage;
    time_t wall;                /* the time of day, and */
    int64_t now;                /* milliseconds that never jump, since the last app_tick */
    char nick[NICK_BYTES + 1];  /* ours, "" before we have one */
    char asked[NICK_BYTES + 1]; /* the one wanted, "" when none is */
    bool asking;                /* its verify is out and unanswered */
    struct layout layout;
    struct dialog dialog;
    struct editor *line;
    struct scrollback *lines;
    struct framer framer;
    char frame[FRAME_MAX];
    int64_t ends;     /* when the server said it would end; 0 when it did not */
    int64_t leaves;   /* when to leave at the latest, lost or leaving */
    char hint[256];   /* for the status bar, until the next key */
    char words[512];  /* the last words, for after the screen; "" when none are needed */
    char reason[256]; /* why the server is about to close, in its own words */
    int status;       /* the exit status */
    bool dirty;       /* there is something new to paint */
};

/* False without memory. setup's strings stay the caller's. */
bool app_init(struct app *a, const struct app_setup *setup);
void app_free(struct app *a);

/* The time now; comes before the other events of a turn. */
void app_tick(struct app *a, time_t wall, int64_t now);

/* When app_tick is due next, by its own clock; -1 when nothing is waiting for it. */
int64_t app_due(const struct app *a);

void app_resize(struct app *a, int rows, int columns);
void app_input(struct app *a, const struct input *in);

/* The connection stands; bytes came over it; it is over, for this reason, or NULL when the other
 * side closed it. */
void app_up(struct app *a);
void app_bytes(struct app *a, struct span bytes);
void app_down(struct app *a, const char *why);

/* Says goodbye and leaves; the second time, at once. */
void app_leave(struct app *a);

/* Says something in the room's view; says it in the status bar until the next key. */
void app_say(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_hint(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Sends a packet in our name; false, and the person was told, when it cannot be sent now. */
bool app_packet(struct app *a, enum proto proto, const char *msg);

/* Asks the server for a nickname that nick_check accepts, as soon as it can be asked. */
bool app_ask(struct app *a, const char *nick);

#endif
