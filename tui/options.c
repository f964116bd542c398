#include "tui/options.h"

#include "common/address.h"
#include "common/command_line.h"
#include "common/config_text.h"
#include "common/nick.h"
#include "common/tls_identity.h"
#include "tui/base/error.h"
#include "tui/storage/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sysexits.h>

#define HOST "localhost"

enum { SETTINGS_SIZE = 65536 };

static const struct options options_default = {.host = HOST,
                                               .port = ADDRESS_PORT,
                                               .members = -1,
                                               .color = true,
                                               .timestamps = true,
                                               .joins = true,
                                               .history = true,
                                               .bell = true,
                                               .notify = true,
                                               .title = true,
                                               .sandbox = true};

static const char usage_text[] =
    "Usage: klatch [OPTIONS] [HOST [PORT] | HOST:PORT | [IPV6]:PORT | unix:PATH]\n"
    "\n"
    "Joins the chat room of a klatchd server.\n"
    "\n"
    "HOST is a name or an IP address (default " HOST ");\n"
    "PORT is 1 to 65535 (default " ADDRESS_PORT ").\n"
    "\n";

static const char notes_text[] =
    "\n"
    "Enter sends, F1 or /help lists the keys and commands, Ctrl+C quits.\n"
    "\n"
    "The settings file holds long options without dashes, one a line: nick ada.\n"
    "Options override the environment (NO_COLOR), which overrides the settings file;\n"
    "--color undoes --no-color, --no-plain undoes --plain.\n"
    "\n"
    "Exit status: 0 you left, 2 wrong usage, 69 no connection, 74 terminal or file\n"
    "error, 76 protocol error or wrong key of the server, 1 any other error.\n"
    "\n"
    "Examples:\n"
    "  klatch                                  join the room on this machine\n"
    "  klatch --tls -n ada chat.example.org    join another room as ada, encrypted\n"
    "  echo done | klatch --pipe -n bot\n";

static bool read_theme(const char *value, void *place)
{
    return theme_parse(value, place);
}

static const char *check_fingerprint(const char *value)
{
    return fingerprint_is_valid(value) ? NULL : OPTIONS_FINGERPRINT;
}

static const struct option_type fingerprint_form = {.check = check_fingerprint};
static const struct option_type theme_form = {.parse = read_theme}; /* format: unused */

#define AT(field) offsetof(struct options, field)

static const struct option_spec rows[] = {
    {"log", 'l', OPTION_TEXT, "FILE", "log the room to FILE as JSON, show its end at start",
     AT(log), 0, NULL, NULL},
    {"nick", 'n', OPTION_TEXT, "NICK", "request this nickname (default: ask in a dialog)", AT(nick),
     0, NULL, NULL},
    {"tls", 0, OPTION_FLAG, NULL, "encrypt; ask once whether to trust the server", AT(tls), 0, NULL,
     NULL},
    {"fingerprint", 0, OPTION_TEXT, "KEY", "encrypt; accept only a server with this key",
     AT(fingerprint), 0, NULL, &fingerprint_form},
    {"no-key", 0, OPTION_CHOICE, NULL, "do not tell the server who you are by your key", AT(key),
     OPTIONS_KEY_NONE, NULL, NULL},
    {"plain", 0, OPTION_CHOICE, NULL, "read and write lines of text: for screen readers", AT(face),
     OPTIONS_PLAIN, NULL, NULL},
    {"pipe", 0, OPTION_CHOICE, NULL, "read text or JSON, write JSON: for programs", AT(face),
     OPTIONS_PIPE, NULL, NULL},
    {"color", 0, OPTION_FLAG, NULL, "use no colors", AT(color), 0, NULL, NULL},
    {"theme", 0, OPTION_CUSTOM, "NAME", "choose colors: dark, light or auto (default)", AT(theme),
     0, "must be dark, light or auto", &theme_form},
    {"bell", 0, OPTION_FLAG, NULL, "ring no bell when a message mentions you", AT(bell), 0, NULL,
     NULL},
    {"notify", 0, OPTION_FLAG, NULL, "show no desktop notification of mentions", AT(notify), 0,
     NULL, NULL},
    {"title", 0, OPTION_FLAG, NULL, "show no count of mentions in the terminal's title", AT(title),
     0, NULL, NULL},
    {"mouse", 0, OPTION_FLAG, NULL, "scroll by mouse reports; select text with Shift", AT(mouse), 0,
     NULL, NULL},
    {"timestamps", 0, OPTION_FLAG, NULL, "hide the times", AT(timestamps), 0, NULL, NULL},
    {"joins", 0, OPTION_FLAG, NULL, "hide joins and leaves", AT(joins), 0, NULL, NULL},
    {"members", 0, OPTION_CHOICE, NULL, "show the members beside the messages (Alt+L)", AT(members),
     1, NULL, NULL},
    {"history", 0, OPTION_FLAG, NULL, "do not save sent lines and ignored nicknames", AT(history),
     0, NULL, NULL},
    {"sandbox", 0, OPTION_FLAG, NULL, "do not restrict system calls and file access", AT(sandbox),
     0, NULL, NULL},
    {"key", 0, OPTION_CHOICE, NULL, "print the fingerprint of your key and exit", AT(key),
     OPTIONS_KEY_PRINT, NULL, NULL},
    {"config", 0, OPTION_TEXT, "FILE", "read settings from FILE, not ~/.config/klatch/config",
     AT(config), 0, NULL, NULL},
};

