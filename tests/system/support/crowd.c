#include "tests/system/support/crowd.h"

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

enum { AT_ONCE = 20 /* speak, before everybody listens */ };

static bool drop_all(int fd)
{
    static char dropped[1 << 16];
    ssize_t n;
    while ((n = recv(fd, dropped, sizeof dropped, MSG_DONTWAIT)) > 0) continue;
    return n < 0 && errno == EAGAIN;
}

static void put(int fd, const char *proto, const char *msg)
{
    char frame[256];
    size_t n = wire_frame(frame, proto, NULL, msg);
    if (send(fd, frame, n, MSG_NOSIGNAL) != (ssize_t)n) _exit(1);
}

/* READY is heard at the latest when somebody else is heard. */
static void join(int fd, int i)
{
    char nick[32], heard[512];
    snprintf(nick, sizeof nick, "guest %d", i);
    put(fd, "verify", nick);
    size_t n = 0;
    while (!memmem(heard, n, "READY", 5)) {
        ssize_t now = recv(fd, heard + n, sizeof heard - n, 0);
        if (now <= 0) _exit(1);
        n += (size_t)now;
    }
}

_Noreturn static void talk(const char *port, int people, int tell)
{
    int *fds = calloc((size_t)people, sizeof *fds);
    if (!fds) _exit(1);
    for (int i = 0; i < people; i++) join(fds[i] = visitor_dial("127.0.0.1", port), i);
    if (write(tell, "!", 1) != 1) _exit(1);
    for (int next = 0;; next = (next + AT_ONCE) % people) {
        for (int i = 0; i < AT_ONCE; i++) put(fds[(next + i) % people], "broadcast", "on and on");
        for (int i = 0; i < people; i++)
            if (!drop_all(fds[i])) _exit(0);
    }
}

pid_t crowd_start(const char *port, int people)
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
        talk(port, people, ends[1]);
    }
    close(ends[1]);
    cr_assert(patience_poll(ends[0], POLLIN, patience_end()), "the crowd does not come");
    cr_assert_eq(read(ends[0], &byte, 1), 1, "the crowd went");
    close(ends[0]);
    return pid;
}
