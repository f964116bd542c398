#include "server/options.h"

#include "common/address.h"
#include "common/command_line.h"
#include "server/store/journal.h"
#include "server/system/opener.h"
#include "server/system/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

const struct options options_default = {
    .port = ADDRESS_PORT,
    .shutdown_delay = 5,
    .nick_timeout = 300,
    .sandbox = true,
    .per_address = -1,
    .connect_rate = -1,
    .rate = {-1, -1},
    .byte_rate = {-1, -1},
    .journal_sync = JOURNAL_SYNC_SECOND,
    .stall_timeout = 600,
    .ring = 16 << 20,
    .packet_memory = 64 << 20,
};

/* The default limits; the rates only of clients on other machines. */
enum {
    PER_ADDRESS = 256, /* connections from an address */
    PER_USER = 100,    /* connections of a user through unix sockets */
    CONNECT_RATE = 20, /* new connections from an address per second */
    CONNECT_BURST = 5, /* seconds of CONNECT_RATE in a burst */
    RATE = 20,         /* packets of a client per second */

    /* Bytes of a client per second, with 128 KiB in a burst: enough to paste 100 KB. An address may
     * send four times as much, half of what a reader at 1 Mbit/s can read, and its largest network
     * 8 Mbit/s. Two of its people may paste at once: a larger burst delays others for longer. */
    BYTE_RATE = 16 * 1024,
    ADDRESS_SHARE = 4,
    ADDRESS_BURST = 2,
};

/* The limits of what clients with a limited rate of packets receive, in KiB per second and in a
 * burst. An address may receive enough for many people behind it who join at the same time. */
enum {
    LISTS = 64, /* member lists to a client */
    LISTS_BURST = 256,
    ANSWERS = 1024, /* member lists and history to an address */
    ANSWERS_BURST = 32 * 1024,
};

static const char usage_text[] =
    "Usage: klatchd [OPTIONS] [ADDRESS [PORT] | ADDRESS:PORT]\n"
    "\n"
    "Runs a chat room at ADDRESS: a name, an IP address, '*' for all addresses, or\n"
    "unix:PATH; without it, for this machine only. PORT is " ADDRESS_PORT "; 0 is any free port.\n"
    "\n";

static const char notes_text[] =
    "\n"
    "0 disables a timeout or a limit marked *. No default rates limit local clients.\n"
    "WHERE is " ADDRESS_FORMS ".\n";

static const char no_seconds[] = "not a number of seconds up to 86400";
static const char no_size[] = "not a power of two from 256K to 1G";
static const char no_bytes[] = "not 0 or a size from 256K to 1T";
static const char no_count[] = "not a number up to 1000000";

/* The end of the name of a file that replaces another. */
#define OPTIONS_NEW ".new"

#define AT(field) offsetof(struct options, field)

