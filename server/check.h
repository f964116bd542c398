/* check: the settings that would hold, as a settings file says them. */
#ifndef SERVER_CHECK_H
#define SERVER_CHECK_H

#include "server/options.h"

/* Writes them to standard output, a line each, with # before those that are as they are without
 * being set. False with errno set. */
bool check_print(const struct options *options);

#endif
