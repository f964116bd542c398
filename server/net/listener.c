#include "server/net/listener.h"

#include "common/address.h"
#include "server/net/ip.h"
#include "server/net/liveness.h"
#include "server/net/socket.h"
#include "server/system/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* Limits the kernel's memory for a peer that stops reading to 273 KB, from 4.26 MB. */
enum { SEND_BUFFER = 64 * 1024 };

/* Descriptors that are not connections of the room: standard streams, log, epoll, signals,
 * listeners, files, and two endpoints with all their requests. */
enum { RESERVE = 64 };

static bool report(const char *kind, const char *where, const char *why)
{
    fprintf(stderr, "klatchd: cannot listen on %s%s: %s\n", kind, where, why);
    return false;
}

static void set_tcp_options(int fd)
{
    socket_set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    socket_set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    liveness_enable_keepalive(fd);
}

/* Sets the options that accepted sockets inherit. -1 with errno set. */
static int bind_and_listen(const struct sockaddr *sa, socklen_t len)
{
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    socket_set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    if (sa->sa_family != AF_UNIX) set_tcp_options(fd);
    if (sa->sa_family == AF_INET6) socket_set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (bind(fd, sa, len) == 0 && listen(fd, SOMAXCONN) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static void add_socket(struct listener *l, int fd)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    char name[IP_SOCKADDR_TEXT];
    l->fds[l->count++] = fd;
    getsockname(fd, (struct sockaddr *)&sa, &len);
    ip_format_sockaddr((const struct sockaddr *)&sa, name);
    log_event("%s on %s", l->what, name);
}

/* Returns the port of the first socket: with port 0 the others use the same one. */
static in_port_t port_in_use(const struct listener *l)
{
    struct sockaddr_in6 sa = {0}; /* the port is at the same place for IPv4 */
    socklen_t len = sizeof sa;
    getsockname(l->fds[0], (struct sockaddr *)&sa, &len);
    return sa.sin6_port;
}

/* Whether to go on without this address family: the machine lacks it, and another one is open. */
static bool may_skip_family(const struct listener *l, int why)
{
    return l->count > 0 && (why == EADDRNOTAVAIL || why == EAFNOSUPPORT);
}

static bool listen_inet(struct listener *l, struct sockaddr *sa, socklen_t len)
{
    char name[IP_SOCKADDR_TEXT];
    if (l->count == LISTENER_MAX) return true;
    if (l->count > 0) ((struct sockaddr_in6 *)(void *)sa)->sin6_port = port_in_use(l);
    int fd = bind_and_listen(sa, len);
    if (fd < 0 && may_skip_family(l, errno)) return true;
    ip_format_sockaddr(sa, name);
    if (fd < 0) return report("", name, strerror(errno));
    add_socket(l, fd);
    return true;
}

static bool listen_host(struct listener *l, const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found, *ai;
    int failed = getaddrinfo(host, port, &hints, &found);
    if (failed == EAI_SYSTEM) return report("", host, strerror(errno));
    if (failed) return report("", host, gai_strerror(failed));
    bool ok = true;
    for (ai = found; ai && ok; ai = ai->ai_next) ok = listen_inet(l, ai->ai_addr, ai->ai_addrlen);
    freeaddrinfo(found);
    return ok && l->count > 0;
}

/* Whether the path is a socket on which no server listens. connect(2) also refuses a path that is
 * not a socket, so lstat(2) comes first. */
static bool is_stale(const struct sockaddr_un *sa)
{
    struct stat st;
    if (lstat(sa->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode)) return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool refused =
        connect(fd, (const struct sockaddr *)sa, sizeof *sa) < 0 && errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static bool listen_unix(struct listener *l, const char *path)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};
    struct stat st;
    if (*path == '\0' || strlen(path) >= sizeof sa.sun_path)
        return report("unix:", path, "the path must have 1 to 107 bytes");
    memcpy(sa.sun_path, path, strlen(path));
    int fd = bind_and_listen((struct sockaddr *)&sa, sizeof sa);
    if (fd < 0 && errno == EADDRINUSE && is_stale(&sa) && unlink(path) == 0)
        fd = bind_and_listen((struct sockaddr *)&sa, sizeof sa);
    if (fd < 0) return report("unix:", path, strerror(errno));
    l->fds[l->count++] = fd;
    l->path = path;
    if (lstat(path, &st) == 0) l->inode = st.st_ino;
    log_event("%s on unix:%s", l->what, path);
    return true;
}