static const struct option_spec rows[] = {
    {"address", 0, OPTION_TEXT, NULL, NULL, AT(address), 0, NULL, &option_types_address},
    {"port", 0, OPTION_CUSTOM, NULL, NULL, AT(port), 0, "not a port from 0 to 65535",
     &option_types_port},
    {"listen", 0, OPTION_LIST, "WHERE", "listen at WHERE; repeat it for several places", AT(listen),
     0, NULL, &option_types_listen},
    {"tls", 0, OPTION_FLAG, NULL, "encrypt TCP connections, except at tcp:WHERE", AT(tls), 0, NULL,
     NULL},
    {"tls-dir", 0, OPTION_TEXT, "DIR", "keep the key and the certificate in DIR", AT(tls_dir), 0,
     NULL, NULL},
    {"members", 0, OPTION_TEXT, "FILE", "let in only the people whose keys are in FILE",
     AT(members), 0, NULL, NULL},
    {"guests", 0, OPTION_FLAG, NULL, "let in others too, but not under names in FILE", AT(guests),
     0, NULL, NULL},
    {"shutdown-delay", 'd', OPTION_NUMBER, "SECONDS", "count down before closing (5)",
     AT(shutdown_delay), 86400, no_seconds, NULL},
    {"nick-timeout", 'n', OPTION_NUMBER, "SECONDS", "disconnect a client without a nickname (300)",
     AT(nick_timeout), 86400, no_seconds, NULL},
    {"max-connections", 0, OPTION_NUMBER, "N", "limit all connections (0: system limit)",
     AT(max_connections), OPTION_TYPES_MANY, no_count, NULL},
    {"per-address", 0, OPTION_NUMBER, "N", "limit connections per address (256, user 100) *",
     AT(per_address), OPTION_TYPES_MANY, no_count, NULL},
    {"connect-rate", 0, OPTION_NUMBER, "N", "limit new connections per address (20/s) *",
     AT(connect_rate), OPTION_TYPES_MANY, no_count, NULL},
    {"rate", 0, OPTION_CUSTOM, "N[/BURST]", "limit packets per client (20/s, burst 60) *", AT(rate),
     0, "not one or two numbers up to 1000000, as in 20/60", &option_types_pair},
    {"byte-rate", 0, OPTION_CUSTOM, "N[/BURST]", "limit bytes per client (16K/s, burst 128K) *",
     AT(byte_rate), 0, "not 0 or 1K to 16M, and a burst from 128K to 16M, as in 16K/128K",
     &option_types_byte_rate},
    {"packet-memory", 0, OPTION_CUSTOM, "SIZE", "limit memory for incomplete packets (64M)",
     AT(packet_memory), 0, no_size, &option_types_size},
    {"socket-memory", 0, OPTION_CUSTOM, "SIZE", "limit kernel memory for unread data (tcp_mem)",
     AT(socket_memory), 0, no_bytes, &option_types_file_size},
    {"quiet", 'q', OPTION_FLAG, NULL, "keep messages out of the log", AT(quiet), 0, NULL, NULL},
    {"journal", 'j', OPTION_TEXT, "FILE", "append messages to FILE as lines of JSON", AT(journal),
     0, NULL, NULL},
    {"journal-sync", 0, OPTION_CUSTOM, "WHEN", "sync it always, every second (default) or never",
     AT(journal_sync), 0, "must be always, second or never", &option_types_sync},
    {"journal-max", 0, OPTION_CUSTOM, "SIZE", "stop writing FILE at SIZE until it is rotated",
     AT(journal_max), 0, no_bytes, &option_types_file_size},
    {"history", 0, OPTION_NUMBER, "N", "send a new member the last N messages (0)", AT(history),
     100000, "not a number of lines up to 100000", NULL},
    {"stall-timeout", 0, OPTION_NUMBER, "SECONDS", "disconnect a client that reads nothing (600)",
     AT(stall_timeout), 86400, no_seconds, NULL},
    {"ring", 0, OPTION_CUSTOM, "SIZE", "set the size of the message buffer (16M)", AT(ring), 0,
     no_size, &option_types_size},
    {"user", 'u', OPTION_TEXT, "NAME[:GROUP]", "drop root privileges after opening the sockets",
     AT(user), 0, NULL, NULL},
    {"stats", 0, OPTION_TEXT, "WHERE", "serve metrics at WHERE", AT(stats), 0, NULL,
     &option_types_where},
    {"control-socket", 0, OPTION_TEXT, "PATH", "accept administrator commands at PATH",
     AT(control_socket), 0, NULL, NULL},
    {"bans", 0, OPTION_TEXT, "FILE", "keep the bans in FILE across restarts", AT(bans), 0, NULL,
     NULL},
    {"sandbox", 0, OPTION_FLAG, NULL, "keep unneeded system calls and file access", AT(sandbox), 0,
     NULL, NULL},
    {"config", 'c', OPTION_TEXT, "FILE", "read settings from FILE; HUP reads them again",
     AT(config), 0, NULL, NULL},
    {"check", 0, OPTION_FLAG, NULL, "print the effective settings and exit", AT(check), 0, NULL,
     NULL},
    {"control", 0, OPTION_TEXT, "PATH", "send COMMAND to a running server; try 'help'", AT(control),
     0, NULL, NULL},
};

