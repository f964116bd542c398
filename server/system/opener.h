/* opener: opens files for klatchd, whose sandbox lets it open none. The files are opened by a
 * helper process, in a sandbox of its own. Klatchd sends one byte, which says what to open; a
 * request has no path. The answer is one byte, an error or 0, and the descriptor.
 *
 * Each opener serves one thread of klatchd at a time. The thread waits for the answer as long as
 * it would wait for open(2). */
#ifndef SERVER_SYSTEM_OPENER_H
#define SERVER_SYSTEM_OPENER_H

#include "server/system/helper.h"

#include <stdbool.h>

/* Errors beside those of errno(3). */
enum opener_error {
    OPENER_ENDED = 253, /* the helper has ended, or cannot be asked */
    OPENER_FORBIDDEN,   /* only the sandbox forbids to open the file */
    OPENER_IRREGULAR,   /* not a regular file */
};

/* Their texts. */
#define OPENER_ENDED_TEXT "the process that opens files has ended: restart klatchd"
#define OPENER_FORBIDDEN_TEXT                                                                      \
    "its folder was replaced, and the sandbox allows only the folder of the start: restart "       \
    "klatchd"
#define OPENER_IRREGULAR_TEXT "it is not a regular file"

struct opener {
    /* Opens what the request says. Returns a descriptor, or -1 with errno set. */
    int (*open)(void *context, unsigned char request);
    void *context;
    struct helper helper; /* not started: the files are opened in this process */
    bool has_ended;
};

/* Serves requests in the helper, which helper_fork started, until klatchd has ended. */
_Noreturn void opener_serve(struct opener *o);

/* Opens what the request says, if it is a regular file. Returns its descriptor; or -1 with errno
 * set, to an errno value or an enum opener_error. */
int opener_open(struct opener *o, unsigned char request);

/* Returns the text of an error of opener_open; see strerror(3). */
const char *opener_strerror(int error);

#endif
