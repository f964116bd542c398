#include "server/net/admission.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static const char many[] =
    "There are too many connections from your network address. Close one of them, and try again.";
static const char fast[] =
    "Too many connections come from your network address at once. Try again in a few seconds.";

enum {
    KEY = IP_SIZE,
    FORGET = 2 /* looked at whenever somebody comes, so that they never pile up */
};

struct address {
    unsigned char key[KEY];
    const struct policy *policy;
    struct token_bucket pace; /* of its new connections */
    int inside;
    int64_t gone_at;
    TAILQ_ENTRY(address) gone; /* while nobody is inside */
};

void admission_init(struct admission *a, int max)
{
    *a = (struct admission){.max = max};
    TAILQ_INIT(&a->gone);
}

void admission_free(struct admission *a)
{
    tdestroy(a->addresses, free);
    admission_init(a, 0);
}

static void rest(const void *node, VISIT order, int depth)
{
    struct address *const *address = node;
    (void)depth;
    if (order == preorder || order == leaf) (*address)->pace = (struct token_bucket){0};
}

void admission_change(struct admission *a, int max, const struct policy *afar,
                      const struct policy *local)
{
    a->max = max;
    a->afar = *afar;
    a->local = *local;
    twalk(a->addresses, rest);
}

bool admission_is_full(const struct admission *a)
{
    return a->inside >= a->max;
}

/* -- addresses -- */

/* An IPv4 address, the network of an IPv6 address, or nothing for a unix socket. */
static void make_key(const struct ip *from, unsigned char key[static KEY])
{
    memset(key, 0, KEY);
    memcpy(key, from->bytes, ip_is_v4(from) ? KEY : KEY / 2);
}

static int by_key(const void *a, const void *b)
{
    return memcmp(((const struct address *)a)->key, ((const struct address *)b)->key, KEY);
}

static void forget(struct admission *a, struct address *address)
{
    tdelete(address, &a->addresses, by_key);
    TAILQ_REMOVE(&a->gone, address, gone);
    a->known--;
    free(address);
}

/* Who has been gone for so long has all its burst again: nothing is lost. */
static void forget_some(struct admission *a, int64_t now)
{
    for (int i = 0; i < FORGET; i++) {
        struct address *longest = TAILQ_FIRST(&a->gone);
        if (!longest) return;
        if (now < longest->gone_at + token_bucket_refill_ms(&longest->policy->connects)) return;
        forget(a, longest);
    }
}

/* NULL without memory, or when as many are inside as may be known. */
static struct address *add(struct admission *a, const struct address *wanted, int64_t now)
{
    if (a->known == ADMISSION_ADDRESSES && TAILQ_FIRST(&a->gone)) forget(a, TAILQ_FIRST(&a->gone));
    struct address *address = a->known < ADMISSION_ADDRESSES ? malloc(sizeof *address) : NULL;
    if (!address) return NULL;
    *address = *wanted;
    if (!tsearch(address, &a->addresses, by_key)) {
        free(address);
        return NULL;
    }
    address->gone_at = now;
    TAILQ_INSERT_TAIL(&a->gone, address, gone);
    a->known++;
    return address;
}

static struct address *find(struct admission *a, const struct address *wanted, int64_t now)
{
    struct address **found = tfind(wanted, &a->addresses, by_key);
    return found ? *found : add(a, wanted, now);
}

/* -- coming and going -- */

static enum reject_reason check_limits(const struct address *address, int64_t now)
{
    const struct policy *policy = address->policy;
    if (policy->per_address > 0 && address->inside >= policy->per_address)
        return REJECT_PER_ADDRESS;
    return token_bucket_allows(&address->pace, &policy->connects, now) ? REJECT_NONE
                                                                       : REJECT_CONNECT_RATE;
}

static void count_in(struct admission *a, struct address *address, int64_t now)
{
    token_bucket_take(&address->pace, &address->policy->connects, 1, now);
    if (address->inside++ == 0) TAILQ_REMOVE(&a->gone, address, gone);
}

enum reject_reason admission_enter(struct admission *a, const struct sockaddr *from, int64_t now,
                                   struct guest *ret_guest)
{
    struct address wanted = {0}, *address = NULL;
    struct ip origin = ip_from_sockaddr(from);
    if (bans_match(&a->bans, &origin)) return REJECT_BANNED;
    if (admission_is_full(a)) return REJECT_FULL;
    forget_some(a, now);
    const struct policy *policy = wanted.policy = origin.is_local ? &a->local : &a->afar;
    if (policy->per_address > 0 || policy->connects.step > 0) {
        make_key(&origin, wanted.key);
        address = find(a, &wanted, now);
        enum reject_reason why = address ? check_limits(address, now) : REJECT_FULL;
        if (why) return why;
        count_in(a, address, now);
    }
    a->inside++;
    *ret_guest = (struct guest){policy, address};
    return REJECT_NONE;
}

const char *admission_words(enum reject_reason why)
{
    if (why == REJECT_BANNED) return BANS_MESSAGE;
    if (why == REJECT_PER_ADDRESS) return many;
    return why == REJECT_CONNECT_RATE ? fast : ADMISSION_FULL;
}

void admission_leave(struct admission *a, const struct guest *guest, int64_t now)
{
    struct address *address = guest->address;
    a->inside--;
    if (!address || --address->inside > 0) return;
    address->gone_at = now;
    TAILQ_INSERT_TAIL(&a->gone, address, gone);
}
