/* options: klatch's options and their help, one row of a table each. The command line overrides the
 * environment, which overrides the settings file. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include "tui/ui/drawing/theme.h"

#include <stdbool.h>

/* The error in a settings file that a crash has damaged. */
#define OPTIONS_NUL "contains a zero byte; write this line again"

/* The error in the address on the command line. */
#define OPTIONS_ADDRESS "not an address (HOST, HOST:PORT, [IPV6]:PORT or unix:PATH)"

/* The error for a FIFO, a socket or a device. */
#define OPTIONS_NOT_REGULAR "not a regular file"

/* The error in --fingerprint. */
#define OPTIONS_FINGERPRINT "must be SHA256: and 43 characters, as klatchd logs it"

enum { OPTIONS_KEY_SEND, OPTIONS_KEY_PRINT, OPTIONS_KEY_NONE };
enum { OPTIONS_SCREEN, OPTIONS_PLAIN, OPTIONS_PIPE };

struct options {
    const char *host, *port; /* as on the command line: a name, a number or unix:PATH */
    const char *nick;        /* nickname to request; NULL: ask the user */
    const char *log;         /* file to log the room to; NULL: none */
    const char *config;      /* the settings file; NULL: the default one */
    const char *fingerprint; /* of the server's key; NULL: not given */
    int face;
    int key;                     /* what to do with the user's key */
    int members;                 /* 1: show the list of members, 0: hide it, -1: as the last time */
    enum theme_background theme; /* THEME_UNKNOWN: ask the terminal */
    bool tls, color, timestamps, joins, history, bell, notify, title, mouse, sandbox;
};

/* Reads the command line (getopt_long(3)), the environment and the settings file. Answers --help
 * and
 * --version, or reports an error, and exits. */
void options_gather(struct options *options, int argc, char **argv);

#endif
