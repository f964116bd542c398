/* klatch: options, the parts built, the loop run, the last words. */
#include "common/address.h"
#include "tui/app.h"
#include "tui/carrier.h"
#include "tui/complaint.h"
#include "tui/link.h"
#include "tui/loop.h"
#include "tui/options.h"
#include "tui/pipe.h"
#include "tui/plain.h"
#include "tui/stream.h"
#include "tui/term.h"
#include "tui/view.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

enum { EXIT_USAGE = 2 };

static bool speaks_utf8(const char *locale)
{
    return setlocale(LC_ALL, locale) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void choose_locale(void)
{
    if (speaks_utf8("") || speaks_utf8("C.UTF-8")) return;
    complaint_die(EXIT_FAILURE, "cannot show text: neither this locale nor C.UTF-8 has UTF-8");
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
    signal(SIGXFSZ, SIG_IGN);
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

/* Told when all is over. What was typed and the room did not say is the person's. */
static void tell_last_words(const struct app *a)
{
    const char *draft = editor_text(a->line, NULL);
    if (a->words[0] != '\0') complaint_say("%s", a->words);
    for (size_t i = 0; i < a->outbox.count; i++) {
        bool unsent = a->outbox.lines[i].state == OUTBOX_WAITING;
        complaint_say("Your %s: %s", unsent ? "unsent line" : "line, which may not have arrived",
                      a->outbox.lines[i].text);
    }
    if (a->words[0] != '\0' && draft[0] != '\0') complaint_say("Your unsent line: %s", draft);
}

static void start(struct app *a, const struct app_setup *setup)
{
    if (!app_init(a, setup)) complaint_die(EXIT_FAILURE, "cannot start: %s", strerror(errno));
}

static void cannot_go_on(struct app *a)
{
    app_lose(a, EXIT_FAILURE, "cannot go on: %s", strerror(errno));
}

/* From the terminal taken over to the terminal given back. */
static void live_on_screen(struct app *a, const struct app_setup *setup, int signals, bool color)
{
    choose_locale();
    start(a, setup);
    if (!term_open()) complaint_die(EX_IOERR, "cannot use the terminal: curses would not start");
    if (!view_open(color) || !loop_live(a, setup->wire, signals)) cannot_go_on(a);
    term_close();
}

/* Only a person is worth being brought back. */
static void live_in_lines(struct app *a, struct app_setup setup, int signals,
                          const struct face_kind *kind)
{
    static struct face face;
    face = (struct face){.kind = kind, .app = a};
    setup.show = kind->show;
    setup.hear = kind->hear;
    setup.face = &face;
    setup.once = kind == &pipe_kind || !isatty(STDIN_FILENO);
    start(a, &setup);
    if (!stream_live(&face, setup.wire, signals)) cannot_go_on(a);
    lines_free(&face.out);
}

static int chat(const struct options *o)
{
    static struct app app;
    static struct link link;
    char where[256];
    uint32_t chance = 0;
    const char *missing = link_find(&link, o->host, o->port);
    int status = address_path(o->host) != NULL ? EXIT_USAGE : EX_UNAVAILABLE;
    if (missing != NULL) complaint_die(status, "%s: %s", o->host, missing);
    describe(where, sizeof where, o);
    if (getrandom(&chance, sizeof chance, 0) < 0) chance = (uint32_t)getpid();
    const struct app_setup setup = {.where = where,
                                    .nick = o->nick,
                                    .proposal = login(),
                                    .chance = chance,
                                    .send = carrier_send,
                                    .wire = &link};
    int signals = block_signals(o->face == OPTIONS_SCREEN);
    if (signals < 0) complaint_die(EXIT_FAILURE, "cannot start: %s", strerror(errno));
    if (o->face == OPTIONS_SCREEN)
        live_on_screen(&app, &setup, signals, o->color);
    else
        live_in_lines(&app, setup, signals, o->face == OPTIONS_PIPE ? &pipe_kind : &plain_kind);
    tell_last_words(&app);
    link_free(&link);
    app_free(&app);
    return app.status;
}

/* A stream that is closed would have its number given to the next descriptor. */
static void check_streams(void)
{
    static const char *const names[] = {"standard input", "standard output"};
    for (int fd = 0; fd < 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) complaint_die(EX_IOERR, "%s is closed", names[fd]);
    if (fcntl(STDERR_FILENO, F_GETFD) < 0) (void)open("/dev/null", O_WRONLY);
}

int main(int argc, char **argv)
{
    struct options options;
    check_streams();
    options_gather(&options, argc, argv);
    const char *missing = options.face == OPTIONS_SCREEN ? term_check() : NULL;
    if (missing != NULL) {
        complaint_say("plain lines, not a full screen: %s", missing);
        options.face = OPTIONS_PLAIN;
    }
    return chat(&options);
}
