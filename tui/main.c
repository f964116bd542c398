/* klatch: options, the parts built, the loop run, the last words. */
#include "common/address.h"
#include "common/text.h"
#include "tui/app.h"
#include "tui/link.h"
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
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#define HOST "localhost"

enum { EXIT_USAGE = 2, EXIT_IO = 74 };

static const char help[] =
    "Usage: klatch [OPTIONS] [HOST [PORT]]\n"
    "\n"
    "A full-screen client for the chat room that klatchd keeps.\n"
    "\n"
    "HOST is a name, an IPv4 or IPv6 address, or unix:PATH (default " HOST ");\n"
    "PORT is 1 to 65535 (default " ADDRESS_PORT ").\n"
    "\n"
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
    {"nick", required_argument, NULL, 'n'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {0},
};

struct options {
    const char *nick, *host, *port;
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
    while ((c = getopt_long(argc, argv, "n:hV", long_options, NULL)) != -1) switch (c) {
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

/* Told when the screen is gone. What was typed and not sent is the person's. */
static void tell_last_words(const struct app *a)
{
    char text[FRAME_PAYLOAD_MAX + 32];
    const char *draft = editor_text(a->line, NULL);
    if (a->words[0] == '\0') return;
    complain(a->words);
    snprintf(text, sizeof text, "Your unsent line: %s", draft);
    if (draft[0] != '\0') complain(text);
}

/* From the terminal taken over to the terminal given back. */
static void run(struct app *a, struct link *link, int signals)
{
    if (!term_open()) die(EX_IOERR, "cannot use the terminal", "curses would not start");
    if (!view_open() || !loop_live(a, link, signals))
        app_lose(a, EXIT_FAILURE, "cannot go on: %s", strerror(errno));
    term_close();
}

static int chat(const struct options *o)
{
    static struct app app;
    static struct link link;
    char where[256];
    const char *missing = link_find(&link, o->host, o->port);
    if (missing != NULL) die(address_path(o->host) ? EXIT_USAGE : EX_UNAVAILABLE, o->host, missing);
    describe(where, sizeof where, o);
    const struct app_setup setup = {where, o->nick, login(), send_frame, &link};
    int signals = block_signals();
    if (signals < 0 || !app_init(&app, &setup)) die(EXIT_FAILURE, "cannot start", strerror(errno));
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
