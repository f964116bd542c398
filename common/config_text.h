/* settings: PURE the text of a settings file, an option a line, as common/option.h reads them. */
#ifndef COMMON_SETTINGS_H
#define COMMON_SETTINGS_H

#include "common/option.h"

/* The table and the rest of the text are the caller's to set, the others zero. */
struct settings {
    const struct option_row *rows;
    int count;
    char *rest; /* what is not yet read; NULL: nothing */

    /* The line read last. */
    int line;          /* its number */
    const char *name;  /* the option it names, in the text */
    const char *wrong; /* what is wrong with it; or NULL */
};

/* Reads the next line into *options and cuts it in place: texts lie in it. False when there are no
 * more. */
bool settings_next(struct settings *s, void *options);

#endif
