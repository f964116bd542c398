/* session_state: PURE the data of a session, and questions about its state. */
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

enum {
    SESSION_OUT_MAX = 4 * FRAME_MAX, /* bytes that may wait to be sent */
    SESSION_SECRET_MAX = 64,         /* bytes of a server's secret; a longer one is ignored */
    SESSION_KEY_MAX = 63,            /* bytes of a fingerprint */
};

enum session_state {
    SESSION_DISCONNECTED, /* the connection is lost; `reconnect` says when to try again */
    SESSION_CONNECTING,
    SESSION_UNTRUSTED, /* not connected: the user decides whether to trust the server's key */
    SESSION_HANDSHAKE, /* connected; HELLO has not come yet */
    SESSION_UNNAMED,   /* HELLO has come; we have no nickname yet */
    SESSION_JOINED,    /* in the room */
    SESSION_CLOSING,   /* goodbye was sent */
    SESSION_FAILED,    /* an error ended the session; the exit message is shown */
    SESSION_FINISHED,  /* the program exits with exit.status */
};

/* Who can read what we and the server send. */
enum session_security {
    SECURITY_LOCAL,     /* it does not leave this machine */
    SECURITY_NONE,      /* the network can */
    SECURITY_KNOWN,     /* only the server, whose key the user knows */
    SECURITY_CERTIFIED, /* only the server, for which a CA of the system vouches */
};

enum session_error {
    SESSION_OK,
    SESSION_NOT_CONNECTED,
    SESSION_TOO_LONG,
    SESSION_QUEUE_FULL,
};

struct session_config {
    const char *where;         /* the server's address, as shown to the user */
    const char *host;          /* the same without the port */
    const char *join_command;  /* how others join this room; NULL: not shown */
    const char *nick;          /* to request at once; NULL: the user chooses one */
    const char *proposed_nick; /* proposed to the user; may be "" */
    uint32_t random_seed;
    bool no_reconnect;     /* a lost connection ends the session */
    bool asks_key;         /* a user can say whether to trust the server's key */
    bool asks_who;         /* ask for the members unasked, where the server answers */
    bool repeat_countdown; /* print a notice for each announcement of a shutdown, not only the first
                            */
    struct event_sink sink;
};

struct session_nick {
    char own[NICK_BYTES + 1];            /* "" before we have one */
    char wanted[NICK_BYTES + 1];         /* the nickname to request; "": none */
    bool pending;                        /* it was requested, and the server has not answered */
    char secret[SESSION_SECRET_MAX + 1]; /* to have `own` again after a reconnect; "": none */
    bool lapsed; /* the server closes or closed the connection while the user chose a nickname */
};

struct session_exit {
    int status;
    int64_t quit_at;   /* milliseconds: latest time to finish, while closing or failed */
    char message[512]; /* printed after the screen is closed; "": none */
};

struct session_shutdown {
    int64_t at;       /* milliseconds: when the server closes; 0: not announced */
    char reason[256]; /* the server's reason for closing the connection; "": none */
    bool told;        /* a notice has told the user the reason */
};

/* From READY to the end of the history. */
struct session_arrival {
    bool greets;            /* the greeting comes after the history */
    bool in_history;        /* the newest line of the room is of the history */
    int64_t quiet_at;       /* milliseconds: the history ends if nothing of it comes until then; -1:
                               it has ended */
    int64_t timeless_until; /* milliseconds: until then, or our own join notice, a line without a
                               time may be of the history of another server; -1: none is */
};

struct session_unreadable {
    unsigned count; /* packets skipped since the start */
    unsigned row;   /* of these, the last ones in a row that were not objects */
};

/* What was asked about the members; see session_who.h. Times are in milliseconds; -1: never. */
struct session_who {
    bool may_ask;            /* unasked, because the server has shown that it answers */
    bool is_unasked;         /* klatch asked, and the answer is not complete */
    unsigned asked;          /* answers for which the user waits */
    bool is_reading;         /* a part of an answer has come */
    bool has_greeted;        /* the members were shown after joining */
    struct byte_queue text;  /* of the answer: a nickname a line, and a NUL */
    int64_t ask_at, next_at; /* when to ask; when the next request may follow */
    int64_t until;           /* end of the wait for an answer, or for the rest of it */
};

struct session {
    struct session_config config;
    enum session_state state;
    int64_t now;        /* milliseconds on a clock that never jumps */
    int64_t local_time; /* seconds */
    bool ever_connected;
    bool resolved; /* this attempt to connect knows the addresses of the host */
    struct waiting waiting;
    enum session_security security;        /* of the connection, set by session_io */
    char unknown_key[SESSION_KEY_MAX + 1]; /* fingerprint of the key of SESSION_UNTRUSTED */
    int64_t disconnected_at; /* seconds, local time: when we lost the room; 0: not lost */
    bool gap_marked;         /* the gap is marked, because a line was shown since then */
    int64_t backlog_until;   /* milliseconds: lines are buffered until then; -1: they are not */
    char not_hello[128];     /* the packet that came instead of HELLO; "": none */
    int64_t recalled_at;     /* seconds, local time: of the last recalled line; 0: none */
    struct session_nick nick;
    struct session_exit exit;
    struct session_shutdown shutdown;
    struct frame_decoder decoder;
    struct session_arrival arrival;
    struct session_unreadable unreadable;
    struct byte_queue out; /* frames to send */
    size_t unacked;        /* packets sent that the server has not answered */
    struct reconnect reconnect;
    struct outbox outbox;
    struct backlog backlog;
    struct ignore_list ignored;
    struct members members;
    struct session_who who;
    const char *log_path; /* of the open log, set by session_io; NULL: none */
    char error[256];      /* the last sentence returned */
};

/* Whether packets can be sent and received; whether the session is closing, failed or finished; and
 * whether it waits until the user chooses a nickname: then it may be disconnected, until that. */
bool session_is_connected(const struct session *s);
bool session_is_over(const struct session *s);
bool session_needs_nick(const struct session *s);

#endif
