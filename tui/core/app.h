/* app: PURE what the client knows: a state to paint. Time and the fate of the connection come in
 * here, what the server says in talk, what the person types in keyboard. */
#ifndef TUI_CORE_APP_H
#define TUI_CORE_APP_H

#include "common/nick.h"
#include "common/packet.h"
#include "tui/core/away.h"
#include "tui/core/backlog.h"
#include "tui/core/ignore_list.h"
#include "tui/core/members.h"
#include "tui/core/outbox.h"
#include "tui/editor/line_editor.h"
#include "tui/ui/activity.h"
#include "tui/ui/fold.h"
#include "tui/ui/help_screen.h"
#include "tui/ui/layout.h"
#include "tui/ui/nick_dialog.h"
#include "tui/ui/paste_dialog.h"
#include "tui/ui/search.h"

#include <stdint.h>

enum app_stage {
    APP_AWAY,       /* the connection is lost; app->away says when to try again */
    APP_CONNECTING, /* no connection yet */
    APP_GREETING,   /* connected; no HELLO yet */
    APP_CHOOSING,   /* greeted; no nickname yet */
    APP_HERE,       /* in the room as app->nick */
    APP_LEAVING,    /* said goodbye; it is on its way */
    APP_LOST,       /* there is no going on; the last words are on the screen */
    APP_DONE,       /* leave with app->status */
};

struct app_setup {
    const char *where;    /* what people call the server's address */
    const char *nick;     /* to ask for at once; NULL: ask the person */
    const char *proposal; /* what to propose to the person; may be "" */
    uint32_t chance;      /* as for away_init */
    /* Takes a frame to be sent; false when there is no room for it now. */
    bool (*send)(void *wire, const char *frame, size_t n);
    void *wire;
    /* Where lines are shown as they come and not kept to be painted; NULL: there is a screen. */
    void (*show)(void *face, time_t at, enum line_kind kind, const char *nick, const char *text);
    /* Hears each packet after it has had its effect; may be NULL. */
    void (*hear)(void *face, const struct packet *p);
    void *face;
    /* Hears each line that was entered; may be NULL. */
    void (*remember)(void *diary, const char *text);
    void *diary;
    /* Keeps for the next time whether somebody is ignored. Returns NULL, or why it is not kept.
     * NULL: nothing is. */
    const char *(*keep_ignored)(void *ignored, const char *nick, bool is);
    void *ignored;
    bool joinless, timeless; /* without joins and leaves, without times */
    bool once;               /* a connection that is lost is the end */
    /* Writes a line of the room to the log; false when it cannot. NULL: there is no log. */
    bool (*log)(void *book, const char *nick, const char *msg, enum proto proto);
    /* Keeps the log in another file from now on, or none where the path is NULL. Returns NULL, or
     * why not; NULL: it cannot. */
    const char *(*log_to)(void *book, const char *path);
    /* Where the log is; NULL: there is none. */
    const char *(*log_where)(void *book);
    void *book;
};

struct app {
    struct app_setup setup;
    enum app_stage stage;
    time_t wall, day; /* local time; the day of the newest line */
    int64_t now;      /* milliseconds on a clock that never jumps */
    time_t left;      /* when the room was lost sight of, local time; 0: it is in sight */
    struct away away;
    char nick[NICK_BYTES + 1];  /* ours, "" before we have one */
    char asked[NICK_BYTES + 1]; /* the one wanted, "" when none is: */
    bool met;                   /* there was a connection once */
    bool asking;                /* its verify is out and unanswered */
    bool dirty;                 /* something is to be painted */
    bool folding;               /* the newest line is the fold's; */
    time_t folded;              /* since then, local time */
    size_t awaited;             /* what we said and asked that has not come back from the room */
    struct layout layout;
    struct nick_dialog dialog;
    struct paste_dialog paste; /* the dialog, where both are open, stands above it */
    struct attention attention;
    size_t pasted; /* lines of pastes being sent, those that have gone among them */
    struct editor *line;
    struct complete complete;
    struct scrollback *lines;
    struct search search;
    struct help help;
    struct ignore ignore;
    struct fold fold;
    struct seam seam;
    int64_t mends;        /* until then what the room says is held; -1: it is not */
    struct outbox outbox; /* what of ours the room has not said yet; shown as pending lines */
    size_t unlogged;      /* lines that should be in the log and are not */
    struct frame_decoder decoder;
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
/* Shows the times, or no more. */
void app_toggle_times(struct app *a);

/* The sooner of two times, of which -1 is never. */
int64_t app_sooner(int64_t a, int64_t b);

/* The connection stands; it is over or could not be made, for this reason, or NULL when the other
 * side closed it. */
void app_up(struct app *a);
void app_down(struct app *a, const char *why);
/* Somebody is here: when all is over, the view stays a little longer. */
void app_stay(struct app *a);
/* We are in the room, for the first time or again. */
void app_arrive(struct app *a);
/* Marks where something may be missing: from when we left until now. */
void app_break(struct app *a);
/* Not to wait any longer for the next try to connect, or to ask for the nickname. */
void app_hurry(struct app *a);
/* Leaves the connection there is, if any, for a new one, at once. */
void app_reconnect(struct app *a);
/* How many seconds the clock shows: until the server ends, or until the next try to connect. */
int64_t app_seconds(const struct app *a);

/* Adds a line of an earlier visit, said at that local time; says where they came from, after the
 * last. */
void app_earlier(struct app *a, time_t at, const struct packet *said);
void app_earlier_over(struct app *a, const char *from);

/* Adds a line to the view and to the log; to the log alone. */
void app_line(struct app *a, enum line_kind kind, const char *nick, const char *text);
void app_log(struct app *a, enum line_kind kind, const char *nick, const char *text);
/* Says something in the view; says it in the status bar until the next key. */
void app_say(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
void app_hint(struct app *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The conversation is over: an exit status, and a sentence to read. */
void app_lose(struct app *a, int status, const char *f, ...) __attribute__((format(printf, 3, 4)));

#endif
