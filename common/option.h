/* option: the long options of a program as one table. A row is one option: how its value is parsed,
 * which member of the program's struct it sets, and its line in --help. The same table serves the
 * command line and the settings file. A new option is a member and a row; option_help prints its
 * line where the program puts it, between its usage and its notes. */
#ifndef COMMON_OPTION_H
#define COMMON_OPTION_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

enum option_kind {
    OPTION_FLAG,   /* bool: NAME sets true, no-NAME sets false */
    OPTION_CHOICE, /* int: NAME sets the row's `number`, no-NAME sets 0 */
    OPTION_NUMBER, /* int: a whole number from 0 to the row's `number` */
    OPTION_TEXT,   /* const char *: the value itself, which stays the caller's */
    OPTION_LIST,   /* struct option_list: each use adds a text, which stays the caller's */
    OPTION_CUSTOM, /* a type of the program's own: the row's `type` parses and formats it */
};

enum { OPTION_LIST_MAX = 16 };

struct option_list {
    const char *values[OPTION_LIST_MAX];
    int count;
};

struct option_type {
    bool (*parse)(const char *value, void *member); /* false: not a value of this type */
    void (*format)(const void *member, char *to, size_t size);
    /* Returns why a text is not a valid value, or NULL. The function may be NULL: all are valid. */
    const char *(*check)(const char *value);
};

struct option_spec {
    const char *name;
    int letter; /* of the short option; 0: none */
    enum option_kind kind;
    const char *value; /* what --help calls the value, such as FILE; NULL: takes none */
    const char *help;  /* begins with a verb and fits its line; NULL: --help does not list it */
    size_t offset;     /* of its member in the program's struct */
    int number;        /* OPTION_NUMBER: the maximum; OPTION_CHOICE: the choice */
    const char *error; /* OPTION_NUMBER, OPTION_CUSTOM: says that a value is wrong */
    const struct option_type *type; /* OPTION_CUSTOM; for the others, only its `check`; or NULL */
};

enum { OPTION_ROWS = 32, OPTION_NAME = 32, OPTION_HELP = 4096 };

/* A table in the form that getopt_long(3) takes. */
struct option_getopt {
    struct option longs[2 * OPTION_ROWS + 3];
    char letters[2 * OPTION_ROWS + 3], no[OPTION_ROWS][OPTION_NAME];
};

/* Fills *ret from at most OPTION_ROWS rows, and adds --help and --version. getopt_long returns 0
 * for the long option of a row, a letter for everything else. */
void option_getopt_init(struct option_getopt *ret, const struct option_spec *rows, int count);

/* Parses a whole number. Returns -1 if the text is not a number from 0 to max. */
int option_parse_number(const char *text, int max);

/* Returns the name of the option with this letter; NULL: none has it. */
const char *option_name(const struct option_spec *rows, int count, int letter);

/* Errors of option_set, besides a row's `error`. */
#define OPTION_UNKNOWN     "no such option"
#define OPTION_NEEDS_VALUE "needs a value"
#define OPTION_TAKES_NONE  "takes no value"
#define OPTION_TOO_MANY    "given more than 16 times"

/* Sets the option NAME, or with no-NAME unsets it; value is NULL if none was given. Returns NULL,
 * or a sentence that says what is wrong. */
const char *option_set(const struct option_spec *rows, int count, void *options, const char *name,
                       const char *value);

/* Sets the option in a line of a settings file: its name, white space or an equals sign, its value.
 * If the value begins with an equals sign, one must come before it. Ignores empty lines and lines
 * that begin with #. Cuts the line in place; a text points into it. Returns NULL, or a sentence
 * that says what is wrong. */
const char *option_set_line(const struct option_spec *rows, int count, void *options, char *line);

/* Formats the value so that it parses again; "on" or "off" for an option without a value, "" for a
 * text that is NULL. Spaces separate the values of a list. Cuts it to size - 1 bytes. */
void option_format_value(const struct option_spec *row, const void *options, char *to, size_t size);

/* Formats the line of a settings file that sets the option to its current value; only the name for
 * a text that is NULL or an empty list; a line for each value of a list. Cuts it to size - 1 bytes.
 */
void option_format_line(const struct option_spec *row, const void *options, char *to, size_t size);

/* Formats the lines of --help: one for each row that has a help, then --help and --version. A flag
 * that is true in the program's defaults is listed as --no-NAME, without its
 * letter. */
void option_help(const struct option_spec *rows, int count, const void *defaults,
                 char to[static OPTION_HELP]);

#endif
