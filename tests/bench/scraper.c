#include "tests/bench/scraper.h"

#include "tests/bench/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static const char request[] = "GET /metrics HTTP/1.1\r\nHost: bench\r\n\r\n";

static void end(struct scraper *s)
{
    close(s->fd);
    s->fd = -1;
}

void scraper_start(struct scraper *s, uint16_t port)
{
    *s = (struct scraper){.port = port, .fd = -1, .next = now_ns()};
}

void scraper_stop(struct scraper *s)
{
    if (s->fd >= 0) end(s);
    s->port = 0;
}

static void begin(struct scraper *s)
{
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(s->port),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(s->fd, (const struct sockaddr *)&to, sizeof to) < 0 ||
        send(s->fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
        end(s);
}

static void receive(struct scraper *s)
{
    char answer[16384];
    ssize_t n = recv(s->fd, answer, sizeof answer, MSG_DONTWAIT);
    s->answered += n == 0;
    if (n == 0 || (n < 0 && errno != EAGAIN)) end(s);
}

void scraper_poll(struct scraper *s)
{
    if (s->port == 0) return;
    if (s->fd >= 0) receive(s);
    if (now_ns() < s->next) return;
    s->next += INT64_C(1000000000) / SCRAPER_RATE;
    if (s->fd < 0) begin(s);
}
