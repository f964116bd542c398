/* settings: PURE the text of a settings file, an option a line, as common/option.h reads them. */
#ifndef COMMON_CONFIG_TEXT_H
#define COMMON_CONFIG_TEXT_H

#include "common/option.h"

/* The table and the rest of the text are the caller's to set, the others zero. */
struct config_text {
    const struct option_spec *rows;
    int count;
    char *rest; /* what is not yet read; NULL: nothing */

    /* The line read last. */
    int line;          /* its number */
    const char *name;  /* the option it names, in the text */
    const char *wrong; /* what is wrong with it; or NULL */
};

/* Reads the next line into *options and cuts it in place: texts lie in it. False when there are no
 * more. */
bool config_text_next(struct config_text *s, void *options);

#endif
