/* options: what klatchd is asked to do, and its help. Every option is one row of one table. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>

struct options {
    const char *address; /* a name, a number or unix:PATH; NULL: the loopback addresses */
    const char *port;
    int shutdown_delay; /* seconds of countdown */
    int nick_timeout;   /* seconds to choose a nickname; 0: for ever */
    const char *user;   /* NAME or NAME:GROUP to become, if root; or NULL */
    bool quiet;         /* do not log what people say */
    bool no_sandbox;    /* keep every power, for a debugger */
};

extern const struct options options_default;

/* Reads a command line (getopt_long(3)) into *options. Answers --help and --version, or what is
 * wrong, and exits. */
void options_read(struct options *options, int argc, char **argv);

#endif
