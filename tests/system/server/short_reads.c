/* Reads that return less than there is: klatchd reads on until the socket is empty, because an
 * event comes only for more. The server is stopped while a client sends, so that all of it is
 * there when klatchd reads. */
#include "tests/system/support/files.h"
#include "tests/system/support/protocol_peer.h"
#include "tests/system/support/timeout.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char folder[FILES_PATH], address[FILES_PATH];

static void create_folder(void)
{
    files_create_folder(folder);
    files_address(address, folder, "room");
}

static void remove_folder(void)
{
    files_remove_all(folder);
}

TestSuite(server_short_reads, .init = create_folder, .fini = remove_folder);

static void stop_running(const struct klatchd *d)
{
    int64_t end = timeout_deadline();
    klatchd_signal(d, SIGSTOP);
    while (!klatchd_has_status(d, "State:\tT (stopped)")) cr_assert(timeout_retry(end));
}

static void send_urgent_byte(struct peer *p)
{
    cr_assert_eq(send(peer_fd(p), "!", 1, MSG_OOB), 1);
}

/* Sends a message with a descriptor. */
static void send_descriptor(struct peer *p)
{
    char frame[128];
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {.header = {CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS}};
    struct iovec v = {frame, wire_frame(frame, "broadcast", NULL, "with a descriptor")};
    struct msghdr m = {
        .msg_iov = &v, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    memcpy(CMSG_DATA(&control.header), &(int){STDERR_FILENO}, sizeof(int));
    cr_assert_eq(sendmsg(peer_fd(p), &m, 0), (ssize_t)v.iov_len);
}

/* Lets ada send a message, what `interrupt` sends, another message, and a goodbye. The kernel knows
 * only one urgent byte at a time. */
static void expect_all(struct klatchd *d, void (*interrupt)(struct peer *), const char *also)
{
    struct peer *ada = peer_join(d, "ada"), *bob = peer_join_seen_by(d, "bob", ada);
    stop_running(d);
    peer_broadcast(ada, "before");
    interrupt(ada);
    peer_broadcast(ada, "behind");
    peer_send(ada, "goodbye", NULL, "BYE");
    klatchd_signal(d, SIGCONT);
    peer_expect_broadcast(bob, "ada", "before");
    if (also) peer_expect_broadcast(bob, "ada", also);
    peer_expect_broadcast(bob, "ada", "behind");
    peer_expect_left(bob, "ada");
    peers_close_and_stop(d);
}

Test(server_short_reads, behind_an_urgent_byte_of_tcp)
{
    expect_all(klatchd_start(), send_urgent_byte, NULL);
}

Test(server_short_reads, behind_an_urgent_byte_of_a_unix_socket)
{
    expect_all(klatchd_start_at(address), send_urgent_byte, NULL);
}

Test(server_short_reads, behind_a_descriptor_sent_along)
{
    expect_all(klatchd_start_at(address), send_descriptor, "with a descriptor");
}
