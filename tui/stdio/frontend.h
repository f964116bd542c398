/* frontend: interface of line mode and JSON mode: lines come in, lines go out. stdio_loop reads and
 * writes them. */
#ifndef TUI_STDIO_FRONTEND_H
#define TUI_STDIO_FRONTEND_H

#include "tui/base/byte_queue.h"
#include "tui/core/session.h"

struct frontend;

struct frontend_kind {
    /* As struct event_sink has it; the context is the frontend. */
    const char *(*on_event)(void *frontend, const struct event *e);
    /* Carries out a line. Returns false when that has to wait until the server has answered what
     * was sent before. */
    bool (*take_line)(struct frontend *f, struct span line);
    /* Asks and tells what the session's state calls for, once a turn; may be NULL. */
    void (*update)(struct frontend *f);
    /* The input has ended, and the server has answered everything. */
    void (*end)(struct frontend *f);
};

/* What line mode has told the user. */
struct line_mode {
    bool asks_nick;    /* that a nickname is wanted, */
    int asked;         /* having asked so often, */
    bool refused;      /* and the last time after a refusal */
    bool away;         /* that the connection is lost */
    char message[256]; /* the last status message since the last line */
    int64_t day;       /* of the last line; 0: none */
};

struct frontend {
    const struct frontend_kind *kind;
    struct session *session;
    struct byte_queue out; /* to be written */
    int64_t unix_ms;       /* the time, in UTC */
    const char *error;     /* why the last line taken had no effect; NULL: it had */
    bool ending;           /* goodbye was among the lines: no more are read */
    bool failed;           /* out of memory: something is missing in `out` */
    struct line_mode line_mode;
};

#endif
