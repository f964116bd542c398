/* config: prints the effective settings, and reloads them while the server runs. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "server/options.h"
#include "server/system/opener.h"
#include "server/system/worker.h"

#include <stdbool.h>

/* Log lines. */
#define CONFIG_CHANGED(name, to, from) name " is " to ", it was " from
#define CONFIG_RESTART(name)           name ": restart required"
#define CONFIG_UNCHANGED               "no setting has changed"
#define CONFIG_KEPT                    "all settings stay as they were"
#define CONFIG_EMPTY                   "the file is empty; put a line with # into it to use the defaults"

/* Prints the effective settings in the format of the settings file; a setting with its default
 * value as a comment. Returns false with errno set. */
bool config_print(const struct options *options);

/* Reads the settings file in a worker, because the disk may be slow. All zero: idle. */
struct config_reload {
    struct job job;
    struct opener *opener;
    const char *error; /* why it cannot be read, or NULL */
    bool repeats;      /* the file must be read once more */
    bool is_loaded;    /* the file is read, and not applied yet */
    char text[OPTIONS_TEXT];
};

/* Lets the worker read the file, which the opener opens. If it is reading it, it reads it once more
 * afterwards. */
void config_reload_start(struct config_reload *r, struct opener *opener, struct worker *worker);

/* Whether the file is not read yet, or not applied. */
bool config_reload_is_pending(const struct config_reload *r);

/* Once the file is read, applies it and the command line to the settings that may change while the
 * server runs. Logs each difference. If the file is invalid, logs the error and changes nothing.
 * Returns whether a setting changed. */
bool config_reload_finish(struct config_reload *r, struct options *options, struct worker *worker);

/* Applies options that were read. config_reload_finish calls it. */
bool config_apply(struct options *options, const struct options *next);

#endif
