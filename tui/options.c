#include "tui/options.h"

#include "common/address.h"
#include "common/config_text.h"
#include "common/nick.h"
#include "common/version.h"
#include "tui/base/error.h"
#include "tui/storage/state_dir.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define HOST "localhost"

enum { SETTINGS_SIZE = 65536 };

static const struct options options_default = {.host = HOST,
                                               .port = ADDRESS_PORT,
                                               .color = true,
                                               .timestamps = true,
                                               .joins = true,
                                               .history = true,
                                               .bell = true,
                                               .notify = true,
                                               .title = true};

static const char help[] =
    "Usage: klatch [OPTIONS] [HOST [PORT]]\n"
    "\n"
    "A client for the chat room that klatchd keeps.\n"
    "\n"
    "HOST is a name, an IPv4 or IPv6 address, or unix:PATH (default " HOST ");\n"
    "PORT is 1 to 65535 (default " ADDRESS_PORT ").\n"
    "\n"
    "  -l, --log FILE     keep what the room says there, a JSON object a line, and show\n"
    "                     the end of it at the start; nobody else may read it\n"
    "  -n, --nick NICK    ask for this nickname (default: choose one in a dialog)\n"
    "      --plain        lines of text, no screen: for screen readers, simple terminals\n"
    "      --pipe         for programs: lines of JSON, in also of text\n"
    "      --theme GROUND colors for a dark or a light one (default: auto)\n"
    "      --no-color     no colors\n"
    "      --no-bell, --no-notify, --no-title   when your nickname falls while you look\n"
    "                     elsewhere: no bell, no notification, no count in the title\n"
    "      --no-timestamps, --no-joins\n"
    "                     show no times; not who joins and leaves\n"
    "      --no-history   do not keep what you send, nor whom you ignore, for the next\n"
    "                     time (in ~/.local/state/klatch)\n"
    "      --config FILE  read settings there, not in ~/.config/klatch/config\n"
    "  -h, --help         show this help\n"
    "  -V, --version      show the version\n"
    "\n"
    "In the room: Enter sends, F1 or /help tells the keys, Ctrl+C says goodbye.\n"
    "\n"
    "Settings are long options without their dashes, one to a line: nick ada. NO_COLOR\n"
    "in the environment counts before them, an option before both: --color, --no-plain.\n"
    "\n"
    "Exit status: 0 asked to leave, 2 wrong usage, 69 no connection or it was lost,\n"
    "74 terminal or file trouble, 76 the server broke the protocol, 1 anything else.\n"
    "\n"
    "Examples:\n"
    "  klatch                            join the room on this machine\n"
    "  klatch -n ada chat.example.org    join another one as ada\n"
    "  echo done | klatch --pipe -n bot\n";

static bool read_theme(const char *value, void *place)
{
    return theme_parse(value, place);
}

static const struct option_type theme_form = {.parse = read_theme}; /* klatch writes no settings */

#define AT(field) offsetof(struct options, field)

static const struct option_spec rows[] = {
    {"log", 'l', NULL, NULL, OPTION_TEXT, AT(log), 0, NULL, NULL},
    {"nick", 'n', NULL, NULL, OPTION_TEXT, AT(nick), 0, NULL, NULL},
    {"plain", 0, NULL, NULL, OPTION_CHOICE, AT(face), OPTIONS_PLAIN, NULL, NULL},
    {"pipe", 0, NULL, NULL, OPTION_CHOICE, AT(face), OPTIONS_PIPE, NULL, NULL},
    {"color", 0, NULL, NULL, OPTION_FLAG, AT(color), 0, NULL, NULL},
    {"theme", 0, NULL, NULL, OPTION_CUSTOM, AT(theme), 0, "must be dark, light or auto",
     &theme_form},
    {"bell", 0, NULL, NULL, OPTION_FLAG, AT(bell), 0, NULL, NULL},
    {"notify", 0, NULL, NULL, OPTION_FLAG, AT(notify), 0, NULL, NULL},
    {"title", 0, NULL, NULL, OPTION_FLAG, AT(title), 0, NULL, NULL},
    {"timestamps", 0, NULL, NULL, OPTION_FLAG, AT(timestamps), 0, NULL, NULL},
    {"joins", 0, NULL, NULL, OPTION_FLAG, AT(joins), 0, NULL, NULL},
    {"history", 0, NULL, NULL, OPTION_FLAG, AT(history), 0, NULL, NULL},
    {"config", 0, NULL, NULL, OPTION_TEXT, AT(config), 0, NULL, NULL},
};

