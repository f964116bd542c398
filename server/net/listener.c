#include "server/net/listener.h"

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

/* Descriptors that are not connections of the room: standard streams, log, epoll, signals,
 * listeners, files, and two endpoints with all their requests. */
enum { RESERVE = 64 };

static void report(const char *kind, const char *where, const char *why)
{
    fprintf(stderr, LISTENER_FAILED("%s%s", "%s") "\n", kind, where, why);
}

static void set_tcp_options(int fd)
{
    socket_set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    socket_set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    liveness_enable_keepalive(fd);
}

/* Sets the options that accepted sockets inherit: a send buffer that limits the kernel's memory for
 * a peer that stops reading to 134 KB, from 4 MB. Returns -1 with errno set. */
static int bind_and_listen(const struct sockaddr *sa, socklen_t len)
{
    int fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    socket_set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER);
    set_tcp_options(fd);
    if (sa->sa_family == AF_INET6) socket_set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    if (bind(fd, sa, len) == 0 && listen(fd, SOMAXCONN) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static const char *tls_text(bool is_tls)
{
    return is_tls ? LISTENER_WITH_TLS : "";
}

static void add_socket(struct listener *l, int fd, bool is_tls)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    char name[IP_SOCKADDR_TEXT];
    l->is_tls[l->count] = is_tls;
    l->fds[l->count++] = fd;
    getsockname(fd, (struct sockaddr *)&sa, &len);
    ip_format_sockaddr((const struct sockaddr *)&sa, name);
    log_event(LISTENER_ON("%s", "%s%s"), l->what, name, tls_text(is_tls));
}

static bool has_room(const struct listener *l, const char *kind, const char *where)
{
    if (l->count < LISTENER_MAX) return true;
    report(kind, where, LISTENER_TOO_MANY);
    return false;
}

/* -- hosts -- */

/* Returns the address of a socket. Both families have the port at the same place. */
static struct sockaddr_in6 name_of(int fd)
{
    struct sockaddr_in6 sa = {0};
    socklen_t len = sizeof sa;
    getsockname(fd, (struct sockaddr *)&sa, &len);
    return sa;
}

static bool is_any(const struct ip *ip)
{
    static const struct ip any_v4 = {.bytes = {[10] = 0xff, [11] = 0xff}}, any_v6 = {0};
    return !ip->is_unix && (ip_is_same_host(ip, &any_v4) || ip_is_same_host(ip, &any_v6));
}

/* Whether a socket already listens on this address: two names may have the same address, and a
 * wildcard includes all addresses. */
static bool is_covered(const struct listener *l, const struct sockaddr *sa)
{
    const struct sockaddr_in6 *in = (const void *)sa;
    const struct ip ip = ip_from_sockaddr(sa);
    for (size_t i = 0; i < l->count && in->sin6_port != 0; i++) {
        const struct sockaddr_in6 other = name_of(l->fds[i]);
        const struct ip own = ip_from_sockaddr((const struct sockaddr *)&other);
        if (other.sin6_family == sa->sa_family && other.sin6_port == in->sin6_port &&
            (is_any(&own) || ip_is_same_host(&own, &ip)))
            return true;
    }
    return false;
}

/* Turns an IPv4-mapped IPv6 address into IPv4: an IPv6-only socket cannot be bound to it. */
static void unmap(struct sockaddr *sa, socklen_t *len)
{
    const struct sockaddr_in6 *v6 = (const void *)sa;
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    if (sa->sa_family != AF_INET6 || !IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) return;
    v4.sin_port = v6->sin6_port;
    memcpy(&v4.sin_addr, &v6->sin6_addr.s6_addr[12], sizeof v4.sin_addr);
    memcpy(sa, &v4, *len = sizeof v4);
}

/* Listens on an address of a host. `first` is the index of the host's first socket: if port 0 gave
 * it a free port, the host's other addresses use the same port. */
static void listen_inet(struct listener *l, size_t first, struct sockaddr *sa, socklen_t len,
                        bool is_tls)
{
    char name[IP_SOCKADDR_TEXT];
    unmap(sa, &len);
    if (l->count > first)
        ((struct sockaddr_in6 *)(void *)sa)->sin6_port = name_of(l->fds[first]).sin6_port;
    ip_format_sockaddr(sa, name);
    if (is_covered(l, sa) || !has_room(l, "", name)) return;
    int fd = bind_and_listen(sa, len);
    if (fd >= 0)
        add_socket(l, fd, is_tls);
    else
        report("", name, strerror(errno));
}

static void listen_host(struct listener *l, size_t first, const char *host, const struct address *a)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found, *ai;
    int failed = getaddrinfo(host, a->port, &hints, &found);
    if (failed) {
        report("", host, failed == EAI_SYSTEM ? strerror(errno) : gai_strerror(failed));
        return;
    }
    for (ai = found; ai; ai = ai->ai_next)
        listen_inet(l, first, ai->ai_addr, ai->ai_addrlen, a->is_tls);
    freeaddrinfo(found);
}

static void listen_pair(struct listener *l, const char *v4, const char *v6, const struct address *a)
{
    size_t first = l->count;
    listen_host(l, first, v4, a);
    listen_host(l, first, v6, a);
}

