#include "tests/system/support/fake_server.h"

#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

struct fake_server fake_server_listen_at(const char *ip, const char *port)
{
    static const struct addrinfo numeric = {.ai_family = AF_UNSPEC,
                                            .ai_socktype = SOCK_STREAM,
                                            .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    struct fake_server f;
    struct addrinfo *at;
    cr_assert(getaddrinfo(ip, port, &numeric, &at) == 0, "%s", ip);
    f.fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(f.fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    setsockopt(f.fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int));
    int failed =
        bind(f.fd, at->ai_addr, at->ai_addrlen) || listen(f.fd, 8) ||
        getsockname(f.fd, at->ai_addr, &at->ai_addrlen) ||
        getnameinfo(at->ai_addr, at->ai_addrlen, NULL, 0, f.port, sizeof f.port, NI_NUMERICSERV);
    cr_assert(!failed, "cannot listen on %s", ip);
    freeaddrinfo(at);
    return f;
}

struct fake_server fake_server_listen(void)
{
    return fake_server_listen_at("127.0.0.1", "0");
}

int fake_server_fill_backlog(struct fake_server *f)
{
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;
    cr_assert(listen(f->fd, 0) == 0 && getsockname(f->fd, (struct sockaddr *)&at, &n) == 0);
    int fd = socket(at.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(connect(fd, (struct sockaddr *)&at, n) == 0);
    return fd;
}

struct peer *fake_server_accept(struct fake_server *f)
{
    cr_assert(timeout_poll(f->fd, POLLIN, timeout_deadline()), "nobody dials");
    return peer_accept(accept4(f->fd, NULL, NULL, SOCK_CLOEXEC), "SERVER");
}

struct peer *fake_server_admit(struct fake_server *f, const char *nick)
{
    struct peer *client = fake_server_accept(f);
    peer_send(client, "connect", "SERVER", "HELLO");
    peer_expect(client, "verify", NULL, nick);
    peer_send(client, "ready", "SERVER", "READY");
    return client;
}

void fake_server_close(struct fake_server *f)
{
    close(f->fd);
}
