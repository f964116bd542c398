/* klatch: options, the parts built, the loop run, the last words. */
#include "common/address.h"
#include "common/text.h"
#include "tui/app.h"
#include "tui/link.h"
#include "tui/logfile.h"
#include "tui/loop.h"
#include "tui/term.h"
#include "tui/view.h"

#include <errno.h>
#include <getopt.h>
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

#define HOST "localhost"

enum { EXIT_USAGE = 2, EXIT_IO = 74, TAIL_LINES = 500 };

static const char help[] =
    "Usage: klatch [OPTIONS] [HOST [PORT]]\n"
    "\n"
    "A full-screen client for the chat room that klatchd keeps.\n"
    "\n"
    "HOST is a name, an IPv4 or IPv6 address, or unix:PATH (default " HOST ");\n"
    "PORT is 1 to 65535 (default " ADDRESS_PORT ").\n"
    "\n"
    "  -l, --log FILE    keep what the room says in FILE, a JSON object a line, and show\n"
    "                    the end of it at the start; nobody else may read it\n"
    "  -n, --nick NICK   ask for this nickname (default: choose one in a dialog)\n"
    "  -h, --help        show this help\n"
    "  -V, --version     show the version\n"
    "\n"
    "In the room: Enter sends, F1 or /help tells the keys, Ctrl+C says goodbye.\n"
    "NO_COLOR in the environment turns colours off.\n"
    "\n"
    "Exit status: 0 asked to leave, 2 wrong usage, 69 no connection or it was lost,\n"
    "74 terminal trouble, 76 the server broke the protocol, 1 anything else.\n"
    "\n"
    "Examples:\n"
    "  klatch                            join the room on this machine\n"
    "  klatch -n ada chat.example.org    join another one as ada\n";

static const struct option long_options[] = {
    {"log", required_argument, NULL, 'l'},
    {"nick", required_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {0},
};

struct options {
    const char *nick, *log, *host, *port;
};

/* Whatever is said may hold what strangers wrote. */
static void complain(const char *what)
{
    char *clean = text_clean(what, strlen(what), TEXT_ONE_LINE, NULL);
    fprintf(stderr, "klatch: %s\n", clean != NULL ? clean : "out of memory");
    free(clean);
}

_Noreturn static void die(int status, const char *what, const char *why)
{
    char text[512];
    snprintf(text, sizeof text, "%s: %s", what, why);
    complain(text);
    exit(status);
}

_Noreturn static void usage(const char *what, const char *value)
{
    char text[512];
    if (what != NULL) {
        snprintf(text, sizeof text, "%s: %s", what, value);
        complain(text);
    }
    fputs("Try 'klatch --help'.\n", stderr);
    exit(EXIT_USAGE);
}

_Noreturn static void print(const char *text)
{
    exit(fputs(text, stdout) < 0 || fflush(stdout) != 0 ? EXIT_IO : EXIT_SUCCESS);
}

static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 5 || text[digits] != '\0') return false;
    long port = strtol(text, NULL, 10);
    return port >= 1 && port <= 65535;
}

static void check_options(const struct options *o)
{
    const char *wrong = o->nick != NULL ? nick_check(o->nick) : NULL;
    if (wrong != NULL) usage("that nickname will not do", wrong);
    if (o->host[0] == '\0') usage("not a host", o->host);
    if (!is_port(o->port)) usage("not a port from 1 to 65535", o->port);
}

static void read_options(int argc, char **argv, struct options *o)
{
    static char name[] = "klatch"; /* under which getopt complains */
    int c;
    *o = (struct options){.host = HOST, .port = ADDRESS_PORT};
    argv[0] = name;
    while ((c = getopt_long(argc, argv, "l:n:hV", long_options, NULL)) != -1) switch (c) {
        case 'l': o->log = optarg; break;
        case 'n': o->nick = optarg; break;
        case 'h': print(help);
        case 'V': print("klatch " KLATCH_VERSION "\n");
        default: usage(NULL, NULL);
        }
    int most = optind + (argc > optind && address_path(argv[optind]) ? 1 : 2);
    if (argc > most) usage("too many arguments", argv[most]);
    if (argc > optind) o->host = argv[optind];
    if (argc > optind + 1) o->port = argv[optind + 1];
    check_options(o);
}

