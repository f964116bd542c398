/* imitation: nicknames and texts that look like lines of a log, the same in every run. */
#ifndef TESTS_SYSTEM_SUPPORT_IMITATION_H
#define TESTS_SYSTEM_SUPPORT_IMITATION_H

#include "common/nick.h"

#include <stdio.h>

enum { IMITATION_TEXT = 512 }; /* bytes of a text with its NUL */

struct imitation {
    char nick[NICK_BYTES + 1], text[IMITATION_TEXT];
};

/* Returns a nickname that nick_check accepts, and a text that is not empty. */
struct imitation imitation_new(void);

/* Reads a packet of a program's output, one JSON object a line, and expects it to be this one. */
void imitation_expect_json(const struct imitation *said, const char *line);

/* Runs the command in a folder, and expects it to print these and nothing else, as JSON. */
void imitation_expect_all(const struct imitation *said, size_t n, const char *folder,
                          const char *command);

#endif
