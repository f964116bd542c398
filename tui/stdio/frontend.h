/* face: klatch without a screen. Lines come in, lines go out; what they look like is the affair of
 * plain and pipe, and where they come from and go to that of stream. */
#ifndef TUI_STDIO_FRONTEND_H
#define TUI_STDIO_FRONTEND_H

#include "tui/base/byte_queue.h"
#include "tui/core/app.h"

struct face;

struct face_kind {
    /* As in struct app_setup; hear may be NULL. */
    void (*show)(void *face, time_t at, enum line_kind kind, const char *nick, const char *text);
    void (*hear)(void *face, const struct packet *p);
    /* Carries out a line. False: not before what was said has come back from the room. */
    bool (*take)(struct face *f, struct span line);
    /* Says what the state of the app asks for; may be NULL. */
    void (*turn)(struct face *f);
    /* All the input has been taken, and what was said has come back. */
    void (*end)(struct face *f);
};

struct face {
    const struct face_kind *kind;
    struct app *app;
    struct byte_queue out; /* to be written */
    int64_t unix_ms;       /* the time, in UTC */
    bool choosing;         /* the person knows that a nickname is wanted, */
    int asked;             /* having been asked so often, */
    bool away;             /* or that the connection is lost, */
    size_t doubtful;       /* and that so many lines may not have arrived */
    char hint[256];        /* the last one told since the last line was taken */
    bool ending;           /* goodbye was among the lines: no more are wanted */
    bool failed;           /* out of memory: something is missing in `out` */
    const char *wrong;     /* with the line just taken, which had no effect; else NULL */
};

#endif
