/* service: a socket for the administrator beside the room's. Whoever comes asks once, is answered
 * once, and goes. It costs the room nothing while nobody comes, takes no memory, and none of the
 * room's places; of those who only come and stay, the one that was waited for longest makes place
 * for the next. */
#ifndef SERVER_ADMIN_ENDPOINT_H
#define SERVER_ADMIN_ENDPOINT_H

#include "server/net/listener.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SERVICE_VISITS = 16, /* at a time */
    SERVICE_REQUEST = 4096,
    SERVICE_PART = 16 * 1024,                    /* of an answer: what is written at a time */
    SERVICE_PATIENCE = 5000,                     /* milliseconds for a request, and for a part */
    SERVICE_IDS = LISTENER_MAX + SERVICE_VISITS, /* of what it waits for in the loop's epoll */
};

enum visit_state {
    VISIT_NONE,
    VISIT_ASKS,
    VISIT_HEARS,
    VISIT_LEAVES, /* our side is shut; waits for the visitor to have read it all and close */
};

struct visit {
    enum visit_state state;
    int fd;
    uint32_t events;  /* of epoll, that it is waited for */
    int64_t deadline; /* milliseconds */
    size_t n;         /* bytes of the request, with a NUL behind them */
    size_t from, to;  /* of the part, those that are not sent yet */
    size_t at;        /* the answerer's own: where its next part begins; 0 at first */
    bool more;        /* the answerer says so: there is another part */
    char request[SERVICE_REQUEST + 1], part[SERVICE_PART];
};

/* What a service does. */
struct service_kind {
    const char *name;
    bool (*is_whole)(const char *request, size_t n);
    /* Writes the next part of the answer to v->part and returns how many bytes; also to a request
     * that is not whole and has no place for more. */
    size_t (*answer)(void *context, struct visit *v);
};

/* All zero: there is none. */
struct service {
    const struct service_kind *kind;
    void *context;
    struct listener listener;
    int epoll;
    size_t first;    /* of its ids; see slots_special */
    int64_t open_at; /* milliseconds: when to listen again; 0: it does */
    int count;       /* of visits */
    struct visit visits[SERVICE_VISITS];
};

/* Listens in the loop's epoll, under ids from slots_special(first) on; nothing where the listener
 * is not open. False with errno set. */
bool service_start(struct service *s, const struct service_kind *kind, void *context, int epoll,
                   size_t first);

/* Takes care of what the so-manieth id stands for; each time a bounded piece of work. */
void service_act(struct service *s, size_t which, int64_t now);

/* Ends the visits that took too long. */
void service_end_turn(struct service *s, int64_t now);

/* When it has something to do by itself; 0: never. */
int64_t service_next(const struct service *s);

/* Closes everything; nothing where there is none. */
void service_close(struct service *s);

#endif
