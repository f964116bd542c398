#include "tui/screen_loop.h"

#include "common/token_bucket.h"
#include "tui/base/clock.h"
#include "tui/base/messages.h"
#include "tui/editor/line_editor.h"
#include "tui/system/editor_process.h"
#include "tui/terminal/clipboard.h"
#include "tui/terminal/notify.h"
#include "tui/terminal/tty.h"
#include "tui/terminal/tty_output.h"
#include "tui/ui/composer.h"
#include "tui/ui/drawing/render.h"
#include "tui/ui/key_bindings.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { KEYS_READ = 4096, FRAME_US = 33000, FRAME_BURST = 4 };

/* The limit of frames: a burst of 4, then 30 per second. A frame after a key does not count. */
static const struct token_rate frame_rate = {.step = FRAME_US,
                                             .slack = INT64_C(1) * FRAME_US * (FRAME_BURST - 1)};

struct loop {
    struct screen *screen;
    struct session *session;
    struct session_io *io;
    struct screen_files *files;
    int signals, terminal; /* terminal: -1 once it is gone, or while the user's editor has it */
    int editor;            /* can be read when the user's editor ends; -1: none runs */
    struct key_parser keys;
    int64_t now, keys_expire_at; /* when the wait for the rest of a key ends; -1: no wait */
    struct token_bucket frames;
    bool query_background; /* ask the terminal for its background's colour */
    size_t unsaved;        /* bytes of the history that it could not write */
    bool shows_members;    /* the choice that is stored */
    bool typed;            /* the user pressed a key in this turn: paint at once */
};

static void tick(struct loop *l)
{
    l->now = clock_now();
    session_tick(l->session, clock_local(), l->now);
}

static void follow_size(struct loop *l)
{
    int rows, columns;
    tty_size(&rows, &columns);
    screen_resize(l->screen, rows, columns);
}

static void resume(struct loop *l, void (*how)(void))
{
    how();
    notify_forget_title();
    tick(l);
    follow_size(l);
}

static void suspend(struct loop *l)
{
    notify_suspend();
    resume(l, tty_suspend);
    notify_resume();
}

/* Takes the terminal back from the user's editor. */
static void end_editor(struct loop *l, const char *error)
{
    l->editor = -1;
    l->terminal = STDIN_FILENO;
    resume(l, tty_return);
    notify_resume();
    l->typed = l->screen->needs_redraw = true;
    if (error != NULL) screen_message(l->screen, "%s", error);
}

/* The session goes on in the background. */
static void start_editor(struct loop *l)
{
    size_t n;
    const char *text = editor_text(l->screen->composer.editor, &n);
    notify_suspend();
    tty_leave();
    l->editor = editor_process_edit(text, n);
    l->terminal = -1;
    if (l->editor < 0) end_editor(l, MESSAGE_EDITOR_GONE);
}

static void take_edited(struct loop *l, short events)
{
    struct span text;
    if (events == 0) return;
    const char *error = editor_process_read(&text);
    if (error == NULL) composer_replace(l->screen, text);
    end_editor(l, error);
}

static void take_signal(struct loop *l, int signal)
{
    bool stops = signal == SIGTSTP || signal == SIGCONT;
    if (stops && l->editor >= 0) return; /* klatch must not touch the terminal */
    switch (signal) {
    case SIGWINCH: follow_size(l); break;
    case SIGTSTP: suspend(l); break;
    case SIGCONT: resume(l, tty_resume); break;
    default: session_quit(l->session);
    }
}

static void take_signals(struct loop *l, short events)
{
    struct signalfd_siginfo info;
    while (events != 0 && read(l->signals, &info, sizeof info) == sizeof info)
        take_signal(l, (int)info.ssi_signo);
}

static void set_background(struct loop *l, enum theme_background background)
{
    members_set_hues(&l->session->members, render_set_background(background));
}

/* Drops keys that were typed before the user's editor had the terminal: they were meant for it. */
static void take_action(struct loop *l, const struct action *in)
{
    if (l->terminal < 0) return;
    l->typed = l->screen->needs_redraw = true;
    if (in->kind == ACTION_SUSPEND)
        suspend(l);
    else if (in->kind == ACTION_EDITOR)
        start_editor(l);
    else if (in->kind == ACTION_REDRAW)
        resume(l, tty_resume);
    else if (in->kind == ACTION_BACKGROUND_REPLY)
        set_background(l, theme_from_reply(in->text, in->n));
    else
        key_bindings_input(l->screen, in);
}

/* Quits once: a window that closes causes both an end of input and SIGHUP. */
static void lose_terminal(struct loop *l)
{
    l->terminal = -1;
    if (!session_is_over(l->session)) session_quit(l->session);
}

static void wait_for_rest(struct loop *l)
{
    int timeout = key_parser_timeout_ms(&l->keys);
    l->keys_expire_at = timeout < 0 ? -1 : l->now + timeout;
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
    while (key_parser_next(&l->keys, &typed, &in)) take_action(l, &in);
    wait_for_rest(l);
}

