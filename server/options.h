/* options: klatchd's options and their help, one row of a table each. An option on the command line
 * overrides the settings file. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include "common/address.h"
#include "common/config_text.h"
#include "server/net/admission.h"
#include "server/option_types.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct options {
    const char *address; /* a name, an IP address, ADDRESS_ALL or unix:PATH; or NULL */
    const char *port;
    struct option_list listen;     /* further places: ADDRESS_FORMS, maybe behind tls: or tcp: */
    bool tls;                      /* speak TLS at all TCP addresses without tcp: */
    const char *members;           /* file of the people who may come in; NULL: everybody may */
    bool guests;                   /* others may come in too */
    const char *tls_dir;           /* folder of the key and the certificates; NULL: the default */
    const char *user;              /* NAME or NAME:GROUP to run as, if started as root; or NULL */
    bool sandbox;                  /* give up unneeded system calls and file access */
    int shutdown_delay;            /* seconds of countdown */
    int nick_timeout;              /* seconds to choose a nickname; 0: no limit */
    int max_connections;           /* of all clients; 0: as many as there are descriptors for */
    int per_address, connect_rate; /* for each network address; 0: no limit, -1: not given */
    struct rate_option rate;       /* packets of a client */
    struct rate_option byte_rate;  /* bytes of a client's packets */
    size_t packet_memory;          /* bytes for incomplete packets, a power of two */
    size_t socket_memory;       /* bytes for what clients have not read; 0: as the kernel allows */
    bool quiet;                 /* do not log messages */
    const char *stats;          /* unix:PATH or ADDRESS:PORT of the metrics; NULL: none */
    const char *control_socket; /* path of the socket for commands; NULL: none */
    const char *bans;           /* file that keeps the bans; NULL: none */
    const char *control;        /* path of the socket to send a command to; NULL: serve */
    char *const *command;       /* the command's words, up to a NULL */
    const char *journal;        /* the journal's file; NULL: none */
    int journal_sync;           /* enum journal_sync_mode */
    size_t journal_max;         /* bytes of the journal's file; 0: no limit */
    int history;                /* messages that a new member receives */
    int stall_timeout; /* seconds after which a client that reads nothing is disconnected; 0: never
                        */
    size_t ring;       /* bytes, a power of two */

    const char *config; /* the settings file; NULL: none */
    bool check;         /* print the settings and exit */
    int argc;           /* the command line, to be read again with the file */
    char **argv;
};

enum {
    OPTIONS_TEXT = 65536, /* maximum size of a settings file */
    OPTIONS_VALUE = 8192, /* bytes for an option as text */
    OPTIONS_ADDRESSES = OPTION_LIST_MAX + 1,
};

extern const struct options options_default;

/* Reads a command line (getopt_long(3)) and the settings file it names. Answers --help and
 * --version, or reports an error, and exits. */
void options_read(struct options *options, int argc, char **argv);

/* The files that klatchd reads again: the requests to options_open. */
enum options_file {
    OPTIONS_CONFIG,
    OPTIONS_TLS_KEY,
    OPTIONS_TLS_CERTIFICATES,
    OPTIONS_MEMBERS,
    OPTIONS_FILES, /* number of files */

    /* Requests to replace the file of the members: opens a new file beside it; gives that the name
     * of the old one, and opens it. */
    OPTIONS_MEMBERS_NEW = OPTIONS_FILES,
    OPTIONS_MEMBERS_INSTALLED,
};

/* Formats the path of a file. Returns false if the options name none. */
bool options_path(const struct options *options, enum options_file file, char path[PATH_MAX]);

/* Opens a file for reading, also for an opener (opener.h). May wait for the disk, but not for a
 * FIFO. Returns -1 with errno set. */
int options_open(void *options, unsigned char file);

/* Reads a whole settings file into `text`, which ends with a NUL, and closes it; errno says why if
 * it could not be opened. Returns NULL, or a clause that says what is wrong. */
const char *options_load(int fd, char text[OPTIONS_TEXT]);

/* Reads the text of the settings file and the command line again. Returns false if the text is
 * invalid; then *ret has the error and its line. The texts of the options and of *ret are in
 * `text`. */
bool options_read_again(struct options *options, char text[OPTIONS_TEXT], struct config_text *ret);

/* Returns the i-th option that a settings file may have; NULL: there are no more. */
const struct option_spec *options_row(int i);

/* Formats "name value", or the value; defaults of limits are those of remote clients. */
void options_write(const struct option_spec *row, const struct options *options,
                   char to[OPTIONS_VALUE]);
void options_value(const struct option_spec *row, const struct options *options,
                   char to[OPTIONS_VALUE]);

/* Whether the option is the same in both. */
bool options_agree(const struct option_spec *row, const struct options *a, const struct options *b);

/* Whether klatchd speaks TLS at one of its addresses. */
bool options_use_tls(const struct options *options);

/* Writes the addresses to listen on, and returns their number; if none is given, the loopback
 * addresses. Their texts belong to the options. */
size_t options_addresses(const struct options *options, struct address all[OPTIONS_ADDRESSES]);

/* Returns the limits of clients of a kind. Rates that are not given limit remote clients only. */
struct limits options_limits(const struct options *options, enum limits_kind kind);

#endif
