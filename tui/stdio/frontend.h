/* frontend: the interface of line mode and JSON mode, which turn lines of input into packets and
 * events into lines of output. stdio_loop reads and writes the lines. */
#ifndef TUI_STDIO_FRONTEND_H
#define TUI_STDIO_FRONTEND_H

#include "tui/base/byte_queue.h"
#include "tui/core/session.h"

struct frontend;

struct frontend_kind {
    /* Handles an event; see struct event_sink. */
    const char *(*on_event)(void *frontend, const struct event *e);
    /* Handles a line of input. Returns false if it has to wait until the server has answered
     * earlier lines. */
    bool (*take_line)(struct frontend *f, struct span line);
    /* Prints questions and notices that depend on the session's state, once a turn; may be NULL. */
    void (*update)(struct frontend *f);
    /* Ends the session: the input has ended, and the server has answered everything. */
    void (*end)(struct frontend *f);
};

/* The things that line mode has told the user. */
struct line_mode {
    bool asks_key;                  /* it asks whether to trust the server's key */
    enum session_security security; /* of the connection */
    bool asks_nick;                 /* it asks for a nickname now */
    int asked;                      /* how many times it has asked */
    char refused[NICK_BYTES + 1];   /* the last nickname that the server refused; "": none */
    bool away;                      /* it has said that the connection is lost */
    char message[256];              /* the last status message after the last line of input */
    int64_t day;                    /* of the last line; 0: none */
};

struct frontend {
    const struct frontend_kind *kind;
    struct session *session;
    struct byte_queue out; /* output to write */
    int64_t unix_ms;       /* the time, in UTC */
    bool pasted;           /* the line was pasted together with others */
    bool unsettled;        /* another line of the same paste may still come */
    const char *error;     /* why the last line had no effect; NULL: it had */
    bool asked_who;        /* JSON mode has sent a who without an answer */
    char *warning;         /* to print on standard error; NULL: none */
    bool ending;           /* a line was a goodbye: read no more */
    bool failed;           /* out of memory: output is missing */
    struct line_mode line_mode;
};

#endif
