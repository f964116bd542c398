/* command_line: reads the options of a program's command line; answers --help and --version. */
#ifndef COMMON_COMMAND_LINE_H
#define COMMON_COMMAND_LINE_H

#include "common/option.h"

enum { EXIT_USAGE = 2 }; /* an exit status that is not in sysexits(3) */

struct command_line {
    const char *program;       /* its name */
    const char *usage, *notes; /* the text of --help before and after the options */
    const struct option_spec *rows;
    int count;
    const void *defaults; /* the program's struct */
};

/* Starts at the first argument. Only one command line can be read at a time; see getopt(3). */
void command_line_begin(const struct command_line *l, char **argv);

/* Returns the name of the next option, with its value in `optarg`. Returns NULL after the last one;
 * then the operands begin at `optind`. Answers --help and --version, or reports an unknown option,
 * and exits. */
const char *command_line_next(const struct command_line *l, int argc, char **argv);

/* Prints a line that points to --help, and exits with EXIT_USAGE. */
_Noreturn void command_line_fail(const char *program);

#endif
