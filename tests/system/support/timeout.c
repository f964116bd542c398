#include "tests/system/support/timeout.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <time.h>

#ifdef __SANITIZE_ADDRESS__
enum { TIMEOUT_MS = 40000 };
#else
enum { TIMEOUT_MS = 10000 };
#endif

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t timeout_deadline(void)
{
    return now() + TIMEOUT_MS;
}

bool timeout_poll(int fd, short events, int64_t deadline)
{
    struct pollfd wait = {.fd = fd, .events = events};
    int n;
    do {
        int64_t left = deadline - now();
        n = poll(&wait, 1, left > 0 ? (int)left : 0);
    } while (n < 0 && errno == EINTR);
    return n > 0;
}

bool timeout_retry(int64_t deadline)
{
    nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    return now() < deadline;
}
