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
    struct link *link;
    int signals, terminal; /* terminal: -1 once it is gone */
    struct input_decoder keys;
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
    term_size(&rows, &columns);
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
    case SIGTSTP: resume(l, term_suspend); break;
    case SIGCONT: resume(l, term_resume); break;
    default: talk_leave(l->app);
    }
}

static void take_signals(struct loop *l)
{
    struct signalfd_siginfo info;
    while (read(l->signals, &info, sizeof info) == sizeof info) take_signal(l, (int)info.ssi_signo);
}

static void take_input(struct loop *l, const struct input *in)
{
    l->typed = l->app->dirty = true;
    if (in->kind == INPUT_SUSPEND)
        resume(l, term_suspend);
    else if (in->kind == INPUT_REDRAW)
        resume(l, term_resume);
    else if (in->kind == INPUT_GROUND)
        view_ground(theme_answered(in->text, in->n));
    else
        keyboard_input(l->app, in);
}

/* A window that closes sends SIGHUP as well: that is one wish to leave, not two. */
static void lose_terminal(struct loop *l)
{
    l->terminal = -1;
    if (l->app->stage < APP_LEAVING) talk_leave(l->app);
}

static void take_keys(struct loop *l, short events)
{
    char bytes[KEYS_READ];
    struct input in;
    if (l->terminal < 0 || events == 0) return;
    ssize_t n = term_read(bytes, sizeof bytes);
    if (n < 0) {
        lose_terminal(l);
        return;
    }
    struct span typed = {bytes, (size_t)n};
    while (input_next(&l->keys, &typed, &in)) take_input(l, &in);
    int patience = input_patience(&l->keys);
    l->expires = patience < 0 ? -1 : l->now + patience;
}

static void expire_keys(struct loop *l)
{
    struct input in;
    if (l->expires < 0 || l->now < l->expires) return;
    l->expires = -1;
    if (input_expire(&l->keys, &in)) take_input(l, &in);
}

/* Keys are answered at once; whatever else happens, the screen keeps calm. The next picture waits
 * until the terminal has taken the last one: what came meanwhile is all in it. */
static void paint(struct loop *l)
{
    bool typed = l->typed;
    if (outlet_is_busy()) return;
    l->typed = false;
    if (!l->app->dirty || l->terminal < 0) return;
    if (!typed && l->now < calm_due(&l->calm)) return;
    term_hold();
    view_paint(l->app);
    term_show();
    alert_turn(l->app);
    l->app->dirty = false;
    if (!typed) calm_spend(&l->calm, l->now);
}

/* Not before there is a connection: the answer to who has left already would go to the shell. */
static void ask_ground(struct loop *l)
{
    if (!l->asks || !l->app->met || l->terminal < 0) return;
    l->asks = false;
    term_ask_ground();
}

static int patience(const struct loop *l)
{
    int64_t due = app_sooner(app_due(l->app), l->expires);
    if (l->link->state == LINK_CONNECTING) due = app_sooner(due, l->link->deadline);
    if (l->app->dirty && l->terminal >= 0 && !outlet_is_busy())
        due = app_sooner(due, calm_due(&l->calm));
    if (due < 0) return -1;
    return due > l->now ? (int)(due - l->now) : 0;
}

static bool turn(struct loop *l)
{
    struct pollfd fds[] = {{.fd = l->terminal, .events = POLLIN},
                           {.fd = l->signals, .events = POLLIN},
                           link_poll(l->link),
                           outlet_poll()};
    if (poll(fds, sizeof fds / sizeof *fds, patience(l)) < 0 && errno != EINTR) return false;
    tell_time(l);
    carrier_turn(l->app, l->link, fds[2].revents, l->now);
    take_signals(l);
    take_keys(l, fds[0].revents);
    expire_keys(l);
    outlet_send();
    paint(l);
    ask_ground(l);
    return true;
}

bool loop_live(struct app *a, struct link *link, int signals, enum theme_ground ground)
{
    static struct loop l;
    l = (struct loop){.app = a, .link = link, .signals = signals, .expires = -1};
    l.asks = ground == THEME_UNKNOWN;
    view_ground(ground);
    tell_time(&l);
    follow_size(&l);
    carrier_turn(a, link, 0, l.now);
    l.typed = true;
    paint(&l);
    while (a->stage != APP_DONE)
        if (!turn(&l)) return false;
    return true;
}
