/* klatch: reads the options, sets up the session and a front end, runs a loop, and prints the exit
 * messages. */
#include "common/address.h"
#include "common/nick.h"
#include "tui/base/clock.h"
#include "tui/base/error.h"
#include "tui/base/messages.h"
#include "tui/editor/line_editor.h"
#include "tui/options.h"
#include "tui/screen_loop.h"
#include "tui/session_io.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"
#include "tui/stdio_loop.h"
#include "tui/storage/file_opener.h"
#include "tui/system/sandbox.h"
#include "tui/terminal/notify.h"
#include "tui/terminal/tty.h"
#include "tui/ui/drawing/render.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

/* Lines of the log shown at the start: on a screen, and in line mode. */
enum { RECALL_SCREEN = 500, RECALL_LINES = 20 };

static bool speaks_utf8(const char *locale)
{
    return setlocale(LC_ALL, locale) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void choose_locale(void)
{
    if (speaks_utf8("") || speaks_utf8("C.UTF-8")) return;
    error_exit(EXIT_FAILURE,
               "cannot show text: neither this locale nor C.UTF-8 uses UTF-8; set LANG");
}

/* Returns a descriptor from which the loop reads the signals, or -1 with errno set. With a screen,
 * SIGTSTP and the like too, because the terminal must be restored first. Ignores SIGPIPE and
 * SIGXFSZ: write(2) returns these errors too; and SIGCHLD, so that a helper that has ended does not
 * stay as a zombie. */
static int block_signals(bool screen)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
    size_t count = screen ? sizeof all / sizeof *all : 3;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < count; i++) sigaddset(&blocked, all[i]);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    return signalfd(-1, &blocked, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Returns the login name if it is a valid nickname, or else "". */
static const char *login(void)
{
    const struct passwd *user = getpwuid(getuid());
    const char *names[] = {getenv("USER"), getenv("LOGNAME"), user != NULL ? user->pw_name : NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] != NULL && nick_check(names[i]) == NULL) return names[i];
    return "";
}

/* Writes the server's address, with a text before it and another one before the port. */
static void describe(char *ret, size_t size, const struct options *o, const char *before,
                     const char *between)
{
    bool has_port = address_path(o->host) == NULL;
    snprintf(ret, size, "%s%s%s%s", before, o->host, has_port ? between : "",
             has_port ? o->port : "");
}

/* Whether standard error accepts output within half a second. */
static bool can_tell(void)
{
    struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&reader, 1, 500) != 0;
}

/* Prints why the session failed, and all lines that were not delivered, so that the user keeps
 * them.
 */
static void print_exit_messages(const struct session *s, const char *draft)
{
    static const char *const labels[] = {[OUTBOX_QUEUED] = MESSAGE_EXIT_UNSENT,
                                         [OUTBOX_SENT] = MESSAGE_EXIT_UNCONFIRMED,
                                         [OUTBOX_UNCONFIRMED] = MESSAGE_EXIT_UNCONFIRMED,
                                         [OUTBOX_REJECTED] = MESSAGE_EXIT_REJECTED};
    const struct outbox *o = &s->outbox;
    bool failed = s->exit.message[0] != '\0';
    if (!can_tell()) return;
    if (failed) error_print("%s", s->exit.message);
    for (size_t i = 0; i < o->count; i++)
        error_print("%s: %s", labels[o->lines[i].state], o->lines[i].text);
    if (failed && draft[0] != '\0') error_print("%s: %s", MESSAGE_EXIT_UNSENT, draft);
}

static uint32_t random_seed(void)
{
    uint32_t seed;
    return getrandom(&seed, sizeof seed, 0) == sizeof seed ? seed : (uint32_t)getpid();
}

static void open_session(struct session_io *io, const struct session_config *config,
                         const struct options *o)
{
    session_open(io->session, config);
    session_tick(io->session, clock_local(),
                 clock_now()); /* sets the time of the lines that follow */
    if (o->log != NULL) io->session->log_path = io->log.file.path;
}

static void add_history(void *editor, const char *text)
{
    editor_add_history(editor, text);
}

static void open_history(struct screen *screen, struct history_file *history)
{
    const char *error = history_file_open(history, add_history, screen->composer.editor);
    if (error != NULL) screen_message(screen, MESSAGE_HISTORY_NOT_SAVED, error);
}

/* Shows the list of members as chosen in the last run, unless an option says otherwise. */
static void open_choice(struct screen *screen, struct choice_file *f, const struct options *o)
{
    bool *show = &screen->layout.show_members;
    const char *error = o->history ? choice_file_open(f, "members", show) : NULL;
    if (error != NULL) screen_message(screen, MESSAGE_CHOICE_NOT_SAVED, error);
    if (o->members >= 0) *show = o->members > 0;
}

/* Starts the processes that do what the sandbox forbids. Returns false if there is no sandbox. */
static bool start_helpers(struct session_io *io, const struct options *o)
{
    return o->sandbox && SANDBOX_IS_POSSIBLE && connection_start_dialer(&io->connection) &&
           file_opener_start();
}

