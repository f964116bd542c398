#include "server/net/admission.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

enum {
    KEY = IP_SIZE + sizeof(uint32_t), /* an address, and its interface */
    FORGET = 2 /* idle sources checked for each connection, so that their number stays bounded */
};

struct source {
    unsigned char key[KEY];
    const struct limits *limits;
    struct token_bucket bucket; /* limits its new connections */
    int connections;
    int64_t idle_at;          /* milliseconds: when its last connection ended */
    TAILQ_ENTRY(source) idle; /* while it has no connection */
};

void admission_init(struct admission *a, int max)
{
    *a = (struct admission){.max = max};
    TAILQ_INIT(&a->idle);
}

void admission_deinit(struct admission *a)
{
    tdestroy(a->sources, free);
    admission_init(a, 0);
}

static void reset_bucket(const void *node, VISIT order, int depth)
{
    struct source *const *source = node;
    (void)depth;
    if (order == preorder || order == leaf) (*source)->bucket = (struct token_bucket){0};
}

void admission_configure(struct admission *a, int max, const struct limits *remote,
                         const struct limits *local)
{
    a->max = max;
    a->remote = *remote;
    a->local = *local;
    twalk(a->sources, reset_bucket);
}

bool admission_is_full(const struct admission *a)
{
    return a->connections >= a->max;
}

/* -- addresses -- */

/* Writes an IPv4 address; the 64-bit network of an IPv6 address, with the interface of a link-local
 * one; or the loopback address for this machine. */
static void make_key(const struct ip *from, unsigned char key[static KEY])
{
    memset(key, 0, KEY);
    if (from->is_local) {
        key[IP_SIZE - 1] = 1;
        return;
    }
    memcpy(key, from->bytes, ip_is_v4(from) ? IP_SIZE : IP_SIZE / 2);
    memcpy(key + IP_SIZE, &from->scope, sizeof from->scope);
}

static int by_key(const void *a, const void *b)
{
    return memcmp(((const struct source *)a)->key, ((const struct source *)b)->key, KEY);
}

static void forget_source(struct admission *a, struct source *source)
{
    tdelete(source, &a->sources, by_key);
    TAILQ_REMOVE(&a->idle, source, idle);
    a->source_count--;
    free(source);
}

/* Removes only sources whose bucket is full again: a new entry would be equal. */
static void forget_idle(struct admission *a, int64_t now)
{
    for (int i = 0; i < FORGET; i++) {
        struct source *longest = TAILQ_FIRST(&a->idle);
        if (!longest) return;
        if (now < longest->idle_at + token_bucket_refill_ms(&longest->limits->connects)) return;
        forget_source(a, longest);
    }
}

/* Returns NULL if out of memory, or if ADMISSION_SOURCES sources have connections. */
static struct source *add_source(struct admission *a, const struct source *wanted, int64_t now)
{
    if (a->source_count == ADMISSION_SOURCES && TAILQ_FIRST(&a->idle))
        forget_source(a, TAILQ_FIRST(&a->idle));
    struct source *source = a->source_count < ADMISSION_SOURCES ? malloc(sizeof *source) : NULL;
    if (!source) return NULL;
    *source = *wanted;
    if (!tsearch(source, &a->sources, by_key)) {
        free(source);
        return NULL;
    }
    source->idle_at = now;
    TAILQ_INSERT_TAIL(&a->idle, source, idle);
    a->source_count++;
    return source;
}

static struct source *find_source(struct admission *a, const struct source *wanted, int64_t now)
{
    struct source **found = tfind(wanted, &a->sources, by_key);
    return found ? *found : add_source(a, wanted, now);
}

/* -- connections -- */

static enum reject_reason check_limits(const struct source *source, int64_t now)
{
    const struct limits *limits = source->limits;
    if (limits->per_address > 0 && source->connections >= limits->per_address)
        return REJECT_PER_ADDRESS;
    return token_bucket_allows(&source->bucket, &limits->connects, now) ? REJECT_NONE
                                                                        : REJECT_CONNECT_RATE;
}

static void count_connection(struct admission *a, struct source *source, int64_t now)
{
    token_bucket_take(&source->bucket, &source->limits->connects, 1, now);
    if (source->connections++ == 0) TAILQ_REMOVE(&a->idle, source, idle);
}

enum reject_reason admission_admit(struct admission *a, const struct sockaddr *from, int64_t now,
                                   struct admission_grant *ret_grant)
{
    struct source wanted = {0}, *source = NULL;
    struct ip origin = ip_from_sockaddr(from);
    if (bans_match(&a->bans, &origin)) return REJECT_BANNED;
    if (admission_is_full(a)) return REJECT_FULL;
    forget_idle(a, now);
    const struct limits *limits = wanted.limits = origin.is_local ? &a->local : &a->remote;
    if (limits->per_address > 0 || limits->connects.step > 0) {
        make_key(&origin, wanted.key);
        source = find_source(a, &wanted, now);
        enum reject_reason why = source ? check_limits(source, now) : REJECT_FULL;
        if (why) return why;
        count_connection(a, source, now);
    }
    a->connections++;
    *ret_grant = (struct admission_grant){limits, source};
    return REJECT_NONE;
}

const char *admission_message(enum reject_reason why)
{
    if (why == REJECT_CLOSING) return ADMISSION_CLOSING;
    if (why == REJECT_BANNED) return BANS_MESSAGE;
    if (why == REJECT_PER_ADDRESS) return ADMISSION_TOO_MANY;
    return why == REJECT_CONNECT_RATE ? ADMISSION_TOO_FAST : ADMISSION_FULL;
}

void admission_release(struct admission *a, const struct admission_grant *grant, int64_t now)
{
    struct source *source = grant->source;
    a->connections--;
    if (!source || --source->connections > 0) return;
    source->idle_at = now;
    TAILQ_INSERT_TAIL(&a->idle, source, idle);
}
