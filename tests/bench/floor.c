/* floor: the least work a chat server can do with send(2). It parses and stores nothing. In each
 * iteration it reads from all clients into one buffer, and sends that buffer once to each client.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS = 256, CLIENTS = 1 << 16, ROOM = 1 << 20, LISTENER = CLIENTS };

static const char hello[] = "\0\061{\"nick\":\"SERVER\",\"msg\":\"HELLO\",\"proto\":\"connect\"}";

static int fds[CLIENTS]; /* -1: closed */
static uint32_t count;
static char received[ROOM];
static size_t length;

_Noreturn static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void watch(int epoll, int fd, uint32_t who)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = who};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) < 0) die("epoll_ctl");
}

static void close_client(uint32_t who)
{
    close(fds[who]);
    fds[who] = -1;
}

/* Blocks when a client's socket is full: nothing is queued. */
static void send_all(uint32_t who, const char *p, size_t n)
{
    while (n > 0 && fds[who] >= 0) {
        ssize_t sent = send(fds[who], p, n, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN)
            poll(&(struct pollfd){.fd = fds[who], .events = POLLOUT}, 1, -1);
        else if (sent < 0)
            close_client(who);
        else
            p += sent, n -= (size_t)sent;
    }
}

static void accept_all(int epoll, int listener)
{
    int fd;
    while (count < CLIENTS &&
           (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        fds[count] = fd;
        watch(epoll, fd, count);
        send_all(count++, hello, sizeof hello - 1);
    }
}

static void receive(uint32_t who)
{
    if (length == ROOM) return;
    ssize_t n = recv(fds[who], received + length, ROOM - length, 0);
    if (n > 0) length += (size_t)n;
    if (n == 0 || (n < 0 && errno != EAGAIN)) close_client(who);
}

static void iterate(int epoll, int listener)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(epoll, events, EVENTS, -1);
    length = 0;
    for (int i = 0; i < n; i++) {
        if (events[i].data.u32 == LISTENER)
            accept_all(epoll, listener);
        else
            receive(events[i].data.u32);
    }
    for (uint32_t i = 0; length > 0 && i < count; i++) send_all(i, received, length);
}

static int listen_at(uint16_t port)
{
    struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0 || listen(fd, SOMAXCONN) < 0) die("listen");
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("Usage: floor PORT\n", stderr);
        return 2;
    }
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int listener = listen_at((uint16_t)atoi(argv[1]));
    watch(epoll, listener, LISTENER);
    for (;;) iterate(epoll, listener);
}