static void expire_keys(struct loop *l)
{
    struct action in;
    if (l->keys_expire_at < 0 || l->now < l->keys_expire_at) return;
    if (key_parser_expire(&l->keys, &in)) take_action(l, &in);
    wait_for_rest(l);
}

static void notify(struct loop *l)
{
    struct activity *a = &l->screen->activity;
    char title[300], text[160];
    activity_title(a, l->session->config.where, title, sizeof title);
    notify_set_title(title);
    if (!a->notify_pending) return;
    a->notify_pending = false;
    activity_notification(a, text, sizeof text);
    notify_send(text);
}

/* Draws at once after a key, otherwise within the limit of frames. Skips a frame while output is
 * queued: the next frame shows all changes. */
static void paint(struct loop *l)
{
    bool typed = l->typed;
    if (tty_output_is_busy()) return;
    l->typed = false;
    if (!l->screen->needs_redraw || l->terminal < 0) return;
    if (!typed && !token_bucket_allows(&l->frames, &frame_rate, l->now)) return;
    tty_begin_sync();
    render_frame(l->screen);
    tty_end_sync();
    notify(l);
    l->screen->needs_redraw = false;
    if (!typed) token_bucket_take(&l->frames, &frame_rate, 1, l->now);
}

static void copy_text(struct loop *l)
{
    if (l->screen->to_clipboard == NULL || l->terminal < 0) return;
    clipboard_copy(l->screen->to_clipboard);
    free(l->screen->to_clipboard);
    l->screen->to_clipboard = NULL;
}

/* Waits for the connection: if klatch exited before the reply, the shell would receive it. */
static void query_background(struct loop *l)
{
    if (!l->query_background || !l->session->ever_connected || l->terminal < 0) return;
    l->query_background = false;
    tty_query_background();
}

/* Keeps the bytes that it cannot write, and tries again when there are more. */
static void save_history(struct loop *l)
{
    struct byte_queue *saved = &l->screen->composer.saved;
    const char *error = NULL;
    if (saved->to - saved->from == l->unsaved) return;
    while (error == NULL && saved->from < saved->to) {
        error = history_file_append(&l->files->history, saved->p + saved->from);
        session_io_tell_file(l->io, &l->files->history.file, true);
        if (error == NULL) saved->from += strlen(saved->p + saved->from) + 1;
    }
    if (error != NULL && l->unsaved == 0) session_io_tell(l->io, MESSAGE_HISTORY_NOT_SAVED, error);
    l->unsaved = saved->to - saved->from;
}

/* Stores the choice whether to show the list of members when it has changed. */
static void save_choice(struct loop *l)
{
    struct choice_file *f = &l->files->members;
    bool shows = l->screen->layout.show_members;
    if (shows == l->shows_members) return;
    l->shows_members = shows;
    const char *error = choice_file_append(f, shows);
    if (error != NULL) session_io_tell(l->io, MESSAGE_CHOICE_NOT_SAVED, error);
}

static int poll_timeout(const struct loop *l)
{
    int64_t due = clock_sooner(session_io_deadline(l->io), l->keys_expire_at);
    if (l->screen->needs_redraw && l->terminal >= 0 && !tty_output_is_busy())
        due = clock_sooner(due, token_bucket_due(&l->frames, &frame_rate));
    return clock_poll_timeout(due, l->now);
}

static bool turn(struct loop *l)
{
    struct pollfd fds[] = {{.fd = l->terminal, .events = POLLIN},
                           {.fd = l->signals, .events = POLLIN},
                           connection_pollfd(&l->io->connection),
                           tty_output_pollfd(),
                           {.fd = l->editor, .events = POLLIN}};
    if (poll(fds, sizeof fds / sizeof *fds, poll_timeout(l)) < 0 && errno != EINTR) return false;
    tick(l);
    session_io_process(l->io, fds[2].revents, l->now);
    take_signals(l, fds[1].revents);
    take_edited(l, fds[4].revents);
    take_keys(l, fds[0].revents);
    expire_keys(l);
    session_io_flush(l->io);
    tty_output_flush();
    paint(l);
    query_background(l);
    copy_text(l);
    save_history(l);
    save_choice(l);
    return true;
}

bool screen_loop_run(struct screen *screen, struct session_io *io, struct screen_files *files,
                     int signals, enum theme_background background)
{
    static struct loop l;
    l = (struct loop){.screen = screen,
                      .session = io->session,
                      .io = io,
                      .files = files,
                      .shows_members = screen->layout.show_members,
                      .signals = signals,
                      .editor = -1,
                      .keys_expire_at = -1,
                      .query_background = background == THEME_UNKNOWN,
                      .typed = true,
                      .keys.slow_link = tty_is_remote()};
    set_background(&l, background);
    tick(&l);
    follow_size(&l);
    session_io_process(io, 0, l.now);
    paint(&l);
    bool ok = true;
    while (ok && (l.session->state != SESSION_FINISHED || l.editor >= 0)) ok = turn(&l);
    composer_save_draft(screen);
    save_history(&l);
    return ok;
}
