/* config: prints the effective settings, and reloads them while the server runs. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "server/options.h"

#include <stdbool.h>

/* Log lines. */
#define CONFIG_CHANGED(name, to, from) name " is " to ", it was " from
#define CONFIG_RESTART(name)           name ": restart required"
#define CONFIG_UNCHANGED               "no setting has changed"
#define CONFIG_KEPT                    "all settings stay as they were"

/* Prints the effective settings in the format of the settings file, with # before each that is the
 * default. False with errno set. */
bool config_print(const struct options *options);

/* Reads the settings file and the command line again and applies what may change while the server
 * runs. Logs each difference; or what is wrong with the file, and changes nothing. Returns whether
 * a setting changed. */
bool config_reload(struct options *options);

/* Applies options that were read; config_reload does. */
bool config_apply(struct options *options, const struct options *next);

#endif