/* The command line has all rows but the operands; a settings file has the operands too, but not the
 * last three rows. */
enum {
    ROWS = sizeof rows / sizeof *rows,
    OPERANDS = 2,
    LINE_ROWS = ROWS - OPERANDS,
    FILE_ROWS = ROWS - 3,
};

static const struct option_spec *const line_rows = rows + OPERANDS;

/* -- limits -- */

/* Returns a rate. */
static int limit(int given, int usual, enum limits_kind kind)
{
    if (given >= 0) return given;
    return kind == LIMITS_REMOTE ? usual : 0;
}

static int connections_of(int given, enum limits_kind kind)
{
    if (given >= 0) return given;
    return kind == LIMITS_USER ? PER_USER : PER_ADDRESS;
}

struct limits options_limits(const struct options *o, enum limits_kind kind)
{
    int connects = limit(o->connect_rate, CONNECT_RATE, kind);
    int packets = limit(o->rate.per_second, RATE, kind);
    int burst = o->rate.burst >= 0 ? o->rate.burst : OPTION_TYPES_RATE_BURST * packets;
    bool is_limited = packets > 0;
    struct rate_option bytes = o->byte_rate;
    bytes.per_second = limit(bytes.per_second, BYTE_RATE, kind);
    int units = bytes.per_second / INPUT_UNIT;
    int unit_burst = option_types_byte_burst(&bytes) / INPUT_UNIT;
    return (struct limits){
        .per_address = connections_of(o->per_address, kind),
        .charge[CHARGE_CONNECTS] = token_rate(connects, CONNECT_BURST * connects),
        .charge[CHARGE_ANSWERS] = token_rate(is_limited ? ANSWERS : 0, ANSWERS_BURST),
        .charge[CHARGE_INPUT] = token_rate(ADDRESS_SHARE * units, ADDRESS_BURST * unit_burst),
        .packets = token_rate(packets, burst),
        .lists = token_rate(is_limited ? LISTS : 0, LISTS_BURST),
        .input = token_rate(units, unit_burst),
    };
}

/* -- addresses -- */

/* Sets an address of the options, with or without tls: or tcp: in front. */
static void set_address(struct address *ret, const struct options *o, const char *text,
                        const char *default_port)
{
    bool is_tls = o->tls;
    address_parse(ret, option_types_listen_place(text, &is_tls), default_port);
    ret->is_tls = is_tls;
}

size_t options_addresses(const struct options *o, struct address all[OPTIONS_ADDRESSES])
{
    size_t n = 0;
    if (o->address)
        set_address(&all[n++], o, o->address, o->port);
    else if (o->listen.count == 0)
        all[n++] = (struct address){.port = o->port, .is_tls = o->tls};
    for (int i = 0; i < o->listen.count; i++) set_address(&all[n++], o, o->listen.values[i], NULL);
    return n;
}

bool options_use_tls(const struct options *o)
{
    bool is_tls = o->tls;
    for (int i = 0; i < o->listen.count && !is_tls; i++)
        option_types_listen_place(o->listen.values[i], &is_tls);
    return is_tls;
}

/* -- formatting -- */

const struct option_spec *options_row(int i)
{
    return i < FILE_ROWS ? &rows[i] : NULL;
}

/* Returns the options with the default limits of remote clients in place of limits not given. */
static struct options usual(const struct options *o)
{
    struct options all = *o;
    all.per_address = connections_of(o->per_address, LIMITS_REMOTE);
    all.connect_rate = limit(o->connect_rate, CONNECT_RATE, LIMITS_REMOTE);
    all.rate.per_second = limit(o->rate.per_second, RATE, LIMITS_REMOTE);
    all.byte_rate.per_second = limit(o->byte_rate.per_second, BYTE_RATE, LIMITS_REMOTE);
    return all;
}

void options_write(const struct option_spec *row, const struct options *options,
                   char to[OPTIONS_VALUE])
{
    const struct options all = usual(options);
    option_format_line(row, &all, to, OPTIONS_VALUE);
}

