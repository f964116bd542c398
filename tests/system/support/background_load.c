#include "tests/system/support/background_load.h"

#include "tests/system/support/admin_client.h"
#include "tests/system/support/child.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/wire.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SENDERS = 20 /* members that send before all read */ };

static bool discard_all(int fd)
{
    static char discarded[1 << 16];
    ssize_t n;
    while ((n = recv(fd, discarded, sizeof discarded, MSG_DONTWAIT)) > 0) continue;
    return n < 0 && errno == EAGAIN;
}

static void send_packet(int fd, const char *proto, const char *msg)
{
    char frame[256];
    size_t n = wire_frame(frame, proto, NULL, msg);
    if (send(fd, frame, n, MSG_NOSIGNAL) != (ssize_t)n) _exit(1);
}

/* Asks for a nickname and waits for READY. */
static void join(int fd, int i)
{
    char nick[32], received[512];
    snprintf(nick, sizeof nick, "guest %d", i);
    send_packet(fd, "verify", nick);
    size_t n = 0;
    while (!memmem(received, n, "READY", 5)) {
        ssize_t now = recv(fd, received + n, sizeof received - n, 0);
        if (now <= 0) _exit(1);
        n += (size_t)now;
    }
}

_Noreturn static void send_forever(const char *port, int members, int ready_fd)
{
    int *fds = calloc((size_t)members, sizeof *fds);
    if (!fds) _exit(1);
    for (int i = 0; i < members; i++) join(fds[i] = admin_client_connect("127.0.0.1", port), i);
    if (write(ready_fd, "!", 1) != 1) _exit(1);
    for (int next = 0;; next = (next + SENDERS) % members) {
        for (int i = 0; i < SENDERS; i++)
            send_packet(fds[(next + i) % members], "broadcast", "on and on");
        for (int i = 0; i < members; i++)
            if (!discard_all(fds[i])) _exit(0);
    }
}

pid_t background_load_start(const char *port, int members)
{
    int ends[2];
    char byte;
    pid_t parent = getpid();
    cr_assert_eq(pipe(ends), 0);
    pid_t pid = fork();
    cr_assert(pid >= 0, "fork");
    if (pid == 0) {
        child_bind(parent);
        close(ends[0]);
        send_forever(port, members, ends[1]);
    }
    close(ends[1]);
    cr_assert(timeout_poll(ends[0], POLLIN, timeout_deadline()), "the members do not join");
    cr_assert_eq(read(ends[0], &byte, 1), 1, "a member was disconnected");
    close(ends[0]);
    return pid;
}