enum {
    ROWS = sizeof rows / sizeof *rows,
    SETTINGS = ROWS - 1, /* a settings file does not name another */
};

_Noreturn static void try_help(void)
{
    fputs("Try 'klatch --help'.\n", stderr);
    exit(EXIT_USAGE);
}

_Noreturn static void usage(const char *what, const char *value)
{
    error_print("%s: %s", what, value);
    try_help();
}

_Noreturn static void print(const char *text)
{
    exit(fputs(text, stdout) < 0 || fflush(stdout) != 0 ? EX_IOERR : EXIT_SUCCESS);
}

/* -- the command line -- */

static void read_one(struct options *o, int c, const char *name)
{
    if (c == 'h') print(help);
    if (c == 'V') print("klatch " KLATCH_VERSION "\n");
    if (name == NULL) try_help();
    const char *wrong = option_set(rows, ROWS, o, name, optarg);
    if (wrong != NULL) usage(name, wrong);
    wrong = o->nick != NULL ? nick_check(o->nick) : NULL;
    if (wrong != NULL) usage("that nickname will not do", wrong);
}

static void read_operands(struct options *o, int argc, char **argv)
{
    int most = argc > 0 && address_path(argv[0]) != NULL ? 1 : 2;
    if (argc > most) usage("too many arguments", argv[most]);
    if (argc > 0) o->host = argv[0];
    if (argc > 1) o->port = argv[1];
    if (o->host[0] == '\0') usage("not a host", o->host);
    if (option_parse_number(o->port, 65535) < 1) usage("not a port from 1 to 65535", o->port);
}

static void read_arguments(struct options *o, int argc, char **argv)
{
    static char name[] = "klatch"; /* under which getopt complains */
    struct option_getopt g;
    int c, i;
    argv[0] = name;
    optind = 0;
    option_getopt_init(&g, rows, ROWS);
    while ((c = getopt_long(argc, argv, g.letters, g.longs, &i)) != -1)
        read_one(o, c, c == 0 ? g.longs[i].name : option_name(rows, ROWS, c));
    read_operands(o, argc - optind, argv + optind);
}

/* -- the settings file -- */

_Noreturn static void unreadable(const char *path)
{
    error_exit(EX_IOERR, "%s: %s", path, strerror(errno));
}

/* NULL where there is no such file. */
static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL && errno != ENOENT && errno != ENOTDIR) unreadable(path);
    return file;
}

/* Reads the whole file; false where there is none. */
static bool load(char text[SETTINGS_SIZE], const char *path)
{
    FILE *file = open_file(path);
    if (file == NULL) return false;
    size_t n = fread(text, 1, SETTINGS_SIZE, file);
    if (ferror(file)) unreadable(path);
    fclose(file);
    if (n == SETTINGS_SIZE) error_exit(EXIT_USAGE, "%s: too long for settings", path);
    text[n] = '\0';
    return true;
}

static const char *what_is_wrong(const struct config_text *s, const struct options *o)
{
    return s->error == NULL && o->nick != NULL ? nick_check(o->nick) : s->error;
}

static void read_settings(struct options *o, const char *path)
{
    static char text[SETTINGS_SIZE]; /* the texts of the options lie in it */
    char usual[PATH_MAX];
    struct config_text s = {.rows = rows, .count = SETTINGS};
    bool has_place = xdg_path(usual, "XDG_CONFIG_HOME", ".config", "config");
    if ((path != NULL || has_place) && load(text, path != NULL ? path : usual))
        s.rest = text;
    else if (path != NULL)
        error_exit(EXIT_USAGE, "%s: there is no such file", path);
    while (config_text_next(&s, o)) {
        const char *wrong = what_is_wrong(&s, o);
        if (wrong == NULL) continue;
        error_print("%s: line %d: %s: %s", path != NULL ? path : usual, s.line, s.name, wrong);
        fputs("Correct the line or put # before it; 'klatch --help' lists the options.\n", stderr);
        exit(EXIT_USAGE);
    }
}

/* The command line is read twice: it says where the settings are, and it has the last word. */
void options_gather(struct options *options, int argc, char **argv)
{
    struct options first = options_default;
    read_arguments(&first, argc, argv);
    *options = options_default;
    read_settings(options, first.config);
    const char *no = getenv("NO_COLOR"); /* no-color.org */
    if (no != NULL && no[0] != '\0') options->color = false;
    read_arguments(options, argc, argv);
}
