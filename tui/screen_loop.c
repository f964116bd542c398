#include "tui/screen_loop.h"

#include "tui/base/clock.h"
#include "tui/core/talk.h"
#include "tui/session_io.h"
#include "tui/terminal/notify.h"
#include "tui/terminal/tty.h"
#include "tui/terminal/tty_output.h"
#include "tui/ui/calm.h"
#include "tui/ui/keyboard.h"
#include "tui/ui/render.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { KEYS_READ = 4096 };

struct loop {
    struct app *app;
    struct connection *connection;
    int signals, terminal; /* terminal: -1 once it is gone */
    struct key_parser keys;
    int64_t now, expires; /* expires: when to stop waiting for the rest of a key; -1: not waiting */
    struct calm calm;
    bool asks;  /* the terminal is to be asked what colour its background has */
    bool typed; /* a key was pressed in this turn: paint at once */
};

static void tell_time(struct loop *l)
{
    l->now = clock_now();
    app_tick(l->app, clock_local(), l->now);
    talk_tick(l->app);
}

static void follow_size(struct loop *l)
{
    int rows, columns;
    tty_size(&rows, &columns);
    app_resize(l->app, rows, columns);
}

static void resume(struct loop *l, void (*how)(void))
{
    how();
    tell_time(l);
    follow_size(l);
}

static void take_signal(struct loop *l, int signal)
{
    switch (signal) {
    case SIGWINCH: follow_size(l); break;
    case SIGTSTP: resume(l, tty_suspend); break;
    case SIGCONT: resume(l, tty_resume); break;
    default: talk_leave(l->app);
    }
}

static void take_signals(struct loop *l)
{
    struct signalfd_siginfo info;
    while (read(l->signals, &info, sizeof info) == sizeof info) take_signal(l, (int)info.ssi_signo);
}

static void take_input(struct loop *l, const struct action *in)
{
    l->typed = l->app->dirty = true;
    if (in->kind == ACTION_SUSPEND)
        resume(l, tty_suspend);
    else if (in->kind == ACTION_REDRAW)
        resume(l, tty_resume);
    else if (in->kind == ACTION_BACKGROUND_REPLY)
        render_set_background(theme_from_reply(in->text, in->n));
    else
        keyboard_input(l->app, in);
}

/* A window that closes sends SIGHUP as well: that is one wish to leave, not two. */
static void lose_terminal(struct loop *l)
{
    l->terminal = -1;
    if (l->app->stage < APP_LEAVING) talk_leave(l->app);
}

static void wait_for_rest(struct loop *l)
{
    int timeout = key_parser_timeout_ms(&l->keys);
    l->expires = timeout < 0 ? -1 : l->now + timeout;
}

static void take_keys(struct loop *l, short events)
{
    char bytes[KEYS_READ];
    struct action in;
    if (l->terminal < 0 || events == 0) return;
    ssize_t n = tty_read(bytes, sizeof bytes);
    if (n < 0) {
        lose_terminal(l);
        return;
    }
    struct span typed = {bytes, (size_t)n};
    while (key_parser_next(&l->keys, &typed, &in)) take_input(l, &in);
    wait_for_rest(l);
}

static void expire_keys(struct loop *l)
{
    struct action in;
    if (l->expires < 0 || l->now < l->expires) return;
    if (key_parser_expire(&l->keys, &in)) take_input(l, &in);
    wait_for_rest(l);
}

static void notify(struct app *a)
{
    char text[300];
    attention_title(&a->attention, a->setup.where, text, sizeof text);
    notify_set_title(text);
    if (!a->attention.calling) return;
    a->attention.calling = false;
    attention_words(&a->attention, text, 160);
    notify_send(text);
}

/* Keys are answered at once; whatever else happens, the screen keeps calm. The next picture waits
 * until the terminal has taken the last one: what came meanwhile is all in it. */
static void paint(struct loop *l)
{
    bool typed = l->typed;
    if (tty_output_is_busy()) return;
    l->typed = false;
    if (!l->app->dirty || l->terminal < 0) return;
    if (!typed && l->now < calm_due(&l->calm)) return;
    tty_begin_sync();
    render_frame(l->app);
    tty_end_sync();
    notify(l->app);
    l->app->dirty = false;
    if (!typed) calm_spend(&l->calm, l->now);
}

/* Not before there is a connection: the answer to who has left already would go to the shell. */
static void query_background(struct loop *l)
{
    if (!l->asks || !l->app->met || l->terminal < 0) return;
    l->asks = false;
    tty_query_background();
}

static int patience(const struct loop *l)
{
    int64_t due = app_sooner(app_due(l->app), l->expires);
    due = app_sooner(due, connection_deadline(l->connection));
    if (l->app->dirty && l->terminal >= 0 && !tty_output_is_busy())
        due = app_sooner(due, calm_due(&l->calm));
    if (due < 0) return -1;
    return due > l->now ? (int)(due - l->now) : 0;
}

static bool turn(struct loop *l)
{
    struct pollfd fds[] = {{.fd = l->terminal, .events = POLLIN},
                           {.fd = l->signals, .events = POLLIN},
                           connection_pollfd(l->connection),
                           tty_output_pollfd()};
    if (poll(fds, sizeof fds / sizeof *fds, patience(l)) < 0 && errno != EINTR) return false;
    tell_time(l);
    carrier_turn(l->app, l->connection, fds[2].revents, l->now);
    take_signals(l);
    take_keys(l, fds[0].revents);
    expire_keys(l);
    tty_output_flush();
    paint(l);
    query_background(l);
    return true;
}

bool loop_live(struct app *a, struct connection *connection, int signals,
               enum theme_background background)
{
    static struct loop l;
    l = (struct loop){.app = a, .connection = connection, .signals = signals, .expires = -1};
    l.keys.slow_link = tty_is_remote();
    l.asks = background == THEME_UNKNOWN;
    render_set_background(background);
    tell_time(&l);
    follow_size(&l);
    carrier_turn(a, connection, 0, l.now);
    l.typed = true;
    paint(&l);
    while (a->stage != APP_DONE)
        if (!turn(&l)) return false;
    return true;
}
