#include "server/options.h"

#include "common/address.h"
#include "common/option.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

enum { EXIT_USAGE = 2, EXIT_IO = 74 }; /* 74: EX_IOERR of sysexits.h */

const struct options options_default = {
    .port = ADDRESS_PORT,
    .shutdown_delay = 5,
    .nick_timeout = 120,
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

static const char no_seconds[] = "not a number of seconds up to 86400";

static const struct option_row rows[] = {
    {"shutdown-delay", 'd', OPTION_NUMBER, offsetof(struct options, shutdown_delay), 86400,
     no_seconds},
    {"nick-timeout", 'n', OPTION_NUMBER, offsetof(struct options, nick_timeout), 86400, no_seconds},
    {"quiet", 'q', OPTION_FLAG, offsetof(struct options, quiet), 0, NULL},
};

enum { ROWS = sizeof rows / sizeof *rows };

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

static void read_one(struct options *options, int c, const char *name)
{
    if (c == 'h') print(help);
    if (c == 'V') print("klatchd " KLATCH_VERSION "\n");
    if (!name) usage(NULL, NULL);
    const char *wrong = option_set(rows, ROWS, options, name, optarg);
    if (wrong) usage(wrong, optarg);
}

static void read_operands(struct options *options, int argc, char **argv)
{
    bool is_path = argc > 0 && address_path(argv[0]);
    int most = is_path ? 1 : 2;
    if (argc > most) usage("too many arguments", argv[most]);
    if (argc > 0) options->address = argv[0];
    if (argc > 1) options->port = argv[1];
    if (option_number(options->port, 65535) < 0) usage("not a port from 0 to 65535", options->port);
}

void options_read(struct options *options, int argc, char **argv)
{
    static char name[] = "klatchd"; /* under which getopt complains */
    struct option_getopt g;
    int c, i;
    argv[0] = name;
    *options = options_default;
    option_describe(rows, ROWS, &g);
    while ((c = getopt_long(argc, argv, g.letters, g.longs, &i)) != -1)
        read_one(options, c, c == 0 ? g.longs[i].name : option_letter(rows, ROWS, c));
    read_operands(options, argc - optind, argv + optind);
}
