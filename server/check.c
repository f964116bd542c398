#include "server/check.h"

#include <stdio.h>

bool check_print(const struct options *options)
{
    char line[OPTIONS_VALUE];
    const struct option_spec *row;
    for (int i = 0; (row = options_row(i)); i++) {
        options_write(row, options, line);
        printf("%s%s\n", options_agree(row, options, &options_default) ? "#" : "", line);
    }
    return fflush(stdout) == 0;
}