/* Takes over the terminal, runs the screen loop, and restores the terminal. */
static void use_terminal(struct screen *screen, struct session_io *io, struct screen_files *files,
                         int signals, const struct options *o)
{
    bool confines = start_helpers(io, o);
    encryption_start(&io->encryption, &io->connection.tls, o);
    bool known = o->theme != THEME_UNKNOWN;
    enum theme_background background = known ? o->theme : theme_from_colorfgbg(getenv("COLORFGBG"));
    const struct notify_options notify = {.bell = o->bell, .notify = o->notify, .title = o->title};
    if (!tty_open(o->mouse))
        error_exit(EX_IOERR, "cannot use the terminal: curses did not start; try --plain");
    notify_start(&notify);
    bool ok = render_open(o->color);
    if (confines) sandbox_apply();
    ok = ok && screen_loop_run(screen, io, files, signals, background);
    if (!ok) session_fail(io->session, EXIT_FAILURE, MESSAGE_CANNOT_GO_ON, strerror(errno));
    notify_stop();
    tty_close();
}

static void restore_ignored(void *list, const char *nick, bool ignored)
{
    if (ignored)
        ignore_list_add(list, nick);
    else
        ignore_list_remove(list, nick);
}

static void open_ignored(struct session_io *io)
{
    const char *error = ignore_file_open(&io->ignore_file, restore_ignored, &io->session->ignored);
    if (error != NULL) session_io_tell(io, MESSAGE_IGNORED_UNREAD, error);
}

static void tell_unknown_term(struct session_io *io)
{
    const char *substitute = tty_substitute();
    if (substitute != NULL) session_io_tell(io, MESSAGE_UNKNOWN_TERM, getenv("TERM"), substitute);
}

static void run_screen(struct session_io *io, struct session_config *config,
                       const struct options *o)
{
    static struct screen screen;
    struct screen_files files = {.history.file.fd = -1, .members.file.fd = -1};
    int signals = block_signals(true);
    config->asks_who = config->asks_key = true;
    io->frontend = (struct event_sink){screen_on_event, &screen};
    open_session(io, config, o);
    if (signals < 0 || !screen_init(&screen, io->session))
        error_exit(EXIT_FAILURE, "cannot start: %s", strerror(errno));
    screen.layout.hide_timestamps = !o->timestamps;
    screen.hide_joins = !o->joins;
    session_io_recall(io, RECALL_SCREEN);
    tell_unknown_term(io);
    open_choice(&screen, &files.members, o);
    if (o->history) open_history(&screen, &files.history);
    if (o->history) open_ignored(io);
    use_terminal(&screen, io, &files, signals, o);
    print_exit_messages(io->session, editor_text(screen.composer.editor, NULL));
    history_file_close(&files.history);
    choice_file_close(&files.members);
    screen_free(&screen);
}

/* Reconnects only if a person types the lines. */
static void run_stdio(struct session_io *io, struct session_config *config, const struct options *o)
{
    bool lines = o->face == OPTIONS_PLAIN;
    struct frontend frontend = {.kind = lines ? &line_mode : &json_mode, .session = io->session};
    int signals = block_signals(false);
    io->frontend = (struct event_sink){frontend.kind->on_event, &frontend};
    io->tells_on_stderr = !lines;
    config->repeat_countdown = true;
    config->asks_who = config->asks_key = lines && isatty(STDIN_FILENO);
    config->no_reconnect = !config->asks_who;
    if (signals < 0) error_exit(EXIT_FAILURE, "cannot start: %s", strerror(errno));
    open_session(io, config, o);
    if (lines) session_io_recall(io, RECALL_LINES);
    if (lines && o->history) open_ignored(io);
    bool confines = start_helpers(io, o);
    encryption_start(&io->encryption, &io->connection.tls, o);
    if (confines) sandbox_apply();
    if (!stdio_loop_run(&frontend, io, signals))
        session_fail(io->session, EXIT_FAILURE, MESSAGE_CANNOT_GO_ON, strerror(errno));
    byte_queue_free(&frontend.out);
    print_exit_messages(io->session, "");
}

static int run(const struct options *o)
{
    static struct session session;
    static struct session_io io = {.session = &session,
                                   .log.file.fd = -1,
                                   .encryption.file.file.fd = -1,
                                   .ignore_file = {.file.fd = -1, .error = MESSAGE_NO_HISTORY}};
    char where[256], join_command[256];
    describe(where, sizeof where, o, "", " port ");
    encryption_open(&io.encryption, o);
    describe(join_command, sizeof join_command, o,
             io.encryption.is_on ? "klatch --tls " : "klatch ", " ");
    struct session_config config = {.where = where,
                                    .host = o->host,
                                    .join_command = join_command,
                                    .nick = o->nick,
                                    .proposed_nick = login(),
                                    .random_seed = random_seed(),
                                    .sink = {session_io_on_event, &io}};
    session_io_open(&io, o->host, o->port, o->log);
    if (o->face == OPTIONS_SCREEN)
        run_screen(&io, &config, o);
    else
        run_stdio(&io, &config, o);
    session_io_close(&io);
    file_opener_stop();
    session_close(&session);
    return session.exit.status;
}

/* Refuses closed standard streams: the next descriptor would become one of them. */
static void check_streams(void)
{
    static const char *const names[] = {"standard input", "standard output"};
    for (int fd = 0; fd < 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) error_exit(EX_IOERR, "%s is closed", names[fd]);
    if (fcntl(STDERR_FILENO, F_GETFD) < 0) (void)open("/dev/null", O_WRONLY);
}

int main(int argc, char **argv)
{
    struct options options;
    check_streams();
    options_gather(&options, argc, argv);
    if (options.key == OPTIONS_KEY_PRINT) encryption_print_key();
    const char *missing = options.face == OPTIONS_SCREEN ? tty_check() : NULL;
    if (missing != NULL) {
        error_print("using lines of text instead of a full screen: %s", missing);
        options.face = OPTIONS_PLAIN;
    }
    if (options.face == OPTIONS_SCREEN) choose_locale();
    return run(&options);
}
