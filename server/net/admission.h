/* admission: PURE who may come in: so many connections in all, so many from one network address,
 * so many new ones of it a second, and nobody who is banned. An address is an IPv4 address, an IPv6
 * network of 64 bits, or this machine. It is forgotten when it has been gone for a while. */
#ifndef SERVER_NET_ADMISSION_H
#define SERVER_NET_ADMISSION_H

#include "common/token_bucket.h"
#include "server/base/counters.h"
#include "server/net/bans.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <sys/socket.h>

/* What a newcomer is told when there is no place for anybody. */
#define ADMISSION_FULL_MESSAGE "The server is full. Try again later."

enum { ADMISSION_SOURCES = 65536 /* known at a time */ };

/* What holds for each peer; all zero: no limit. */
struct limits {
    int per_address;            /* connections at a time */
    struct token_rate connects; /* new ones, of an address */
    struct token_rate packets;  /* of a connection */
};

struct source;
TAILQ_HEAD(source_list, source);

struct admission {
    int max, connections;        /* connections in all */
    struct limits remote, local; /* local: through a loopback address or a unix socket */
    void *sources;               /* tsearch(3) tree of struct source */
    struct source_list idle;     /* those without a connection, the longest gone first */
    size_t source_count;
    struct bans bans;
};

/* Where a connection belongs, until it leaves. */
struct admission_grant {
    const struct limits *limits;
    struct source *source; /* NULL: it need not be known */
};

/* Lets in up to max; the policies are the caller's to set. */
void admission_init(struct admission *a, int max);

/* Lets in up to max from now on, under these policies: they hold for the packets of those who are
 * inside, too, and every address has its whole burst again. A limit of connections where there was
 * none counts those who come from now on. */
void admission_configure(struct admission *a, int max, const struct limits *remote,
                         const struct limits *local);

/* Frees what is known; nobody may leave after it. */
void admission_deinit(struct admission *a);

/* Takes in a connection from there, at a time in milliseconds. REJECT_NONE, and *ret_grant is
 * set; or why not, and nothing has changed. */
enum reject_reason admission_admit(struct admission *a, const struct sockaddr *from, int64_t now,
                                   struct admission_grant *ret_grant);

/* What the peer is told that was not let in. */
const char *admission_message(enum reject_reason why);

/* Gives back the place of one that was let in, at a time in milliseconds. */
void admission_release(struct admission *a, const struct admission_grant *grant, int64_t now);

/* Whether there is no place for anybody. */
bool admission_is_full(const struct admission *a);

#endif
