#include "server/options.h"

#include "common/address.h"

#include <errno.h>
#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXIT_USAGE = 2, EXIT_IO = 74 }; /* 74: EX_IOERR of sysexits.h */

const struct options options_default = {
    .port = ADDRESS_PORT,
    .shutdown_delay = 5,
    .nick_timeout = 30,
    .per_address = -1,
    .connect_rate = -1,
    .rate = {-1, -1},
};

enum {
    PER_ADDRESS = 256,
    CONNECT_RATE = 20,
    CONNECT_BURST = 5, /* seconds of it at once */
    RATE = 20,
    RATE_BURST = 3,
};

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
    "  -n, --nick-timeout SECONDS    cut off who has no nickname yet (30; 0: never)\n"
    "      --max-connections N       in all (as many as there are descriptors for)\n"
    "      --per-address N           connections from a network address (256) *\n"
    "      --connect-rate N          new ones of it in a second (20) *\n"
    "      --rate N[/BURST]          packets a peer may send in a second, and at once\n"
    "                                after a rest (20/60); what is more waits *\n"
    "  -q, --quiet                   do not log what people say\n"
    "  -u, --user NAME[:GROUP]       started as root, be this user once it listens\n"
    "      --no-sandbox              do not give up the calls and files it does not need\n"
    "  -h, --help                    show this help\n"
    "  -V, --version                 show the version\n"
    "\n"
    "* 0: no limit. On this machine there is none unless the option is given.\n"
    "\n"
    "Signals: TERM and INT close the room after the countdown, a second one now;\n"
    "USR1 logs statistics.\n"
    "\n"
    "Examples:\n"
    "  klatchd                       a room for this machine\n"
    "  klatchd 0.0.0.0               a room for the network\n"
    "  klatchd unix:/run/klatch.sock a room behind a unix socket\n";

/* An option is a flag, a whole number, two of them as in 20/60, or a text. */
enum kind { FLAG, NUMBER, PAIR, TEXT };

struct row {
    const char *name;
    int letter; /* 0: it has none */
    enum kind kind;
    size_t at;         /* its place in struct options */
    int max;           /* of a number, which starts at 0, */
    const char *wrong; /* and what is said of one that is none or beyond */
};

static const char no_seconds[] = "not a number of seconds up to 86400";
static const char no_count[] = "not a number up to 1000000";
static const char no_rate[] = "not one or two numbers up to 1000000, as in 20/60";

static const struct row rows[] = {
    {"shutdown-delay", 'd', NUMBER, offsetof(struct options, shutdown_delay), 86400, no_seconds},
    {"nick-timeout", 'n', NUMBER, offsetof(struct options, nick_timeout), 86400, no_seconds},
    {"max-connections", 0, NUMBER, offsetof(struct options, max_connections), 1000000, no_count},
    {"per-address", 0, NUMBER, offsetof(struct options, per_address), 1000000, no_count},
    {"connect-rate", 0, NUMBER, offsetof(struct options, connect_rate), 1000000, no_count},
    {"rate", 0, PAIR, offsetof(struct options, rate), 1000000, no_rate},
    {"quiet", 'q', FLAG, offsetof(struct options, quiet), 0, NULL},
    {"user", 'u', TEXT, offsetof(struct options, user), 0, NULL},
    {"no-sandbox", 0, FLAG, offsetof(struct options, no_sandbox), 0, NULL},
};

enum { ROWS = sizeof rows / sizeof *rows, FIRST = 256 /* what getopt_long says of row 0 */ };

/* A whole number from 0 to max; -1 for anything else. */
static int number(const char *text, int max)
{
    char *end;
    if (*text < '0' || *text > '9') return -1;
    errno = 0;
    long value = strtol(text, &end, 10);
    return *end == '\0' && errno == 0 && value <= max ? (int)value : -1;
}

/* N or N/M; false for anything else. */
static bool pair(struct allowance *a, const char *text, int max)
{
    char first[16];
    size_t n = strcspn(text, "/");
    if (n >= sizeof first) return false;
    memcpy(first, text, n);
    first[n] = '\0';
    int per_second = number(first, max), burst = text[n] ? number(text + n + 1, max) : -1;
    if (per_second < 0 || (text[n] && burst < 0)) return false;
    *a = (struct allowance){per_second, burst};
    return true;
}