void options_value(const struct option_spec *row, const struct options *options,
                   char to[OPTIONS_VALUE])
{
    const struct options all = usual(options);
    option_format_value(row, &all, to, OPTIONS_VALUE);
}

bool options_agree(const struct option_spec *row, const struct options *a, const struct options *b)
{
    char one[OPTIONS_VALUE], other[OPTIONS_VALUE];
    option_format_line(row, a, one, sizeof one);
    option_format_line(row, b, other, sizeof other);
    return strcmp(one, other) == 0;
}

/* -- the command line -- */

_Noreturn static void usage(const char *what, const char *value)
{
    fprintf(stderr, "klatchd: %s: %s\n", what, value);
    command_line_fail("klatchd");
}

_Noreturn static void reject_option(const char *name, const char *value, const char *why)
{
    fprintf(stderr, "klatchd: --%s%s%s: %s\n", name, value ? " " : "", value ? value : "", why);
    command_line_fail("klatchd");
}

static void read_operand(struct options *options, const char *name, const char *value)
{
    const char *wrong = option_set(rows, OPERANDS, options, name, value);
    if (wrong) usage(wrong, value);
}

static void read_operands(struct options *options, int argc, char **argv)
{
    struct address address;
    if (argc > 0) read_operand(options, "address", argv[0]);
    if (argc > 1) read_operand(options, "port", argv[1]);
    if (argc > 1) address_parse(&address, argv[0], argv[1]);
    int most = argc > 1 && address.port == argv[1] ? 2 : 1;
    if (argc > most) usage("too many arguments", argv[most]);
}

static void read_arguments(struct options *options, int argc, char **argv)
{
    const struct command_line line = {"klatchd", usage_text, notes_text,
                                      line_rows, LINE_ROWS,  &options_default};
    const char *name;
    command_line_begin(&line, argv);
    while (!options->control && (name = command_line_next(&line, argc, argv))) {
        const char *wrong = option_set(line_rows, LINE_ROWS, options, name, optarg);
        if (wrong) reject_option(name, optarg, wrong);
    }
    options->argc = argc;
    options->argv = argv;
    options->command = argv + optind;
    if (options->control) return; /* all further words are the command, even with a dash */
    read_operands(options, argc - optind, argv + optind);
}

/* Reads the command line over the settings of a file. If it has an address or --listen, drops all
 * addresses of the file. */
static void read_arguments_over(struct options *options, int argc, char **argv)
{
    const struct option_list listen = options->listen;
    const char *address = options->address;
    options->listen.count = 0;
    options->address = NULL;
    read_arguments(options, argc, argv);
    if (options->address || options->listen.count > 0) return;
    options->listen = listen;
    options->address = address;
}

/* -- the settings file -- */

/* Refuses a FIFO, a socket and a device: reading one could wait, or take what is meant for another
 * program. /dev/null has no settings. */
static bool can_read(int fd)
{
    struct stat st;
    if (fstat(fd, &st) < 0) return false;
    bool is_null = S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
    return S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) || is_null; /* a read(2) names a folder */
}

static const char *read_all(int fd, char *text, size_t size)
{
    size_t len = 0;
    ssize_t n = 1;
    while (len < size && (n = read(fd, text + len, size - len)) > 0) len += (size_t)n;
    if (n < 0) return strerror(errno);
    if (len == size) return "too long for a settings file";
    text[len] = '\0';
    return strlen(text) < len ? "not a text file: contains a zero byte" : NULL;
}

/* Formats the folder of --tls-dir: by default in the folder that systemd.exec(5) gives, or else
 * where the XDG specification keeps the state of a user's programs. */
static void format_tls_dir(const struct options *o, char path[PATH_MAX])
{
    const char *system = getenv("STATE_DIRECTORY"), *state = getenv("XDG_STATE_HOME"),
               *home = getenv("HOME");
    if (o->tls_dir)
        snprintf(path, PATH_MAX, "%s", o->tls_dir);
    else if (system)
        snprintf(path, PATH_MAX, "%s/tls", system);
    else if (state && *state == '/')
        snprintf(path, PATH_MAX, "%s/klatchd/tls", state);
    else
        snprintf(path, PATH_MAX, "%s/.local/state/klatchd/tls", home ? home : "");
}

