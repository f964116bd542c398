/* klatch: options, the parts built, the loop run, the last words. */
#include "common/address.h"
#include "tui/base/error.h"
#include "tui/core/app.h"
#include "tui/net/connection.h"
#include "tui/options.h"
#include "tui/screen_loop.h"
#include "tui/session_io.h"
#include "tui/stdio/json_mode.h"
#include "tui/stdio/line_mode.h"
#include "tui/stdio_loop.h"
#include "tui/storage/chat_log.h"
#include "tui/storage/history_file.h"
#include "tui/storage/ignore_file.h"
#include "tui/terminal/notify.h"
#include "tui/terminal/tty.h"
#include "tui/ui/render.h"

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

static bool speaks_utf8(const char *locale)
{
    return setlocale(LC_ALL, locale) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void choose_locale(void)
{
    if (speaks_utf8("") || speaks_utf8("C.UTF-8")) return;
    error_exit(EXIT_FAILURE, "cannot show text: neither this locale nor C.UTF-8 has UTF-8");
}

/* Signals are read from a descriptor by the loop; the terminal's own are so where there is a screen
 * to take care of. A reader that is gone is an error of write(2). */
static int block_signals(bool screen)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
    size_t count = screen ? sizeof all / sizeof *all : 3;
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < count; i++) sigaddset(&blocked, all[i]);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a log that may not grow is told of by write */
    return signalfd(-1, &blocked, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* The login name, if it is one that can be a nickname. */
static const char *login(void)
{
    const struct passwd *user = getpwuid(getuid());
    const char *names[] = {getenv("USER"), getenv("LOGNAME"), user != NULL ? user->pw_name : NULL};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i] != NULL && nick_check(names[i]) == NULL) return names[i];
    return "";
}

/* What people call the place. */
static void describe(char *where, size_t size, const struct options *o)
{
    if (address_path(o->host))
        snprintf(where, size, "%s", o->host);
    else
        snprintf(where, size, "%s port %s", o->host, o->port);
}

static bool log_line(void *book, const char *nick, const char *msg, enum proto proto)
{
    const struct chat_log *log = book;
    return log->fd < 0 || chat_log_append(book, nick, msg, proto);
}

static const char *log_to(void *book, const char *path)
{
    if (path != NULL) return chat_log_open(book, path);
    chat_log_close(book);
    return NULL;
}

static const char *log_where(void *book)
{
    const struct chat_log *log = book;
    return log->fd >= 0 ? log->path : NULL;
}

static void show_earlier(void *app, const struct record *r)
{
    time_t at = (time_t)(r->unix_ms / 1000);
    struct tm local;
    if (localtime_r(&at, &local) != NULL) app_earlier(app, at + local.tm_gmtoff, &r->said);
}

/* As much as there is use for. */
static void recall(struct app *a, const struct options *o, const struct chat_log *log)
{
    static const size_t lines[] = {
        [OPTIONS_SCREEN] = 500, [OPTIONS_PLAIN] = 20, [OPTIONS_PIPE] = 0};
    if (o->log == NULL || lines[o->face] == 0) return;
    chat_log_tail(log, lines[o->face], show_earlier, a);
    app_earlier_over(a, log->path);
}

static void remember(void *diary, const char *text)
{
    history_file_append(diary, text);
}

static void recall_entry(void *app, const char *text)
{
    editor_add_history(((struct app *)app)->line, text);
}

static void open_diary(struct app *a, struct history_file *diary)
{
    const char *wrong = history_file_open(diary, recall_entry, a);
    if (wrong != NULL) app_hint(a, "What you send is not kept for the next time: %s.", wrong);
}

static void restore_ignored(void *list, const char *nick, bool ignored)
{
    if (ignored)
        ignore_add(list, nick);
    else
        ignore_remove(list, nick);
}

static const char *keep_ignored(void *ignored, const char *nick, bool is)
{
    return ignore_file_append(ignored, nick, is);
}

/* A terminal that takes nothing is not waited for. */
static bool can_tell(void)
{
    struct pollfd reader = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&reader, 1, 500) != 0;
}

/* Told when all is over. What was typed and the room did not say is the person's. */
static void tell_last_words(const struct app *a)
{
    const char *draft = editor_text(a->line, NULL);
    if (!can_tell()) return;
    if (a->words[0] != '\0') error_print("%s", a->words);
    for (size_t i = 0; i < a->outbox.count; i++) {
        bool unsent = a->outbox.lines[i].state == OUTBOX_WAITING;
        error_print("Your %s: %s", unsent ? "unsent line" : "line, which may not have arrived",
                    a->outbox.lines[i].text);
    }
    if (a->words[0] != '\0' && draft[0] != '\0') error_print("Your unsent line: %s", draft);
}

