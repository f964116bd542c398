/* options: what klatchd is asked to do, and its help. Every option is one row of one table. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct options {
    const char *address; /* a name, a number or unix:PATH; NULL: the loopback addresses */
    const char *port;
    int shutdown_delay;  /* seconds of countdown */
    int nick_timeout;    /* seconds to choose a nickname; 0: for ever */
    bool quiet;          /* do not log what people say */
    const char *journal; /* the file of all that is said; NULL: none */
    int journal_sync;    /* enum journal_sync */
    int history;         /* lines that a newcomer gets */
    int stall_timeout;   /* seconds in which one takes nothing of what it is owed; 0: for ever */
    size_t ring;         /* bytes, a power of two */
};

extern const struct options options_default;

/* Reads a command line (getopt_long(3)) into *options. Answers --help and --version, or what is
 * wrong, and exits. */
void options_read(struct options *options, int argc, char **argv);

#endif
