#include "common/command_line.h"

#include "common/version.h"

#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static struct option_getopt table;

_Noreturn void command_line_fail(const char *program)
{
    fprintf(stderr, "Try '%s --help'.\n", program);
    exit(EXIT_USAGE);
}

_Noreturn static void finish(void)
{
    exit(ferror(stdout) || fflush(stdout) != 0 ? EX_IOERR : EXIT_SUCCESS);
}

_Noreturn static void print_help(const struct command_line *l)
{
    char lines[OPTION_HELP];
    option_help(l->rows, l->count, l->defaults, lines);
    printf("%s%s%s", l->usage, lines, l->notes);
    finish();
}

_Noreturn static void print_version(const char *program)
{
    printf("%s %s\n", program, KLATCH_VERSION);
    finish();
}

void command_line_begin(const struct command_line *l, char **argv)
{
    static char name[16]; /* for getopt's error messages */
    snprintf(name, sizeof name, "%s", l->program);
    argv[0] = name;
    optind = 0;
    option_getopt_init(&table, l->rows, l->count);
}

const char *command_line_next(const struct command_line *l, int argc, char **argv)
{
    int i, c = getopt_long(argc, argv, table.letters, table.longs, &i);
    if (c == -1) return NULL;
    if (c == 'h') print_help(l);
    if (c == 'V') print_version(l->program);
    const char *name = c == 0 ? table.longs[i].name : option_name(l->rows, l->count, c);
    if (name == NULL) command_line_fail(l->program);
    return name;
}
