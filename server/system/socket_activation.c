#include "server/system/socket_activation.h"

#include "common/option.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static_assert(LISTENER_MAX == 8, "the message says so");

static int number(const char *variable, int max)
{
    const char *text = getenv(variable);
    return text ? option_parse_number(text, max) : -1;
}

static int option_of(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

static const char *unfit(int fd)
{
    int family = option_of(fd, SO_DOMAIN);
    if (family < 0) return strerror(errno);
    if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
        return "it is neither of TCP nor a unix socket";
    if (option_of(fd, SO_TYPE) != SOCK_STREAM) return "it is not a stream socket";
    if (option_of(fd, SO_ACCEPTCONN) != 1) return "it does not listen";
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return strerror(errno);
    return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? strerror(errno) : NULL;
}

static bool complain(const char *what, const char *why)
{
    fprintf(stderr, "klatchd: cannot use %s from LISTEN_FDS: %s\n", what, why);
    return false;
}

static void read_names(struct activation *a)
{
    const char *names = getenv("LISTEN_FDNAMES");
    char *rest = a->text;
    snprintf(a->text, sizeof a->text, "%s", names ? names : "");
    for (size_t i = 0; i < LISTENER_MAX; i++) {
        const char *name = strsep(&rest, ":");
        a->names[i] = name && *name ? name : "unknown";
    }
}

static bool find(struct activation *a)
{
    char what[32];
    int count = number("LISTEN_FDS", INT_MAX);
    if (number("LISTEN_PID", INT_MAX) != getpid() || count <= 0) return true;
    if (count > LISTENER_MAX) return complain("the sockets", "there are more than 8 of them");
    for (int fd = ACTIVATION_FIRST; fd < ACTIVATION_FIRST + count; fd++) {
        const char *why = unfit(fd);
        snprintf(what, sizeof what, "descriptor %d", fd);
        if (why) return complain(what, why);
    }
    a->count = (size_t)count;
    read_names(a);
    return true;
}

bool activation_find(struct activation *a)
{
    static const char *const all[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};
    *a = (struct activation){0};
    bool ok = find(a);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) unsetenv(all[i]);
    return ok;
}
