/* options: what klatchd is asked to do, and its help. Every option is one row of one table; one on
 * the command line counts before the settings file. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include "common/config_text.h"
#include "server/net/admission.h"

#include <stdbool.h>
#include <stddef.h>

struct rate_option {
    int per_second, burst; /* -1: not given */
};

struct options {
    const char *address; /* a name, a number or unix:PATH; NULL: the loopback addresses */
    const char *port;
    const char *user;              /* NAME or NAME:GROUP to become, if root; or NULL */
    bool sandbox;                  /* give up every power that is not needed */
    int shutdown_delay;            /* seconds of countdown */
    int nick_timeout;              /* seconds to choose a nickname; 0: for ever */
    int max_connections;           /* 0: as many as there are descriptors for */
    int per_address, connect_rate; /* for each network address; 0: no limit, -1: not given */
    struct rate_option rate;       /* packets of a peer */
    bool quiet;                    /* do not log what people say */
    const char *stats;             /* unix:PATH or ADDRESS:PORT of the statistics; NULL: nowhere */
    const char *control_socket;    /* the path of what the operator asks on; NULL: nowhere */
    const char *control;           /* of whom to ask for the command; NULL: be a server */
    char *const *command;          /* words up to a NULL */
    const char *journal;           /* the file of all that is said; NULL: none */
    int journal_sync;              /* enum journal_sync_mode */
    int history;                   /* lines that a newcomer gets */
    int stall_timeout; /* seconds in which one takes nothing of what it is owed; 0: for ever */
    size_t ring;       /* bytes, a power of two */

    const char *config; /* the settings file; NULL: none */
    bool check;         /* only say what would hold */
    int argc;           /* the command line, to be read again with the file */
    char **argv;
};

enum {
    OPTIONS_FILE = 65536, /* bytes of a settings file, at the most */
    OPTIONS_VALUE = 4096, /* bytes of a line of it, as it is written */
};

extern const struct options options_default;

/* Reads a command line (getopt_long(3)) and the settings file it names. Answers --help and
 * --version, or what is wrong, and exits. */
void options_read(struct options *options, int argc, char **argv);

/* Reads both again. False where the file is wrong: *ret says what, and in which line; 0: it cannot
 * be read. The options' texts, and those of *ret, lie in `text`. */
bool options_read_again(struct options *options, char text[OPTIONS_FILE], struct config_text *ret);

/* The row of a settings file's option, counted from 0; NULL: there are no more. */
const struct option_spec *options_row(int i);

/* Writes its line, or its value; what holds for the others where a limit is not given. */
void options_write(const struct option_spec *row, const struct options *options,
                   char to[OPTIONS_VALUE]);
void options_value(const struct option_spec *row, const struct options *options,
                   char to[OPTIONS_VALUE]);

/* Whether two say the same, and give the same. */
bool options_agree(const struct option_spec *row, const struct options *a, const struct options *b);

/* What holds for peers on this machine, or for the others. Where an option is not given, there is a
 * limit only for the others. */
struct limits options_limits(const struct options *options, bool local);

#endif