enum {
    ROWS = sizeof rows / sizeof *rows,
    SETTINGS = ROWS - 2, /* rows of a settings file: all but --key and --config, the last two */
};

_Noreturn static void usage(const char *what, const char *value)
{
    error_print("%s: %s", what, value);
    command_line_fail("klatch");
}

/* -- the command line -- */

static void read_operands(struct options *o, int argc, char **argv)
{
    static struct address address;
    const char *port = argc > 1 ? argv[1] : o->port;
    if (argc == 0) return;
    const char *error = address_parse(&address, argv[0], port);
    if (error != NULL) usage(address.path != NULL ? error : OPTIONS_ADDRESS, argv[0]);
    int most = argc > 1 && address.port == port ? 2 : 1;
    if (argc > most) usage("too many arguments", argv[most]);
    o->host = argv[0];
    if (address.path != NULL) return;
    o->host = address.host;
    o->port = address.port;
    if (option_parse_number(o->port, 65535) < 1) usage("not a port from 1 to 65535", o->port);
}

static void read_arguments(struct options *o, int argc, char **argv)
{
    const struct command_line line = {"klatch", usage_text, notes_text,
                                      rows,     ROWS,       &options_default};
    const char *name, *wrong;
    command_line_begin(&line, argv);
    while ((name = command_line_next(&line, argc, argv)) != NULL) {
        wrong = option_set(rows, ROWS, o, name, optarg);
        if (wrong != NULL) usage(name, wrong);
        wrong = o->nick != NULL ? nick_check(o->nick) : NULL;
        if (wrong != NULL) usage("the nickname is not valid", wrong);
    }
    read_operands(o, argc - optind, argv + optind);
}

/* -- the settings file -- */

_Noreturn static void unreadable(const char *path)
{
    error_exit(EX_IOERR, "%s: %s", path, strerror(errno));
}

/* Refuses a FIFO, a socket and a device: reading one could wait, or take what is meant for another
 * program. /dev/null has no settings. */
static void check_kind(int fd, const char *path)
{
    struct stat st;
    if (fstat(fd, &st) < 0) unreadable(path);
    bool is_null = S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
    if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !is_null) /* read(2) names a folder */
        error_exit(EX_IOERR, "%s: " OPTIONS_NOT_REGULAR, path);
}

/* Opens a file. Returns NULL if it does not exist; exits on any other error. */
static FILE *open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return NULL;
    if (fd < 0) unreadable(path);
    check_kind(fd, path);
    FILE *file = fdopen(fd, "r");
    if (file == NULL) unreadable(path);
    return file;
}

/* Refuses a NUL byte, because the parser would ignore the text after it. */
static void refuse_nul(const char *text, size_t n, const char *path)
{
    int line = 1;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\0') error_exit(EXIT_USAGE, "%s: line %d: " OPTIONS_NUL, path, line);
        line += text[i] == '\n';
    }
}

/* Reads the whole file. Returns false if it does not exist. */
static bool load(char text[SETTINGS_SIZE], const char *path)
{
    FILE *file = open_file(path);
    if (file == NULL) return false;
    size_t n = fread(text, 1, SETTINGS_SIZE, file);
    if (ferror(file)) unreadable(path);
    fclose(file);
    if (n == SETTINGS_SIZE) error_exit(EXIT_USAGE, "%s: too long for a settings file", path);
    text[n] = '\0';
    refuse_nul(text, n, path);
    return true;
}

static const char *what_is_wrong(const struct config_text *s, const struct options *o)
{
    return s->error == NULL && o->nick != NULL ? nick_check(o->nick) : s->error;
}

static void read_settings(struct options *o, const char *path)
{
    static char text[SETTINGS_SIZE]; /* the options point into it */
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

/* Reads the command line twice: first to find the settings file, then to override it. */
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
