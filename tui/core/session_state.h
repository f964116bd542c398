/* session_state: PURE the data of a session, and the questions that its state alone answers. */
#ifndef TUI_CORE_SESSION_STATE_H
#define TUI_CORE_SESSION_STATE_H

#include "tui/base/byte_queue.h"
#include "tui/core/backlog.h"
#include "tui/core/event.h"
#include "tui/core/ignore_list.h"
#include "tui/core/members.h"
#include "tui/core/outbox.h"
#include "tui/core/reconnect.h"
#include "tui/core/waiting.h"

enum { SESSION_OUT_MAX = 4 * FRAME_MAX /* bytes that may wait to be sent */ };

enum session_state {
    SESSION_DISCONNECTED, /* the connection is lost; `reconnect` says when to try again */
    SESSION_CONNECTING,
    SESSION_HANDSHAKE, /* connected, not yet greeted */
    SESSION_UNNAMED,   /* greeted, without a nickname yet */
    SESSION_JOINED,    /* in the room */
    SESSION_CLOSING,   /* goodbye is on its way */
    SESSION_FAILED,    /* nothing can go on; the exit message is shown */
    SESSION_FINISHED,  /* leave with exit.status */
};

enum session_error {
    SESSION_OK,
    SESSION_NOT_CONNECTED,
    SESSION_TOO_LONG,
    SESSION_QUEUE_FULL,
};

struct session_config {
    const char *where;         /* what people call the server's address */
    const char *host;          /* the same without the port */
    const char *nick;          /* to request at once; NULL: the user chooses one */
    const char *proposed_nick; /* to propose to the user; may be "" */
    uint32_t random_seed;
    bool no_reconnect; /* a lost connection is the end */
    bool
        repeat_countdown; /* a notice for each announcement of a shutdown, not for the first only */
    struct event_sink sink;
};

struct session_nick {
    char own[NICK_BYTES + 1];    /* "" before we have one */
    char wanted[NICK_BYTES + 1]; /* the one to request, "" when none is */
    bool pending;                /* it is requested, and not answered */
};

struct session_exit {
    int status;
    int64_t quit_at;   /* milliseconds: when to finish at the latest, while closing or failed */
    char message[512]; /* for after the screen; "" when there is nothing to say */
};

struct session_shutdown {
    int64_t at;       /* milliseconds: when the server will end; 0: not known */
    char reason[256]; /* why it is about to close the connection, in its own words; "" */
};

struct session {
    struct session_config config;
    enum session_state state;
    int64_t now;        /* milliseconds on a clock that never jumps */
    int64_t local_time; /* seconds */
    bool ever_connected;
    bool resolved; /* the addresses of the host are known, in this attempt to connect */
    struct waiting waiting;
    int64_t disconnected_at; /* seconds, local time: when we lost the room; 0: it is in sight */
    int64_t backlog_until;   /* milliseconds: the room's lines are buffered; -1: they are not */
    int64_t recalled_at;     /* seconds, local time: the last recalled line; 0: none */
    struct session_nick nick;
    struct session_exit exit;
    struct session_shutdown shutdown;
    struct frame_decoder decoder;
    struct byte_queue out; /* frames to be sent */
    size_t unacked;        /* messages and questions sent that the server has not answered */
    struct reconnect reconnect;
    struct outbox outbox;
    struct backlog backlog;
    struct ignore_list ignored;
    struct members members;
    const char *log_path; /* the log's, while there is one; set by who keeps it */
    char error[256];      /* the text of the last sentence returned */
};

/* Whether packets can be sent and received; whether the session is closing, failed or finished;
 * whether it waits for the user to choose a nickname. */
bool session_is_connected(const struct session *s);
bool session_is_over(const struct session *s);
bool session_needs_nick(const struct session *s);

#endif
