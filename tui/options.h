/* options: what klatch is asked to do, and its help. Every option is one row of one table; a flag
 * counts before the environment, and that before the settings file. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include "tui/ui/theme.h"

#include <stdbool.h>

enum { OPTIONS_SCREEN, OPTIONS_PLAIN, OPTIONS_PIPE };

struct options {
    const char *host, *port; /* as on the command line: a name, a number or unix:PATH */
    const char *nick;        /* NULL: none is wanted */
    const char *log;         /* a file to keep what the room says in; NULL: none */
    const char *config;      /* the settings file; NULL: the usual one */
    int face;
    enum theme_background theme; /* THEME_UNKNOWN: find out */
    bool color, timestamps, joins, history, bell, notify, title;
};

/* Gathers the command line (getopt_long(3)), the environment and the settings file. Answers --help
 * and --version, or what is wrong and where, and exits. */
void options_gather(struct options *options, int argc, char **argv);

#endif