static bool speaks_utf8(const char *locale)
{
    return setlocale(LC_ALL, locale) != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void choose_locale(void)
{
    if (speaks_utf8("") || speaks_utf8("C.UTF-8")) return;
    die(EXIT_FAILURE, "cannot show text", "neither this locale nor C.UTF-8 has UTF-8");
}

/* All signals that matter are read from a descriptor by the loop. */
static int block_signals(void)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGCONT};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&blocked, all[i]);
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

static bool send_frame(void *wire, const char *frame, size_t n)
{
    return link_send(wire, frame, n);
}

static bool log_line(void *book, const char *nick, const char *msg, enum proto proto)
{
    return logfile_add(book, nick, msg, proto);
}

static void show_earlier(void *app, const struct record *r)
{
    time_t at = (time_t)(r->unix_ms / 1000);
    struct tm local;
    if (localtime_r(&at, &local) != NULL) app_earlier(app, at + local.tm_gmtoff, &r->said);
}

static void recall(struct app *a, const struct logfile *log, const char *path)
{
    logfile_tail(log, TAIL_LINES, show_earlier, a);
    app_earlier_over(a, path);
}

static void tell_line(const char *what, const char *line)
{
    char text[FRAME_PAYLOAD_MAX + 64];
    snprintf(text, sizeof text, "%s: %s", what, line);
    if (line[0] != '\0') complain(text);
}

/* Told when the screen is gone. What was typed and the room did not say is the person's. */
static void tell_last_words(const struct app *a)
{
    if (a->words[0] != '\0') complain(a->words);
    for (size_t i = 0; i < a->outbox.count; i++) {
        bool unsent = a->outbox.lines[i].state == OUTBOX_WAITING;
        tell_line(unsent ? "Your unsent line" : "Your line, which may not have arrived",
                  a->outbox.lines[i].text);
    }
    if (a->words[0] != '\0') tell_line("Your unsent line", editor_text(a->line, NULL));
}

/* From the terminal taken over to the terminal given back. */
static void run(struct app *a, struct link *link, int signals)
{
    if (!term_open()) die(EX_IOERR, "cannot use the terminal", "curses would not start");
    if (!view_open() || !loop_live(a, link, signals))
        app_lose(a, EXIT_FAILURE, "cannot go on: %s", strerror(errno));
    term_close();
}

/* What may be wrong with them is told while there is no screen. */
static void open_parts(const struct options *o, struct link *link, struct logfile *log)
{
    const char *wrong = link_find(link, o->host, o->port);
    if (wrong != NULL) die(address_path(o->host) ? EXIT_USAGE : EX_UNAVAILABLE, o->host, wrong);
    wrong = o->log != NULL ? logfile_open(log, o->log) : NULL;
    if (wrong != NULL) die(EXIT_IO, o->log, wrong);
}

static uint32_t throw_dice(void)
{
    uint32_t chance;
    return getrandom(&chance, sizeof chance, 0) == sizeof chance ? chance : (uint32_t)getpid();
}

static int chat(const struct options *o)
{
    static struct app app;
    static struct link link;
    static struct logfile log;
    char where[256];
    open_parts(o, &link, &log);
    describe(where, sizeof where, o);
    const struct app_setup setup = {.where = where,
                                    .nick = o->nick,
                                    .proposal = login(),
                                    .chance = throw_dice(),
                                    .send = send_frame,
                                    .wire = &link,
                                    .log = o->log != NULL ? log_line : NULL,
                                    .book = &log};
    int signals = block_signals();
    if (signals < 0 || !app_init(&app, &setup)) die(EXIT_FAILURE, "cannot start", strerror(errno));
    if (o->log != NULL) recall(&app, &log, o->log);
    run(&app, &link, signals);
    tell_last_words(&app);
    link_free(&link);
    app_free(&app);
    return app.status;
}

int main(int argc, char **argv)
{
    struct options options;
    read_options(argc, argv, &options);
    choose_locale();
    const char *missing = term_check();
    if (missing != NULL) die(EXIT_IO, "a full screen needs a terminal", missing);
    return chat(&options);
}
