#include "tests/system/support/fake_server.h"

#include "tests/system/support/timeout.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

struct fake_server fake_server_listen(void)
{
    struct fake_server f;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    f.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int failed = bind(f.fd, (struct sockaddr *)&at, n) || listen(f.fd, 8) ||
                 getsockname(f.fd, (struct sockaddr *)&at, &n);
    cr_assert(!failed, "cannot listen");
    snprintf(f.port, sizeof f.port, "%d", ntohs(at.sin_port));
    return f;
}

struct peer *fake_server_accept(struct fake_server *f)
{
    cr_assert(timeout_poll(f->fd, POLLIN, timeout_deadline()), "nobody dials");
    return peer_new(accept4(f->fd, NULL, NULL, SOCK_CLOEXEC), "SERVER");
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
