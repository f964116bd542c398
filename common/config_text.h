/* config_text: PURE reads the text of a settings file line by line, and sets the option in each
 * line (common/option.h). */
#ifndef COMMON_CONFIG_TEXT_H
#define COMMON_CONFIG_TEXT_H

#include "common/option.h"

/* The caller sets the table and `rest`; the other fields start as zero. */
struct config_text {
    const struct option_spec *rows;
    int count;
    char *rest; /* text not read yet; NULL: the end */

    int line;          /* number of the line read last */
    const char *name;  /* option in that line; points into the text */
    const char *error; /* what is wrong with that line, or NULL */
};

/* Sets the option in the next line, and cuts the line in place: a text points into it. Returns
 * false at the end of the text. */
bool config_text_next(struct config_text *s, void *options);

#endif