bool options_path(const struct options *o, enum options_file file, char path[PATH_MAX])
{
    static const char *const names[OPTIONS_FILES] = {
        [OPTIONS_TLS_KEY] = "/key.pem", [OPTIONS_TLS_CERTIFICATES] = "/cert.pem"};
    if (file == OPTIONS_CONFIG || file == OPTIONS_MEMBERS) {
        const char *name = file == OPTIONS_CONFIG ? o->config : o->members;
        snprintf(path, PATH_MAX, "%s", name ? name : "");
        return name;
    }
    format_tls_dir(o, path);
    strncat(path, names[file], PATH_MAX - strlen(path) - 1);
    return options_use_tls(o);
}

/* Returns the result for -1 or 0, as of a call that opens a file. */
static int sync_folder(const char *path)
{
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path);
    int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = fd < 0 ? -1 : fsync(fd);
    int error = errno;
    if (fd >= 0) close(fd);
    errno = error;
    return result;
}

/* Makes a new file of the members, or gives it the name of the old one. A new file that a crash has
 * left is of no use. */
static int replace_members(const struct options *o, unsigned char request)
{
    char new[PATH_MAX + sizeof OPTIONS_NEW];
    if (!o->members) {
        errno = ENOENT;
        return -1;
    }
    snprintf(new, sizeof new, "%s" OPTIONS_NEW, o->members);
    if (request == OPTIONS_MEMBERS_NEW) {
        unlink(new);
        return open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    }
    if (rename(new, o->members) < 0 || sync_folder(o->members) < 0) return -1;
    return open(o->members, O_RDONLY | O_CLOEXEC);
}

int options_open(void *options, unsigned char file)
{
    char path[PATH_MAX];
    if (file == OPTIONS_MEMBERS_NEW || file == OPTIONS_MEMBERS_INSTALLED)
        return replace_members(options, file);
    if (file >= OPTIONS_FILES || !options_path(options, (enum options_file)file, path)) {
        errno = ENOENT;
        return -1;
    }
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 && sandbox_forbids(path, false)) errno = OPENER_FORBIDDEN;
    if (fd < 0 || can_read(fd)) return fd;
    close(fd);
    errno = OPENER_IRREGULAR;
    return -1;
}

const char *options_load(int fd, char text[OPTIONS_TEXT])
{
    if (fd < 0) return opener_strerror(errno);
    const char *error = read_all(fd, text, OPTIONS_TEXT);
    close(fd);
    return error;
}

static bool read_text(struct options *options, char *text, struct config_text *ret)
{
    *ret = (struct config_text){.rows = rows, .count = FILE_ROWS, .rest = text};
    while (config_text_next(ret, options))
        if (ret->error) return false;
    return true;
}

bool options_read_again(struct options *options, char text[OPTIONS_TEXT], struct config_text *ret)
{
    struct options next = options_default;
    if (options->config && !read_text(&next, text, ret)) return false;
    read_arguments_over(&next, options->argc, options->argv);
    *options = next;
    return true;
}

_Noreturn static void bad_file(const char *path, const struct config_text *s)
{
    if (s->line == 0) fprintf(stderr, "klatchd: %s: %s\n", path, s->error);
    if (s->line > 0)
        fprintf(stderr,
                "klatchd: %s: line %d: %s: %s\n"
                "Correct the line or put # before it; 'klatchd --help' lists the options.\n",
                path, s->line, s->name, s->error);
    exit(EXIT_USAGE);
}

/* Reads the command line twice: first to find the settings file, then to override it. */
void options_read(struct options *options, int argc, char **argv)
{
    static char text[OPTIONS_TEXT];
    struct config_text s = {0};
    *options = options_default;
    read_arguments(options, argc, argv);
    if (options->config) s.error = options_load(options_open(options, OPTIONS_CONFIG), text);
    if (s.error || !options_read_again(options, text, &s)) bad_file(options->config, &s);
}