static bool listen_everywhere(struct listener *l, const char *address, const char *port)
{
    if (!address) return listen_host(l, "127.0.0.1", port) && listen_host(l, "::1", port);
    const char *path = address_path(address);
    if (path) return listen_unix(l, path);
    return listen_host(l, address, port);
}

/* Duplicates a descriptor, because that opens no file. */
static int reserve_fd(const struct listener *l)
{
    return fcntl(l->fds[0], F_DUPFD_CLOEXEC, 0);
}

/* Returns the descriptors left for connections: all but RESERVE, or half if there are few. */
static int connection_capacity(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur > INT_MAX) return INT_MAX;
    int descriptors = (int)limit.rlim_cur;
    return descriptors > 2 * RESERVE ? descriptors - RESERVE : descriptors / 2;
}

static bool finish_open(struct listener *l, bool ok)
{
    if (ok) l->reserved_fd = reserve_fd(l);
    if (!ok) listener_close(l);
    return ok;
}

/* Formats a path, or an abstract name after @; unix(7). */
static void format_unix(const struct sockaddr_un *sa, socklen_t len, char name[static PATH_MAX])
{
    size_t n = len - offsetof(struct sockaddr_un, sun_path);
    bool is_abstract = n > 0 && sa->sun_path[0] == '\0';
    const char *path = is_abstract ? sa->sun_path + 1 : sa->sun_path;
    snprintf(name, PATH_MAX, "unix:%s%.*s", is_abstract ? "@" : "", (int)n - is_abstract, path);
}

static void inherit_one(struct listener *l, int fd, const char *from)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    char name[PATH_MAX];
    getsockname(fd, (struct sockaddr *)&sa, &len);
    socket_set_option(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER);
    if (sa.ss_family == AF_UNIX) {
        format_unix((const void *)&sa, len, name);
    } else {
        set_tcp_options(fd);
        ip_format_sockaddr((const struct sockaddr *)&sa, name);
    }
    l->fds[l->count++] = fd;
    log_event("%s on %s (passed as %s)", l->what, name, from);
}

void listener_inherit(struct listener *l, int first, size_t count, const char *const names[])
{
    *l = (struct listener){
        .what = LISTENER_ROOM, .reserved_fd = -1, .capacity = connection_capacity()};
    for (size_t i = 0; i < count; i++) inherit_one(l, first + (int)i, names[i]);
    l->reserved_fd = reserve_fd(l);
}

bool listener_open(struct listener *l, const char *what, const char *address, const char *port)
{
    *l = (struct listener){.what = what, .reserved_fd = -1, .capacity = connection_capacity()};
    return finish_open(l, listen_everywhere(l, address, port));
}

bool listener_open_private(struct listener *l, const char *what, const char *path)
{
    *l = (struct listener){.what = what, .reserved_fd = -1};
    mode_t before = umask(S_IRWXG | S_IRWXO | S_IXUSR);
    bool ok = listen_unix(l, path);
    umask(before);
    return finish_open(l, ok);
}

int listener_accept_reserved(struct listener *l, size_t which)
{
    if (l->reserved_fd < 0) return -1;
    close(l->reserved_fd);
    l->reserved_fd = -1;
    return accept4(l->fds[which], NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void listener_reserve_fd(struct listener *l)
{
    if (l->reserved_fd < 0 && l->count > 0) l->reserved_fd = reserve_fd(l);
}

/* Whether the error concerns only the connection being accepted, and not the next one; accept(2).
 */
static bool is_one_connections_error(int why)
{
    static const int all[] = {EINTR,  ECONNABORTED, EPROTO,     ENETDOWN,    ENOPROTOOPT, EHOSTDOWN,
                              ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH, EPERM};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (why == all[i]) return true;
    return false;
}

int listener_accept(struct listener *l, size_t which, struct sockaddr_storage *ret_from,
                    bool *ret_again)
{
    socklen_t len = sizeof *ret_from;
    int fd =
        accept4(l->fds[which], (struct sockaddr *)ret_from, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    *ret_again = fd >= 0 || is_one_connections_error(errno);
    if (fd >= 0) listener_reserve_fd(l);
    return fd;
}

void listener_stop(struct listener *l)
{
    for (size_t i = 0; i < l->count; i++) close(l->fds[i]);
    if (l->reserved_fd >= 0) close(l->reserved_fd);
    l->count = 0;
    l->reserved_fd = -1;
}

void listener_close(struct listener *l)
{
    struct stat st;
    listener_stop(l);
    if (l->path && lstat(l->path, &st) == 0 && st.st_ino == l->inode) unlink(l->path);
    *l = (struct listener){.reserved_fd = -1};
}
