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

static_assert(SOCKET_ACTIVATION_MAX == 8, "a message contains this number");

static int env_number(const char *variable, int max)
{
    const char *text = getenv(variable);
    return text ? option_parse_number(text, max) : -1;
}

static int socket_option(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof value;
    return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

static const char *check_socket(int fd)
{
    int family = socket_option(fd, SO_DOMAIN);
    if (family < 0) return strerror(errno);
    if (family != AF_INET && family != AF_INET6 && family != AF_UNIX)
        return "it is neither a TCP nor a unix socket";
    if (socket_option(fd, SO_TYPE) != SOCK_STREAM) return "it is not a stream socket";
    if (socket_option(fd, SO_ACCEPTCONN) != 1) return "it does not listen";
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) return strerror(errno);
    return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? strerror(errno) : NULL;
}

static bool report_unusable(const char *what, const char *why)
{
    fprintf(stderr, "klatchd: cannot use %s from LISTEN_FDS: %s\n", what, why);
    return false;
}

static void read_names(struct socket_activation *a)
{
    const char *names = getenv("LISTEN_FDNAMES");
    char *rest = a->text;
    snprintf(a->text, sizeof a->text, "%s", names ? names : "");
    for (size_t i = 0; i < SOCKET_ACTIVATION_MAX; i++) {
        const char *name = strsep(&rest, ":");
        a->names[i] = name && *name ? name : "unknown";
    }
}

static bool read_sockets(struct socket_activation *a)
{
    char what[32];
    int count = env_number("LISTEN_FDS", INT_MAX);
    if (env_number("LISTEN_PID", INT_MAX) != getpid() || count <= 0) return true;
    if (count > SOCKET_ACTIVATION_MAX)
        return report_unusable("the sockets", "there are more than 8");
    for (int fd = SOCKET_ACTIVATION_FIRST; fd < SOCKET_ACTIVATION_FIRST + count; fd++) {
        const char *why = check_socket(fd);
        snprintf(what, sizeof what, "descriptor %d", fd);
        if (why) return report_unusable(what, why);
    }
    a->count = (size_t)count;
    read_names(a);
    return true;
}

bool socket_activation_read(struct socket_activation *a)
{
    static const char *const all[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};
    *a = (struct socket_activation){0};
    bool ok = read_sockets(a);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) unsetenv(all[i]);
    return ok;
}