/* From the terminal taken over to the terminal given back. */
static void live_on_screen(struct app *a, struct connection *connection, int signals,
                           const struct options *o)
{
    bool told = o->theme != THEME_UNKNOWN;
    enum theme_background background = told ? o->theme : theme_from_colorfgbg(getenv("COLORFGBG"));
    const struct notify_options alerts = {.bell = o->bell, .notify = o->notify, .title = o->title};
    if (!tty_open()) error_exit(EX_IOERR, "cannot use the terminal: curses would not start");
    notify_start(&alerts);
    bool ok = render_open(o->color) && loop_live(a, connection, signals, background);
    if (!ok) app_lose(a, EXIT_FAILURE, "cannot go on: %s", strerror(errno));
    notify_stop();
    tty_close();
}

static void live_in_lines(struct app *a, struct connection *connection, int signals,
                          struct face *face)
{
    if (!stream_live(face, connection, signals))
        app_lose(a, EXIT_FAILURE, "cannot go on: %s", strerror(errno));
    byte_queue_free(&face->out);
}

/* Only a person is worth being brought back. */
static void adapt(struct app_setup *setup, struct face *face)
{
    setup->show = face->kind->show;
    setup->hear = face->kind->hear;
    setup->face = face;
    setup->once = face->kind == &pipe_kind || !isatty(STDIN_FILENO);
}

/* What may be wrong with them is told while there is no screen. */
static void open_parts(const struct options *o, struct connection *connection, struct chat_log *log)
{
    const char *wrong = connection_init(connection, o->host, o->port);
    if (wrong != NULL) error_exit(EXIT_USAGE, "%s: %s", o->host, wrong);
    wrong = o->log != NULL ? chat_log_open(log, o->log) : NULL;
    if (wrong != NULL) error_exit(EX_IOERR, "%s: %s", o->log, wrong);
}

static uint32_t throw_dice(void)
{
    uint32_t chance;
    return getrandom(&chance, sizeof chance, 0) == sizeof chance ? chance : (uint32_t)getpid();
}

static int chat(const struct options *o)
{
    static const struct face_kind *const kinds[] = {
        [OPTIONS_SCREEN] = NULL, [OPTIONS_PLAIN] = &plain_kind, [OPTIONS_PIPE] = &pipe_kind};
    static struct app app;
    static struct connection connection;
    static struct chat_log log = {.fd = -1};
    struct face face = {.kind = kinds[o->face], .app = &app};
    struct history_file diary = {.fd = -1};
    struct ignore_file ignored = {.fd = -1, .error = "--no-history was given"};
    char where[256];
    open_parts(o, &connection, &log);
    describe(where, sizeof where, o);
    struct app_setup setup = {.where = where,
                              .nick = o->nick,
                              .proposal = login(),
                              .chance = throw_dice(),
                              .send = carrier_send,
                              .wire = &connection,
                              .timeless = !o->timestamps,
                              .joinless = !o->joins,
                              .remember = remember,
                              .diary = &diary,
                              .keep_ignored = keep_ignored,
                              .ignored = &ignored,
                              .log = log_line,
                              .log_to = log_to,
                              .log_where = log_where,
                              .book = &log};
    if (face.kind != NULL) adapt(&setup, &face);
    int signals = block_signals(face.kind == NULL);
    if (signals < 0 || !app_init(&app, &setup))
        error_exit(EXIT_FAILURE, "cannot start: %s", strerror(errno));
    recall(&app, o, &log);
    if (face.kind == NULL && o->history) open_diary(&app, &diary);
    if (face.kind != &pipe_kind && o->history) ignore_file_open(&ignored, restore_ignored, &app.ignore);
    if (face.kind == NULL)
        live_on_screen(&app, &connection, signals, o);
    else
        live_in_lines(&app, &connection, signals, &face);
    tell_last_words(&app);
    history_file_close(&diary);
    ignore_file_close(&ignored);
    connection_free(&connection);
    app_free(&app);
    return app.status;
}

/* A stream that is closed would have its number given to the next descriptor. */
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
    const char *missing = options.face == OPTIONS_SCREEN ? tty_check() : NULL;
    if (missing != NULL) {
        error_print("plain lines, not a full screen: %s", missing);
        options.face = OPTIONS_PLAIN;
    }
    if (options.face == OPTIONS_SCREEN) choose_locale();
    return chat(&options);
}
