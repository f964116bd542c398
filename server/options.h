/* options: what klatchd is asked to do, and its help. Every option is one row of one table. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include "server/admission.h"

#include <stdbool.h>
#include <stddef.h>

struct allowance {
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
    struct allowance rate;         /* packets of a peer */
    bool quiet;                    /* do not log what people say */
    const char *stats;             /* unix:PATH or ADDRESS:PORT of the statistics; NULL: nowhere */
    const char *control_socket;    /* the path of what the operator asks on; NULL: nowhere */
    const char *control;           /* of whom to ask for the command; NULL: be a server */
    char *const *command;          /* words up to a NULL */
    const char *journal;           /* the file of all that is said; NULL: none */
    int journal_sync;              /* enum journal_sync */
    int history;                   /* lines that a newcomer gets */
    int stall_timeout; /* seconds in which one takes nothing of what it is owed; 0: for ever */
    size_t ring;       /* bytes, a power of two */
};

/* Reads a command line (getopt_long(3)) into *options. Answers --help and --version, or what is
 * wrong, and exits. */
void options_read(struct options *options, int argc, char **argv);

/* What holds for peers on this machine, or for the others. Where an option is not given, there is a
 * limit only for the others. */
struct policy options_policy(const struct options *options, bool local);

#endif
