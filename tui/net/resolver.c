#include "tui/net/resolver.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct lookup {
    atomic_int owners;    /* the resolver and the thread; the last one to release it frees it */
    atomic_bool finished; /* the thread has set the result */
    int event;            /* eventfd(2), readable when `finished` */
    struct addrinfo *addresses;
    int error, system_error; /* of getaddrinfo; errno for EAI_SYSTEM */
    char *port;              /* in names, after the host and its NUL */
    char names[];
};

static void lookup_free(struct lookup *l)
{
    if (l->addresses != NULL) freeaddrinfo(l->addresses);
    close(l->event);
    free(l);
}

static void lookup_release(struct lookup *l)
{
    if (atomic_fetch_sub(&l->owners, 1) == 1) lookup_free(l);
}

static void *lookup_run(void *arg)
{
    static const struct addrinfo want = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct lookup *l = arg;
    l->error = getaddrinfo(l->names, l->port, &want, &l->addresses);
    l->system_error = errno;
    if (l->error != 0) l->addresses = NULL;
    atomic_store(&l->finished, true);
    eventfd_write(l->event, 1);
    lookup_release(l);
    return NULL;
}

static struct lookup *lookup_new(const char *host, const char *port)
{
    size_t host_size = strlen(host) + 1, port_size = strlen(port) + 1;
    struct lookup *l = calloc(1, sizeof *l + host_size + port_size);
    if (l == NULL) return NULL;
    l->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->event < 0) {
        free(l);
        return NULL;
    }
    l->owners = 2;
    l->port = l->names + host_size;
    memcpy(l->names, host, host_size);
    memcpy(l->port, port, port_size);
    return l;
}

/* Blocks signals in the thread, because the main thread reads them from a descriptor. Does not
 * block the signals of a crash: their handler restores the terminal. */
static int start_thread(struct lookup *l)
{
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
    sigset_t blocked, before;
    pthread_attr_t detached;
    pthread_t thread;
    sigfillset(&blocked);
    for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) sigdelset(&blocked, crashes[i]);
    int error = pthread_attr_init(&detached);
    if (error != 0) return error;
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &blocked, &before);
    error = pthread_create(&thread, &detached, lookup_run, l);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return error;
}

/* Drops an earlier result, because it may be old. */
int resolver_start(struct resolver *r, const char *host, const char *port)
{
    if (r->lookup != NULL && !atomic_load(&r->lookup->finished)) return 0;
    resolver_abandon(r);
    struct lookup *l = lookup_new(host, port);
    if (l == NULL) return errno;
    int error = start_thread(l);
    if (error == 0)
        r->lookup = l;
    else
        lookup_free(l);
    return error;
}

int resolver_fd(const struct resolver *r)
{
    return r->lookup != NULL ? r->lookup->event : -1;
}

bool resolver_take(struct resolver *r, struct addrinfo **ret_addresses, const char **ret_error)
{
    struct lookup *l = r->lookup;
    if (l == NULL || !atomic_load(&l->finished)) return false;
    bool has_errno = l->error == EAI_SYSTEM;
    *ret_error = has_errno ? strerror(l->system_error) : gai_strerror(l->error);
    *ret_addresses = l->addresses;
    l->addresses = NULL;
    resolver_abandon(r);
    return true;
}

void resolver_abandon(struct resolver *r)
{
    if (r->lookup != NULL) lookup_release(r->lookup);
    r->lookup = NULL;
}
