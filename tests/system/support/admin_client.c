#include "tests/system/support/admin_client.h"

#include "server/net/listener.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int admin_client_connect(const char *address, const char *port)
{
    return peer_connect_socket(address, port);
}

void admin_client_send(int fd, const char *text)
{
    send(fd, text, strlen(text), MSG_NOSIGNAL);
}

size_t admin_client_receive(int fd, char answer[static ADMIN_CLIENT_ANSWER_SIZE])
{
    int64_t end = timeout_deadline();
    size_t n = 0;
    ssize_t now = 1;
    while (now > 0) {
        cr_assert(timeout_poll(fd, POLLIN, end), "no end comes after: %.*s", (int)n, answer);
        cr_assert_lt(n, ADMIN_CLIENT_ANSWER_SIZE - 1);
        now = recv(fd, answer + n, ADMIN_CLIENT_ANSWER_SIZE - 1 - n, 0);
        if (now > 0) n += (size_t)now;
    }
    answer[n] = '\0';
    close(fd);
    return n;
}

void admin_client_wait_address(struct klatchd *d, const char *text, char address[static 128],
                               char port[static 8])
{
    char start[64];
    snprintf(start, sizeof start, LISTENER_ON("%s", ""), text);
    const char *place = strstr(klatchd_wait_log(d, start), start) + strlen(start);
    *port = '\0';
    int n = sscanf(place, "%127s port %7[0-9]", address, port);
    cr_assert(n >= 1, "%s", place);
}