/* -- paths -- */

static bool is_open(const struct listener *l, const char *path)
{
    for (size_t i = 0; i < l->path_count; i++)
        if (unix_socket_is_at(&l->paths[i], path)) return true;
    return false;
}

static void listen_path(struct listener *l, const char *path)
{
    const char *why = address_check_path(path);
    if (why) {
        report("unix:", path, why);
        return;
    }
    if (is_open(l, path) || !has_room(l, "unix:", path)) return;
    int fd = unix_socket_listen(&l->paths[l->path_count], path);
    if (fd < 0) {
        report("unix:", path, strerror(errno));
        return;
    }
    socket_set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER);
    l->has_unix_socket = true;
    l->path_count++;
    l->fds[l->count++] = fd;
    log_event("%s on unix:%s", l->what, path);
}

/* -- opening -- */

static bool is_all(const struct address *a)
{
    return !a->path && strcmp(a->host, ADDRESS_ALL) == 0;
}

static bool is_wildcard(const struct address *a)
{
    struct ip ip;
    return is_all(a) || (!a->path && !ip_parse(&ip, a->host) && is_any(&ip));
}

static void listen_address(struct listener *l, const struct address *a)
{
    if (a->path)
        listen_path(l, a->path);
    else if (is_all(a))
        listen_pair(l, "0.0.0.0", "::", a);
    else if (a->host[0] == '\0')
        listen_pair(l, "127.0.0.1", "::1", a);
    else
        listen_host(l, l->count, a->host, a);
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

/* Formats a path, or an abstract name after @; unix(7). */
static void format_unix(const struct sockaddr_un *sa, socklen_t len, char name[static PATH_MAX])
{
    size_t n = len - offsetof(struct sockaddr_un, sun_path);
    bool is_abstract = n > 0 && sa->sun_path[0] == '\0';
    const char *path = is_abstract ? sa->sun_path + 1 : sa->sun_path;
    snprintf(name, PATH_MAX, "unix:%s%.*s", is_abstract ? "@" : "", (int)n - is_abstract, path);
}

static void inherit_one(struct listener *l, int fd, const char *from, bool is_tls)
{
    struct sockaddr_storage sa = {0};
    socklen_t len = sizeof sa;
    char name[PATH_MAX];
    getsockname(fd, (struct sockaddr *)&sa, &len);
    socket_set_option(fd, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER);
    if (sa.ss_family == AF_UNIX) {
        format_unix((const void *)&sa, len, name);
        l->has_unix_socket = true;
        is_tls = false;
    } else {
        set_tcp_options(fd);
        ip_format_sockaddr((const struct sockaddr *)&sa, name);
    }
    l->is_tls[l->count] = is_tls;
    l->fds[l->count++] = fd;
    log_event("%s on %s%s (inherited as %s)", l->what, name, tls_text(is_tls), from);
}

void listener_inherit(struct listener *l, int first, size_t count, const char *const names[],
                      bool is_tls)
{
    *l = (struct listener){.what = LISTENER_ROOM,
                           .is_inherited = true,
                           .reserved_fd = -1,
                           .capacity = connection_capacity()};
    for (size_t i = 0; i < count; i++) inherit_one(l, first + (int)i, names[i], is_tls);
    l->reserved_fd = reserve_fd(l);
}

/* Opens wildcards first, because they cannot be bound after one of their addresses. */
bool listener_open(struct listener *l, const char *what, const struct address all[], size_t count)
{
    *l = (struct listener){.what = what, .reserved_fd = -1, .capacity = connection_capacity()};
    for (size_t i = 0; i < count; i++)
        if (is_wildcard(&all[i])) listen_address(l, &all[i]);
    for (size_t i = 0; i < count; i++)
        if (!is_wildcard(&all[i])) listen_address(l, &all[i]);
    if (l->count > 0) l->reserved_fd = reserve_fd(l);
    return l->count > 0;
}

bool listener_open_private(struct listener *l, const char *what, const struct address *address)
{
    mode_t before = umask(S_IRWXG | S_IRWXO | S_IXUSR);
    bool ok = listener_open(l, what, address, 1);
    umask(before);
    return ok;
}

bool listener_has_tls(const struct listener *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->is_tls[i]) return true;
    return false;
}

void listener_give(const struct listener *l, uid_t uid, gid_t gid)
{
    for (size_t i = 0; i < l->path_count; i++)
        if (!unix_socket_give(&l->paths[i], uid, gid))
            log_event("cannot give unix:%s to the user of --user: %s", l->paths[i].path,
                      strerror(errno));
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

void listener_remove_paths(const struct listener *l)
{
    for (size_t i = 0; i < l->path_count; i++) unix_socket_remove(&l->paths[i]);
}

void listener_forget_paths(struct listener *l)
{
    for (size_t i = 0; i < l->path_count; i++) unix_socket_close(&l->paths[i]);
    l->path_count = 0;
}

void listener_close(struct listener *l)
{
    listener_remove_paths(l);
    listener_stop(l);
    listener_forget_paths(l);
    *l = (struct listener){.reserved_fd = -1};
}