static bool set_number(int *place, const char *value, int max)
{
    int n = number(value, max);
    if (n >= 0) *place = n;
    return n >= 0;
}

static const char *set(struct options *options, const struct row *row, const char *value)
{
    void *place = (char *)options + row->at;
    bool ok = true;
    if (row->kind == FLAG) *(bool *)place = true;
    if (row->kind == TEXT) *(const char **)place = value;
    if (row->kind == NUMBER) ok = set_number(place, value, row->max);
    if (row->kind == PAIR) ok = pair(place, value, row->max);
    return ok ? NULL : row->wrong;
}

/* -- what follows -- */

static int limit(int given, int usual, bool local)
{
    if (given >= 0) return given;
    return local ? 0 : usual;
}

struct policy options_policy(const struct options *o, bool local)
{
    int connects = limit(o->connect_rate, CONNECT_RATE, local);
    int packets = limit(o->rate.per_second, RATE, local);
    int burst = o->rate.burst >= 0 ? o->rate.burst : RATE_BURST * packets;
    return (struct policy){
        .per_address = limit(o->per_address, PER_ADDRESS, local),
        .connects = pace_rate(connects, CONNECT_BURST * connects),
        .packets = pace_rate(packets, burst),
    };
}

/* -- the command line -- */

_Noreturn static void usage(const char *what, const char *value)
{
    if (what) fprintf(stderr, "klatchd: %s: %s\n", what, value);
    fputs("Try 'klatchd --help'.\n", stderr);
    exit(EXIT_USAGE);
}

_Noreturn static void print(const char *text)
{
    exit(fputs(text, stdout) < 0 || fflush(stdout) != 0 ? EXIT_IO : EXIT_SUCCESS);
}

/* The table as getopt_long wants it. */
static void describe(struct option options[static ROWS + 3], char letters[static 2 * ROWS + 3])
{
    for (int i = 0; i < ROWS; i++) {
        int takes = rows[i].kind == FLAG ? no_argument : required_argument;
        options[i] = (struct option){rows[i].name, takes, NULL, FIRST + i};
        if (rows[i].letter) *letters++ = (char)rows[i].letter;
        if (rows[i].letter && takes) *letters++ = ':';
    }
    options[ROWS] = (struct option){"help", no_argument, NULL, 'h'};
    options[ROWS + 1] = (struct option){"version", no_argument, NULL, 'V'};
    options[ROWS + 2] = (struct option){0};
    memcpy(letters, "hV", 3);
}

static const struct row *row_of(int c)
{
    for (int i = 0; i < ROWS; i++)
        if (c == FIRST + i || (rows[i].letter && c == rows[i].letter)) return &rows[i];
    return NULL;
}

static void read_one(struct options *options, int c)
{
    const struct row *row = row_of(c);
    if (c == 'h') print(help);
    if (c == 'V') print("klatchd " KLATCH_VERSION "\n");
    if (!row) usage(NULL, NULL);
    const char *wrong = set(options, row, optarg);
    if (wrong) usage(wrong, optarg);
}

static void read_operands(struct options *options, int argc, char **argv)
{
    bool is_path = argc > 0 && address_path(argv[0]);
    int most = is_path ? 1 : 2;
    if (argc > most) usage("too many arguments", argv[most]);
    if (argc > 0) options->address = argv[0];
    if (argc > 1) options->port = argv[1];
    if (number(options->port, 65535) < 0) usage("not a port from 0 to 65535", options->port);
}

void options_read(struct options *options, int argc, char **argv)
{
    static char name[] = "klatchd"; /* under which getopt complains */
    struct option long_options[ROWS + 3];
    char letters[2 * ROWS + 3];
    int c;
    argv[0] = name;
    *options = options_default;
    describe(long_options, letters);
    while ((c = getopt_long(argc, argv, letters, long_options, NULL)) != -1) read_one(options, c);
    read_operands(options, argc - optind, argv + optind);
}
