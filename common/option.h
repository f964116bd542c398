/* option: the long options of a program as one table. Each is a row, and fills one place of the
 * program's struct, wherever it was given: on a command line or in a file. */
#ifndef COMMON_OPTION_H
#define COMMON_OPTION_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

enum option_kind {
    OPTION_FLAG,   /* a bool, true; no- before the name makes it false */
    OPTION_PICK,   /* an int, the row's number; no- before the name makes it 0 */
    OPTION_NUMBER, /* an int: a whole number from 0 to the row's */
    OPTION_TEXT,   /* a const char *: the value, which stays the caller's */
    OPTION_OTHER,  /* what the row's form reads and writes */
};

/* How the values of a kind of its own are read, false where one is none, and written. */
struct option_form {
    bool (*read)(const char *value, void *place);
    void (*write)(const void *place, char *to, size_t size);
};

struct option_spec {
    const char *name;
    int letter; /* 0: it has none */
    enum option_kind kind;
    size_t at;                      /* its place in the struct */
    int number;                     /* the greatest one, or the one picked */
    const char *wrong;              /* said of a value that is none or beyond */
    const struct option_form *form; /* of another kind */
};

enum { OPTION_ROWS = 32, OPTION_NAME = 32 };

/* A table as getopt_long(3) wants it. */
struct option_getopt {
    struct option longs[2 * OPTION_ROWS + 3];
    char letters[2 * OPTION_ROWS + 3], no[OPTION_ROWS][OPTION_NAME];
};

/* Describes at most OPTION_ROWS rows, then --help and --version; `longs` answers 0 for a row. */
void option_describe(const struct option_spec *rows, int count, struct option_getopt *ret);

/* A whole number from 0 to max; -1 for anything else. */
int option_number(const char *text, int max);

/* The name of the row with this letter; NULL where none has it. */
const char *option_letter(const struct option_spec *rows, int count, int letter);

/* Sets the option of this name, or with "no-" before it; value is NULL where none was given.
 * Returns NULL, or a sentence that says what is wrong. */
const char *option_set(const struct option_spec *rows, int count, void *options, const char *name,
                       const char *value);

/* Sets what a line of a settings file says: a name, and after white space its value. Empty lines
 * and those that begin with # say nothing. Cuts the line in place; a text points into it. */
const char *option_line(const struct option_spec *rows, int count, void *options, char *line);

/* Writes the value as it is read, "on" or "off" for what takes none, "" for a text that is not
 * there; cut where `size` bytes are too few. */
void option_value(const struct option_spec *row, const void *options, char *to, size_t size);

/* Writes the line of a settings file that would set it so: the name alone where there is no text.
 */
void option_write(const struct option_spec *row, const void *options, char *to, size_t size);

#endif
