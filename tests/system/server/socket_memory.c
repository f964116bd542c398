/* The kernel's memory for what clients have not read. */
#include "tests/system/support/network_namespace.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"
#include "tests/system/support/tls_client.h"
#include "tests/system/support/wire.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MEMORY = 64 << 20, MEMBERS = 3000, OF_AN_ADDRESS = 250 };

/* Returns the member's socket, which reads nothing. Its own window is small, so that the server's
 * buffer fills. */
static int join_deaf(const struct klatchd *d, int i, bool one_address)
{
    struct sockaddr_in from = {.sin_family = AF_INET}, to = from;
    char frame[128], nick[16];
    from.sin_addr.s_addr = htonl(0x0A000001 + (one_address ? 0 : (uint32_t)i * 256));
    to.sin_addr.s_addr = inet_addr(remote_address);
    to.sin_port = htons((uint16_t)strtol(d->port, NULL, 10));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int));
    setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &(int){1}, sizeof(int));
    cr_assert_eq(bind(fd, (struct sockaddr *)&from, sizeof from), 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    snprintf(nick, sizeof nick, "deaf %d", i);
    send(fd, frame, wire_frame(frame, "verify", NULL, nick), MSG_NOSIGNAL);
    return fd;
}

/* Adds what klatchd's sockets hold for their peers, from ss(8): "skmem:(...,w5632,...)". Counts
 * those that hold something. */
static long held_memory(const struct klatchd *d, int *ret_count)
{
    char command[128], line[1024];
    long all = 0;
    snprintf(command, sizeof command, "ss -tmnHO state established sport = :%s", d->port);
    FILE *ss = popen(command, "re");
    cr_assert(ss, "ss");
    *ret_count = 0;
    while (fgets(line, sizeof line, ss)) {
        const char *w = strstr(line, ",w");
        long held = w ? strtol(w + 2, NULL, 10) : 0;
        all += held;
        *ret_count += held > 0;
    }
    pclose(ss);
    return all;
}

/* Notices of joins may come in between. */
static void flood(struct peer *p)
{
    enum { MESSAGES = 30, LENGTH = 20000 };
    static char text[LENGTH + 1];
    memset(text, 'x', LENGTH);
    for (int i = 0; i < MESSAGES; i++) {
        peer_broadcast(p, text);
        while (strcmp(peer_next(p)->msg, text) != 0) continue;
    }
}

/* Floods members who read nothing, and returns what they hold once each holds something. */
static long memory_of_deaf(int members, bool one_address)
{
    static int fds[MEMBERS];
    int count = 0;
    network_namespace_enter();
    network_namespace_add_network("10.0.0.0/8");
    struct klatchd *d = klatchd_start_at("--quiet", "--socket-memory", "64M", "--connect-rate", "0",
                                         "--rate", "0", remote_address, "0");
    for (int i = 0; i < members; i++) fds[i] = join_deaf(d, i, one_address);
    struct peer *ada = peer_join(d, "ada");
    flood(ada);
    int64_t end = timeout_deadline();
    long all = held_memory(d, &count);
    while (count < members) {
        cr_assert(timeout_retry(end), "%d of %d members hold something", count, members);
        all = held_memory(d, &count);
    }
    peers_close_and_stop(d);
    for (int i = 0; i < members; i++) close(fds[i]);
    return all;
}

Test(server_socket_memory, members_that_never_read_stay_within_the_limit, .timeout = 60)
{
    tls_client_turn_off();
    long all = memory_of_deaf(MEMBERS, false);
    cr_log_info("%d members hold %ld KiB", MEMBERS, all / 1024);
    cr_expect_leq(all, MEMORY);
    cr_expect_gt(all, MEMORY / 8, "the flood fills their buffers");
}

Test(server_socket_memory, members_of_one_address_have_an_eighth_of_it, .timeout = 60)
{
    tls_client_turn_off();
    long all = memory_of_deaf(OF_AN_ADDRESS, true);
    cr_log_info("%d members of one address hold %ld KiB", OF_AN_ADDRESS, all / 1024);
    cr_expect_leq(all, MEMORY / 8);
}
