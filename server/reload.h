/* reload: the settings, read again while people talk. */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

#include "server/options.h"

/* Reads the settings file and the command line again, and takes over what can change while people
 * talk. Logs each difference, taken over or not; or what is wrong with the file, and nothing
 * changes. True when something has changed. */
bool reload_read(struct options *options);

/* The same with settings that were read. */
bool reload_take(struct options *options, const struct options *next);

#endif
