#include "server/options.h"

#include "common/address.h"
#include "server/journal.h"

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
    .nick_timeout = 120,
    .journal_sync = JOURNAL_SYNC_SECOND,
    .stall_timeout = 600,
    .ring = 16 << 20,
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
    "  -n, --nick-timeout SECONDS    cut off who has no nickname by then (120 unless\n"
    "                                given; 0: never)\n"
    "  -q, --quiet                   do not log what people say\n"
    "  -j, --journal FILE            write all that is said to FILE, a line of JSON each\n"
    "      --journal-sync WHEN       it is on the disk always, each second (the default),\n"
    "                                or never but when the system likes\n"
    "      --history N               give newcomers the last N lines (default 0)\n"
    "      --stall-timeout SECONDS   cut off who takes nothing for so long (600; 0: never)\n"
    "      --ring SIZE               keep so much for slow readers (16M; a power of two)\n"
    "  -h, --help                    show this help\n"
    "  -V, --version                 show the version\n"
    "\n"
    "Signals: TERM and INT close the room after the countdown, a second one now;\n"
    "HUP opens the journal again; USR1 logs statistics.\n"
    "\n"
    "Examples:\n"
    "  klatchd                       a room for this machine\n"
    "  klatchd 0.0.0.0               a room for the network\n"
    "  klatchd unix:/run/klatch.sock a room behind a unix socket\n";

/* An option is a flag, a whole number, a text, when to sync, or a power of two. */
enum kind { FLAG, NUMBER, TEXT, SYNC, SIZE };

struct row {
    const char *name;
    int letter; /* 0: it has none */
    enum kind kind;
    size_t at;         /* its place in struct options */
    int max;           /* of a number, which starts at 0, */
    const char *wrong; /* and what is said of one that is none or beyond */
};

static const char no_seconds[] = "not a number of seconds up to 86400";

static const char *const syncs[] = {
    [JOURNAL_SYNC_ALWAYS] = "always",
    [JOURNAL_SYNC_SECOND] = "second",
    [JOURNAL_SYNC_NEVER] = "never",
    NULL,
};

static const struct row rows[] = {
    {"shutdown-delay", 'd', NUMBER, offsetof(struct options, shutdown_delay), 86400, no_seconds},
    {"nick-timeout", 'n', NUMBER, offsetof(struct options, nick_timeout), 86400, no_seconds},
    {"quiet", 'q', FLAG, offsetof(struct options, quiet), 0, NULL},
    {"journal", 'j', TEXT, offsetof(struct options, journal), 0, NULL},
    {"journal-sync", 0, SYNC, offsetof(struct options, journal_sync), 0,
     "not always, second or never"},
    {"history", 0, NUMBER, offsetof(struct options, history), 100000,
     "not a number of lines up to 100000"},
    {"stall-timeout", 0, NUMBER, offsetof(struct options, stall_timeout), 86400, no_seconds},
    {"ring", 0, SIZE, offsetof(struct options, ring), 0, "not a power of two from 256K to 1G"},
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

static int word(const char *text, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(text, words[i]) == 0) return i;
    return -1;
}

/* A power of two within the ring's limits, in bytes, K, M or G; 0 for anything else. */
static size_t size(const char *text)
{
    static const char *const suffixes[] = {"", "K", "M", "G", NULL};
    char *end;
    if (*text < '0' || *text > '9') return 0;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    int suffix = word(end, suffixes);
    if (errno != 0 || suffix < 0 || value > (unsigned long)RING_MOST >> 10 * suffix) return 0;
    value <<= 10 * suffix;
    return value >= RING_LEAST && (value & (value - 1)) == 0 ? value : 0;
}

static const char *set(struct options *options, const struct row *row, const char *value)
{
    void *place = (char *)options + row->at;
    if (row->kind == FLAG) *(bool *)place = true;
    if (row->kind == TEXT) *(const char **)place = value;
    if (row->kind == SIZE) return (*(size_t *)place = size(value)) ? NULL : row->wrong;
    if (row->kind != NUMBER && row->kind != SYNC) return NULL;
    int n = row->kind == SYNC ? word(value, syncs) : number(value, row->max);
    if (n < 0) return row->wrong;
    *(int *)place = n;
    return NULL;
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
