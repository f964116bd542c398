/* intruder: preloaded into klatchd (LD_PRELOAD), runs in its event loop once the sandbox stands,
 * and makes one attempt to do what klatchd must not do. Calls the kernel directly. */
#include "tests/intruder/attempts.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct intrusion *attempts_in;

static const struct attempts *const groups[] = {
    &attempts_on_files, &attempts_on_network,    &attempts_on_processes,
    &attempts_on_code,  &attempts_on_privileges,
};

enum { GROUPS = sizeof groups / sizeof *groups };

static const struct attempt *find_attempt(int index)
{
    for (int i = 0; i < GROUPS; index -= groups[i++]->count)
        if (index < groups[i]->count) return &groups[i]->rows[index];
    return NULL;
}

static long call(const struct attempt *a, long first)
{
    const long *v = a->args;
    return syscall(a->number, first, v[1], v[2], v[3], v[4], v[5]);
}

static long run(const struct attempt *a)
{
    long result = -1;
    if (a->run) return a->run();
    if (a->args[0] != EACH) return call(a, a->args[0]);
    for (int fd = FIRST; fd < LAST && result < 0; fd++) result = call(a, fd);
    return result;
}

__attribute__((constructor)) static void map_intrusion(void)
{
    const char *fd = getenv(INTRUSION_VARIABLE);
    if (!fd) return;
    int n = (int)strtol(fd, NULL, 10);
    void *shared = mmap(NULL, sizeof *attempts_in, PROT_READ | PROT_WRITE, MAP_SHARED, n, 0);
    close(n);
    if (shared == MAP_FAILED) return;
    struct intrusion *in = attempts_in = shared;
    for (int i = 0; i < GROUPS; i++) in->count += groups[i]->count;
    const struct attempt *a = find_attempt(in->index);
    snprintf(in->name, sizeof in->name, "%s", a ? a->name : "");
    in->fails_anyway = a && a->fails_anyway;
    attempts_prepare_outside();
}

_Noreturn static void make_attempt(struct intrusion *in)
{
    const struct attempt *a = find_attempt(in->index);
    in->has_begun = true;
    errno = 0;
    in->error = !a ? ENOENT : run(a) < 0 ? errno : 0;
    in->has_ended = true;
    syscall(SYS_exit_group, 0);
    abort();
}

/* klatchd waits for events only in its sandbox. */
int epoll_wait(int epoll, struct epoll_event *events, int most, int wait)
{
    if (attempts_in) make_attempt(attempts_in);
    return ((__typeof__(&epoll_wait))dlsym(RTLD_NEXT, "epoll_wait"))(epoll, events, most, wait);
}
