/* klatchd: options, the parts built, the loop run. */
#include "common/address.h"
#include "server/listener.h"
#include "server/log.h"
#include "server/loop.h"
#include "server/mirror.h"
#include "server/room.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>

enum { EXIT_USAGE = 2, EXIT_IO = 74 }; /* 74: EX_IOERR of sysexits.h */
enum { RING_SIZE = 16 << 20, SHUTDOWN_DELAY = 5, NICK_TIMEOUT = 120, SECONDS_MAX = 86400 };

static const char help[] =
    "Usage: klatchd [OPTIONS] [ADDRESS [PORT]]\n"
    "\n"
    "A chat server: one room for everybody who connects.\n"
    "\n"
    "ADDRESS is a name, an IPv4 or IPv6 address, or unix:PATH; without it, klatchd\n"
    "listens on this machine's loopback addresses only. PORT is " ADDRESS_PORT " unless given;\n"
    "0 is any free one, which is then logged.\n"
    "\n"
    "  -d, --shutdown-delay SECONDS  count down this long before closing (default 5)\n"
    "  -n, --nick-timeout SECONDS    cut off who has no nickname by then (120 unless\n"
    "                                given; 0: never)\n"
    "  -q, --quiet                   do not log what people say\n"
    "  -h, --help                    show this help\n"
    "  -V, --version                 show the version\n"
    "\n"
    "Signals: TERM and INT close the room after the countdown, a second one now;\n"
    "USR1 logs statistics.\n"
    "\n"
    "Examples:\n"
    "  klatchd                       a room for this machine\n"
    "  klatchd 0.0.0.0               a room for the network\n"
    "  klatchd unix:/run/klatch.sock a room behind a unix socket\n";

static const struct option long_options[] = {
    {"shutdown-delay", required_argument, NULL, 'd'},
    {"nick-timeout", required_argument, NULL, 'n'},
    {"quiet", no_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {0},
};

_Noreturn static void usage(const char *what, const char *value)
{
    if (what) fprintf(stderr, "klatchd: %s: %s\n", what, value);
    fputs("Try 'klatchd --help'.\n", stderr);
    exit(EXIT_USAGE);
}

_Noreturn static void die(const char *what)
{
    fprintf(stderr, "klatchd: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

_Noreturn static void print(const char *text)
{
    exit(fputs(text, stdout) < 0 || fflush(stdout) != 0 ? EXIT_IO : EXIT_SUCCESS);
}

/* A whole number from 0 to max; -1 for anything else. */
static int number(const char *text, int max)
{
    char *end;
    if (*text < '0' || *text > '9') return -1;
    errno = 0;
    long value = strtol(text, &end, 10);
    return *end == '\0' && errno == 0 && value <= max ? (int)value : -1;
}

static int seconds(const char *text)
{
    int value = number(text, SECONDS_MAX);
    if (value < 0) usage("not a number of seconds up to 86400", text);
    return value;
}

static void read_options(int argc, char **argv, struct loop_options *options)
{
    static char name[] = "klatchd"; /* under which getopt complains */
    int c;
    argv[0] = name;
    while ((c = getopt_long(argc, argv, "d:n:qhV", long_options, NULL)) != -1) switch (c) {
        case 'd': options->shutdown_delay = seconds(optarg); break;
        case 'n': options->nick_timeout = seconds(optarg); break;
        case 'q': options->quiet = true; break;
        case 'h': print(help);
        case 'V': print("klatchd " KLATCH_VERSION "\n");
        default: usage(NULL, NULL);
        }
    bool is_path = optind < argc && address_path(argv[optind]);
    int most = optind + (is_path ? 1 : 2);
    if (argc > most) usage("too many arguments", argv[most]);
}

/* As many connections as the system lets us have. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

/* All signals are read from a descriptor by the loop; a peer that is gone is an error of send(2),
 * a log that may not grow one of write(2). */
static int block_signals(void)
{
    static const int all[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
    sigset_t blocked;
    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) sigaddset(&blocked, all[i]);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return signalfd(-1, &blocked, SFD_NONBLOCK | SFD_CLOEXEC);
}

int main(int argc, char **argv)
{
    static struct room room;
    struct loop_options options = {.shutdown_delay = SHUTDOWN_DELAY, .nick_timeout = NICK_TIMEOUT};
    struct listener listener;
    read_options(argc, argv, &options);
    const char *address = optind < argc ? argv[optind] : NULL;
    const char *port = optind + 1 < argc ? argv[optind + 1] : ADDRESS_PORT;
    if (number(port, 65535) < 0) usage("not a port from 0 to 65535", port);

    int signals = block_signals();
    if (signals < 0) die("cannot wait for signals");
    raise_descriptor_limit();
    log_open();
    char *memory = mirror_map(RING_SIZE);
    if (!memory) die("cannot map the ring");
    room_init(&room, memory, RING_SIZE);
    if (!listener_open(&listener, address, port)) return EXIT_FAILURE;
    log_flush();

    bool ok = loop_run(&room, &listener, signals, &options);
    if (!ok) fprintf(stderr, "klatchd: cannot go on: %s\n", strerror(errno));
    listener_close(&listener);
    room_free(&room);
    mirror_unmap(memory, RING_SIZE);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
